// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string_view>

namespace sso::front::detail {

/// Whatever the locale says, and for every byte.
constexpr char lowerCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAlphaNumeric(char c) { return isDigit(c) || (lowerCase(c) >= 'a' && lowerCase(c) <= 'z'); }
/// The value of a hexadecimal digit; -1 when it is none.
constexpr int hexValue(char c) {
  if (isDigit(c)) return c - '0';
  const char lower = lowerCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
/// C0 without HTAB, and DEL. Bytes from 0x80 up are none (RFC 9110 5.5, obs-text).
constexpr bool isControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}
/// RFC 9110 5.6.2: tchar.
constexpr bool isTokenByte(char c) {
  return isAlphaNumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
constexpr bool isToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), isTokenByte);
}
constexpr bool sameIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lowerCase(x) == lowerCase(y); });
}
/// Without the spaces around it. Tabs stay.
constexpr std::string_view withoutSpaces(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace sso::front::detail
