// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sso::detail {

/// Eight bytes of a text, looked at in one step (Hacker's Delight 6-1). A test marks the bytes it is true of by their
/// highest bit and may also mark some behind the first of these: only whether there is a mark at all and where the
/// first one stands can be relied upon. Marks of several tests are joined with |.
class EightBytes {
 public:
  explicit EightBytes(const char* at) {
    std::memcpy(&word_, at, sizeof word_);
    if constexpr (std::endian::native == std::endian::big) word_ = __builtin_bswap64(word_);
  }
  std::uint64_t notAscii() const { return word_ & kHighs; }
  /// Equal to an ASCII character.
  std::uint64_t equalTo(char c) const {
    const std::uint64_t difference = word_ ^ (kOnes * static_cast<unsigned char>(c));
    return (difference - kOnes) & ~difference & kHighs;
  }
  /// Less than an ASCII character; a byte that is not ASCII never is.
  std::uint64_t lessThan(char c) const { return (word_ - kOnes * static_cast<unsigned char>(c)) & ~word_ & kHighs; }
  /// The position of the first mark; there must be one.
  static std::size_t firstOf(std::uint64_t marks) { return static_cast<std::size_t>(std::countr_zero(marks)) / 8; }

 private:
  static constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHighs = 0x8080808080808080ULL;
  std::uint64_t word_ = 0;
};

}  // namespace sso::detail
