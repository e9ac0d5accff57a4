// SPDX-License-Identifier: Apache-2.0
#include "oidc/base64url_buffer.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sso::detail {
namespace {

constexpr std::uint32_t kBad = 0x80000000U;

/// The value of every byte, already shifted to where the first, second, third and fourth character of a group put it.
using Table = std::array<std::uint32_t, 256>;

constexpr Table tableFor(unsigned shift) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  Table table{};
  table.fill(kBad);
  for (std::uint32_t value = 0; value < kAlphabet.size(); ++value) {
    table[static_cast<unsigned char>(kAlphabet[value])] = value << shift;
  }
  return table;
}

constexpr Table kFirst = tableFor(18), kSecond = tableFor(12), kThird = tableFor(6), kFourth = tableFor(0);

/// The 24 bits of a group of four characters; kBad is among them when one is outside the alphabet.
std::uint32_t groupAt(const unsigned char* in) {
  return kFirst[in[0]] | kSecond[in[1]] | kThird[in[2]] | kFourth[in[3]];
}

/// Writes eight bytes of which the first six are the groups' own.
void writeTwoGroups(char* to, std::uint32_t first, std::uint32_t second) {
  std::uint64_t bytes = (std::uint64_t{first} << 40) | (std::uint64_t{second} << 16);
  if constexpr (std::endian::native == std::endian::little) bytes = __builtin_bswap64(bytes);
  std::memcpy(to, &bytes, sizeof bytes);
}

}  // namespace

bool decodeBase64UrlInto(std::string_view text, std::string& out) {
  const std::size_t tail = text.size() % 4;
  if (tail == 1) return false;  // six bits are no byte
  out.resize(text.size() / 4 * 3 + (tail == 0 ? 0 : tail - 1));
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const wholeEnd = in + (text.size() - tail);
  char* to = out.data();
  std::uint32_t seen = 0;  // collects kBad, so that the loops have no branch per group
  // Two groups at a time while a third follows, whose bytes replace the two that are written too many.
  for (; wholeEnd - in >= 12; in += 8, to += 6) {
    const std::uint32_t first = groupAt(in), second = groupAt(in + 4);
    seen |= first | second;
    writeTwoGroups(to, first, second);
  }
  for (; in != wholeEnd; in += 4, to += 3) {
    const std::uint32_t bits = groupAt(in);
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16), to[1] = static_cast<char>(bits >> 8), to[2] = static_cast<char>(bits);
  }
  if (tail != 0) {
    const std::uint32_t bits = kFirst[in[0]] | kSecond[in[1]] | (tail == 3 ? kThird[in[2]] : 0);
    // Bits that no byte takes must be zero, or one value had several spellings (SECURITY 5, "Further").
    if ((bits & (tail == 3 ? 0xFFU : 0xFFFFU)) != 0) return false;
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16);
    if (tail == 3) to[1] = static_cast<char>(bits >> 8);
  }
  return (seen & kBad) == 0;
}

}  // namespace sso::detail
