// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::detail {

/// A name fit to be shown: control characters and invisible direction marks taken out (they make one name look like
/// another), outer spaces trimmed, at most 256 characters (SEC-MP-15, SEC-LG-02). The text must be UTF-8.
std::string cleanDisplayName(std::string_view text);

}  // namespace sso::detail
