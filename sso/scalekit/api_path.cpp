// SPDX-License-Identifier: Apache-2.0
#include "scalekit/api_path.h"

#include <algorithm>

#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/reason.h"

namespace sso::detail {

namespace {

constexpr std::size_t kMaxIdBytes = 255;

void requireSegment(std::string_view text, std::string_view refused) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (text.empty() || text.size() > kMaxIdBytes || text == "." || text == ".." || control ||
      text.find_first_of(refused) != std::string_view::npos) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed,
                "an identifier for the management API is no identifier");
  }
}

}  // namespace

ApiPath& ApiPath::id(std::string_view id) {
  requireSegment(id, "/\\?#%:");
  text_.append("/").append(percentEncode(id));
  return *this;
}

ApiPath& ApiPath::name(std::string_view name) {
  requireSegment(name, "/\\?#%");
  text_.append("/").append(percentEncode(name));
  return *this;
}

}  // namespace sso::detail
