// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace sso::detail {

/// Without the optional white space around a field value: SP and HTAB, nothing else (RFC 9110 5.6.3).
inline std::string_view withoutOws(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace sso::detail
