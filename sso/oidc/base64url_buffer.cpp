// SPDX-License-Identifier: Apache-2.0
#include "oidc/base64url_buffer.h"

#include <array>
#include <cstddef>
#include <cstdint>

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

}  // namespace

bool decodeBase64UrlInto(std::string_view text, std::string& out) {
  const std::size_t tail = text.size() % 4;
  if (tail == 1) return false;  // six bits are no byte
  out.resize(text.size() / 4 * 3 + (tail == 0 ? 0 : tail - 1));
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const wholeEnd = in + (text.size() - tail);
  char* to = out.data();
  std::uint32_t seen = 0;  // collects kBad, so that the loop has no branch per group
  for (; in != wholeEnd; in += 4, to += 3) {
    const std::uint32_t bits = kFirst[in[0]] | kSecond[in[1]] | kThird[in[2]] | kFourth[in[3]];
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
