// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sso/front/request_head.h"

namespace sso::front::detail {

/// Takes the chunks off a request body (RFC 9112 7.1), strictly: sizes are 1 to 8 hexadecimal digits, lines end in CR
/// LF, the last chunk and the empty line must come. Chunk extensions are refused, although RFC 9112 7.1.1 would have
/// them ignored: no client needs them, and readers that find their end differently have been smuggled past. Trailer
/// fields are judged like header fields and dropped; those that would frame, route or authenticate are refused
/// (RFC 9110 6.5.1). Bounded: body, trailers (4 KiB, 16 fields), and framing that outweighs the body it brings.
/// A pure state machine; each byte is looked at once. One body, one decoder, one thread.
class ChunkedDecoder {
 public:
  enum class State { kMore, kDone, kRefused };
  static constexpr std::size_t kMaxTrailerBytes = 4 << 10, kMaxTrailers = 16;
  static constexpr std::uint64_t kFreeFraming = 16 << 10;  ///< bytes; on top, as much as the body has

  explicit ChunkedDecoder(std::uint64_t maxBodyBytes) : maxBody_(maxBodyBytes) {}

  struct Piece {
    std::size_t consumed = 0;    ///< bytes taken from the front
    std::string_view data = {};  ///< of the body; the last of the consumed bytes
  };
  /// Takes framing from the front of bytes and at most one piece of data behind it; to be called again with the rest
  /// until nothing is consumed.
  Piece next(std::string_view bytes);
  State state() const { return state_; }
  /// With kRefused.
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class Place { kSize, kSizeEnd, kData, kDataReturn, kDataEnd, kTrailer, kTrailerEnd };

  bool readFraming(char c);
  bool readSize(char c);
  bool endSize();
  bool readTrailer(char c);
  bool endTrailer();
  bool refuse(int status, std::string_view reason);

  std::uint64_t maxBody_;
  State state_ = State::kMore;
  Place place_ = Place::kSize;
  Refusal refusal_;
  std::uint64_t body_ = 0, framing_ = 0;  ///< bytes so far
  std::uint64_t left_ = 0;                ///< of the chunk
  unsigned digits_ = 0;
  std::string trailer_;
  std::size_t trailerBytes_ = 0, trailers_ = 0;
};

}  // namespace sso::front::detail
