// SPDX-License-Identifier: Apache-2.0
// How the front splits the bytes of a connection into requests, for differential.mjs: reads connections from standard
// input, each with its length before it (4 bytes, little-endian), and writes one line for each: its requests as
// "METHOD TARGET BODY_BYTES" and how it ended, separated by tabs.
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "chunked_decoder.h"
#include "sso/front/request_head.h"

namespace {

using sso::front::BodyFraming;
using sso::front::HeadLimits;
using sso::front::HeadReader;
using sso::front::RequestHead;
using sso::front::detail::ChunkedDecoder;

/// The others have more generous limits; sizes are not what is compared.
HeadLimits limits() { return {}; }

std::string refused(const sso::front::Refusal& refusal) {
  return "refused " + std::to_string(refusal.status) + " " + std::string(refusal.reason);
}

/// Takes the body from the front of rest; returns how the connection ended, or nothing when it goes on.
std::string takeBody(const RequestHead& head, std::string_view& rest, std::uint64_t& bodyBytes) {
  if (head.framing == BodyFraming::kLength) {
    if (rest.size() < head.contentLength) return "incomplete body";
    bodyBytes = head.contentLength;
    rest.remove_prefix(static_cast<std::size_t>(head.contentLength));
  } else if (head.framing == BodyFraming::kChunked) {
    ChunkedDecoder decoder(limits().maxBodyBytes);
    while (decoder.state() == ChunkedDecoder::State::kMore && !rest.empty()) {
      const auto piece = decoder.next(rest);
      bodyBytes += piece.data.size();
      rest.remove_prefix(piece.consumed);
    }
    if (decoder.state() == ChunkedDecoder::State::kRefused) return refused(decoder.refusal());
    if (decoder.state() == ChunkedDecoder::State::kMore) return "incomplete body";
  }
  return {};
}

std::string split(std::string_view rest) {
  std::string line;
  while (!rest.empty()) {
    HeadReader reader(limits());
    const auto state = reader.read(rest);
    if (state == HeadReader::State::kRefused) return line + refused(reader.refusal());
    if (state == HeadReader::State::kIncomplete) return line + "incomplete head";
    const RequestHead head = reader.take();
    rest.remove_prefix(head.size);
    std::uint64_t bodyBytes = 0;
    const std::string end = takeBody(head, rest, bodyBytes);
    if (!end.empty()) return line + end;
    line += head.method + " " + head.target + " " + std::to_string(bodyBytes) + "\t";
    if (!head.keepAlive) return line + "closed";
  }
  return line + "open";
}

}  // namespace

int main() {
  std::string bytes;
  for (unsigned char size[4]; std::cin.read(reinterpret_cast<char*>(size), sizeof size);) {
    bytes.resize(size[0] | size[1] << 8 | size[2] << 16 | static_cast<std::size_t>(size[3]) << 24);
    if (!std::cin.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return 1;
    std::cout << split(bytes) << "\n";
  }
  return 0;
}
