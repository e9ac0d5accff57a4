// SPDX-License-Identifier: Apache-2.0
#include "request_body.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sso::front::detail {
namespace {

constexpr std::size_t kPieceBytes = Channel::kRecordBytes;

}  // namespace

RequestBody::RequestBody(const RequestHead& head, std::uint64_t maxBodyBytes, std::string& input, Receive receive)
    : framing_(head.framing),
      left_(head.contentLength),
      decoder_(maxBodyBytes),
      input_(input),
      receive_(std::move(receive)),
      complete_(framing_ == BodyFraming::kNone || (framing_ == BodyFraming::kLength && left_ == 0)) {}

std::optional<std::uint64_t> RequestBody::left() const {
  if (complete_) return 0;
  if (framing_ == BodyFraming::kChunked) return std::nullopt;
  return left_;
}

RequestBody::int_type RequestBody::underflow() {
  if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
  return refill() ? traits_type::to_int_type(*gptr()) : traits_type::eof();
}

/// Makes the next piece the get area; false at the end of the body.
bool RequestBody::refill() {
  piece_.clear();
  while (piece_.empty()) {
    if (complete_) return false;
    if (broken_) throw ConnectionLost("body broken");
    if (input_.empty()) receiveMore();
    if (framing_ == BodyFraming::kLength) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>({left_, input_.size(), kPieceBytes}));
      piece_ = input_.substr(0, size);
      input_.erase(0, size);
      left_ -= size;
      complete_ = left_ == 0;
    } else {
      takeChunks();
      if (decoder_.state() == ChunkedDecoder::State::kRefused) breakOff("chunks");
      complete_ = decoder_.state() == ChunkedDecoder::State::kDone;
    }
  }
  setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
  return true;
}

/// As much as has arrived, in one go: chunks may be small.
void RequestBody::takeChunks() {
  const std::string_view arrived = input_;
  std::size_t taken = 0;
  while (decoder_.state() == ChunkedDecoder::State::kMore && taken < arrived.size() && piece_.size() < kPieceBytes) {
    const auto part = decoder_.next(arrived.substr(taken));
    piece_ += part.data;
    taken += part.consumed;
  }
  input_.erase(0, taken);
}

void RequestBody::receiveMore() {
  std::array<char, kPieceBytes> buffer;
  std::size_t got = 0;
  try {
    got = receive_(buffer.data(), buffer.size());
  } catch (const ConnectionLost&) {
    broken_ = true;
    throw;
  }
  if (got == 0) breakOff("ended early");
  input_.assign(buffer.data(), got);
}

void RequestBody::breakOff(const char* why) {
  broken_ = true;
  throw ConnectionLost(why);
}

bool RequestBody::drain(std::size_t maxBytes) {
  std::uint64_t dropped = 0;
  try {
    if (left().value_or(0) > maxBytes) return false;
    while (!complete_) {
      refill();
      dropped += piece_.size();
      if (dropped > maxBytes) return false;
    }
  } catch (const ConnectionLost&) {
    return false;
  }
  setg(nullptr, nullptr, nullptr);
  return true;
}

}  // namespace sso::front::detail
