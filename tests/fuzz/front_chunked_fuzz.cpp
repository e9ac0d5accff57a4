// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "chunked_decoder.h"
#include "fuzz/fuzz_input.h"

namespace {

using sso::front::detail::ChunkedDecoder;

constexpr std::size_t kMaxBody = 2048;

struct Outcome {
  ChunkedDecoder::State state = ChunkedDecoder::State::kMore;
  std::string_view reason = {};
  std::string body = {};
  std::size_t consumed = 0;
};

Outcome decodeInPieces(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder(kMaxBody);
  Outcome outcome;
  while (decoder.state() == ChunkedDecoder::State::kMore && outcome.consumed < bytes.size()) {
    const auto part = decoder.next(bytes.substr(outcome.consumed, piece));
    sso::fuzz::require(part.consumed > 0 || decoder.state() != ChunkedDecoder::State::kMore, "progress");
    outcome.body += part.data;
    outcome.consumed += part.consumed;
  }
  outcome.state = decoder.state();
  outcome.reason = decoder.refusal().reason;
  return outcome;
}

}  // namespace

/// However the bytes are cut, the same body comes out and ends at the same byte; it is bounded.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view bytes = sso::fuzz::textOf(data, size);
  const Outcome whole = decodeInPieces(bytes, bytes.size() + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = decodeInPieces(bytes, piece);
    require(cut.state == whole.state && cut.reason == whole.reason && cut.body == whole.body,
            "the same body however it is cut");
    require(cut.consumed == whole.consumed, "the same end however it is cut");
  }
  require(whole.body.size() <= kMaxBody, "a bounded body");
  if (whole.state == ChunkedDecoder::State::kDone) {
    require(bytes.substr(0, whole.consumed).ends_with("\r\n"), "ends with an empty line");
  }
  return 0;
}
