// SPDX-License-Identifier: Apache-2.0
#include "chunked_decoder.h"

#include <algorithm>
#include <array>

#include "ascii.h"
#include "head_rules.h"

namespace sso::front::detail {
namespace {

constexpr unsigned kMaxSizeDigits = 8;

/// RFC 9110 6.5.1: a trailer must not say what had to be known before the body was read.
bool mayTrail(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNever{
      "Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type",      "Cookie",
      "Expect",        "Host",       "Keep-Alive",       "Trailer",        "Transfer-Encoding", "Upgrade"};
  return std::none_of(kNever.begin(), kNever.end(),
                      [name](std::string_view never) { return sameIgnoringCase(name, never); });
}

}  // namespace

ChunkedDecoder::Piece ChunkedDecoder::next(std::string_view bytes) {
  Piece piece;
  while (state_ == State::kMore && piece.consumed < bytes.size()) {
    if (place_ == Place::kData) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - piece.consumed));
      piece.data = bytes.substr(piece.consumed, size);
      piece.consumed += size;
      body_ += size;
      left_ -= size;
      if (left_ == 0) place_ = Place::kDataReturn;
      return piece;
    }
    if (++framing_ > kFreeFraming + body_) {
      refuse(400, "chunk_framing");
      break;
    }
    if (!readFraming(bytes[piece.consumed])) break;
    ++piece.consumed;
  }
  return piece;
}

bool ChunkedDecoder::readFraming(char c) {
  switch (place_) {
    case Place::kSize:
      return readSize(c);
    case Place::kSizeEnd:
      return c == '\n' ? endSize() : refuse(400, "chunk_line_end");
    case Place::kDataReturn:
      place_ = Place::kDataEnd;
      return c == '\r' ? true : refuse(400, "chunk_longer_than_size");
    case Place::kDataEnd:
      place_ = Place::kSize;
      return c == '\n' ? true : refuse(400, "chunk_line_end");
    default:
      return readTrailer(c);
  }
}

bool ChunkedDecoder::readSize(char c) {
  const int value = hexValue(c);
  if (value >= 0) {
    if (++digits_ > kMaxSizeDigits) return refuse(400, "chunk_size");
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return true;
  }
  if (digits_ == 0) return refuse(400, "chunk_size");
  if (c == ';') return refuse(400, "chunk_extension");
  if (c != '\r') return refuse(400, "chunk_size");
  place_ = Place::kSizeEnd;
  return true;
}

bool ChunkedDecoder::endSize() {
  if (left_ > maxBody_ - body_) return refuse(413, "body_size");
  place_ = left_ == 0 ? Place::kTrailer : Place::kData;
  digits_ = 0;
  return true;
}

bool ChunkedDecoder::readTrailer(char c) {
  if (++trailerBytes_ > kMaxTrailerBytes) return refuse(431, "trailer_size");
  if (place_ == Place::kTrailerEnd) return c == '\n' ? endTrailer() : refuse(400, "bare_cr");
  if (c == '\r') {
    place_ = Place::kTrailerEnd;
    return true;
  }
  if (c == '\n') return refuse(400, "bare_lf");
  if (isControl(c)) return refuse(400, "control_byte");
  trailer_ += c;
  return true;
}

bool ChunkedDecoder::endTrailer() {
  if (trailer_.empty()) {
    state_ = State::kDone;
    return true;
  }
  Field field;
  if (const auto refused = readFieldLine(trailer_, field)) return refuse(refused->status, refused->reason);
  if (!mayTrail(field.name)) return refuse(400, "trailer_field");
  if (++trailers_ > kMaxTrailers) return refuse(431, "trailer_count");
  trailer_.clear();
  place_ = Place::kTrailer;
  return true;
}

bool ChunkedDecoder::refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  state_ = State::kRefused;
  return false;
}

}  // namespace sso::front::detail
