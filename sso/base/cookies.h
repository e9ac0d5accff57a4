// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sso/http_types.h"

namespace sso::detail {

/// The cookies of one Cookie header, read as browsers write it (RFC 6265 4.2.1, 5.4): split at ';', names exact, quotes
/// without meaning. Threat: cookies that a neighbouring subdomain planted (SECURITY 5, item 5; SEC-SE-04, -05, -12).
/// A name that came twice is left out, because nobody can say which one is ours; so are nameless cookies and those with
/// bytes that no cookie of ours holds: a name that is no token could not even be cleared again (SEC-SE-12). More than
/// 100 cookies or 8 kB: none is read.
std::map<std::string, std::string, std::less<>> parseCookieHeader(std::string_view header);

/// The value of a Set-Cookie header. Throws Error(kInternal) when name or value hold bytes that RFC 6265 4.1.1 forbids
/// (line breaks first of all: SECURITY 5, item 3) or are too long for a browser to keep (4096 bytes together).
std::string toSetCookie(const Cookie& cookie);

}  // namespace sso::detail
