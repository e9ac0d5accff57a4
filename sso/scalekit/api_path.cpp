// SPDX-License-Identifier: Apache-2.0
#include "scalekit/api_path.h"

#include <algorithm>

#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/reason.h"

namespace sso::detail {

namespace {
constexpr std::size_t kMaxIdBytes = 255;
}

ApiPath& ApiPath::id(std::string_view id) {
  const bool control = std::any_of(id.begin(), id.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (id.empty() || id.size() > kMaxIdBytes || id == "." || id == ".." || control) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed,
                "an identifier for the management API is no identifier");
  }
  text_.append("/").append(percentEncode(id));
  return *this;
}

}  // namespace sso::detail
