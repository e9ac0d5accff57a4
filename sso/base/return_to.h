// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sso::detail {

/// The candidate when it is a path of ours that a browser cannot be led away with, else the fallback. The candidate is
/// already decoded, once. Threat: open redirects and loops (SEC-RD-01, -05, -06; SECURITY 5, item 4).
///
/// Accepted is ^/(?![/\\])[\x21\x23-\x5b\x5d-\x7e]{0,1023}$ : printable ASCII without backslash and quotation mark,
/// and a second character that does not start an authority; and of that only what every reader reads alike: whole
/// percent escapes, and no segment that is "." or ".." in any spelling. No URL parser is asked, because parsers differ.
/// refusedPaths: own paths that would loop or undo the login ("/sso/callback", "/logout"); each one and everything
/// below it becomes the fallback.
std::string safeReturnTo(std::string_view candidate, std::string_view fallback,
                         const std::vector<std::string>& refusedPaths = {});

/// The rule above, without the refused paths.
bool isSafeReturnPath(std::string_view candidate);

}  // namespace sso::detail
