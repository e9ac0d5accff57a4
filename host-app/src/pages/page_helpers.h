// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "parts.h"
#include "router.h"

namespace hostapp {

/// Where a sign-out goes on to the company's sign-in.
inline constexpr std::string_view kSigningOutHeading = "Signing you out";

/// A step that is over, or that never was.
sso::WebResponse stepGonePage(const Parts& parts, const Visit& visit);

/// The field's value, or empty when it was not sent.
std::string fieldOf(const Visit& visit, std::string_view name);
/// A field of the query string of a GET, or empty. Malformed queries count as empty: they must not break a page.
std::string queryOf(const Visit& visit, std::string_view name);

/// A page for visitors: with the token of this browser's visit cookie, which is set when it is new.
sso::WebResponse visitorPage(const Parts& parts, const Visit& visit, int status, std::string_view name, Frame frame,
                             View content);
/// A page for the person who is signed in.
sso::WebResponse memberPage(const Parts& parts, const Visit& visit, int status, std::string_view name, Frame frame,
                            View content);

/// "Too many tries" in words, on this content, and the Retry-After header on this answer.
std::string tooManyTries(std::chrono::seconds wait);
void addRetryAfter(sso::WebResponse& answer, std::chrono::seconds wait);

}  // namespace hostapp
