// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

#include "sso/utf8.h"

/// Checks that the problems of stored settings share.
namespace sso::detail {

inline constexpr std::size_t kMaxScalekitIdBytes = 64;

/// Ids go into URLs and SQL: letters, digits, '_' and '-' only.
inline bool isScalekitId(std::string_view id, std::string_view prefix) {
  return id.size() > prefix.size() && id.size() <= kMaxScalekitIdBytes && id.starts_with(prefix) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

inline bool isText(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && isUtf8(text) && hasNoControls(text);
}

}  // namespace sso::detail
