// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace sso {

/// One character at the start of a text.
struct Utf8Character {
  char32_t point = 0;
  std::size_t bytes = 0;  ///< 0: the text does not begin with a well-formed character
};

/// Strict (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF. An empty text gives bytes == 0.
Utf8Character decodeUtf8(std::string_view text);
/// Every character is well-formed; so is an empty text.
bool isUtf8(std::string_view text);
/// No C0, DEL or C1 character (text is UTF-8).
bool hasNoControls(std::string_view text);

}  // namespace sso
