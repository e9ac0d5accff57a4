// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostapp {

/// A path of ours to go to after signing in, or "/dashboard". The rule of SEC-RD-01: printable ASCII after one
/// decoding, one leading slash, no backslash, no quote; never back into signing in or out (SEC-RD-06).
std::string safeReturnPath(std::string_view path);

/// One line that a person typed (a name, a title): trimmed, 1 to maxCharacters, no control or direction-changing
/// characters. nullopt when it is not that.
std::optional<std::string> plainLine(std::string_view text, std::size_t maxCharacters);

/// "Firefox on Linux": enough to recognise a session by; the raw header is not kept.
std::string describeUserAgent(std::string_view userAgent);

/// The part of an address that one customer of an access provider has: IPv4 whole, IPv6 its first 64 bits.
std::string networkOf(std::string_view address);

/// "20 November 2026".
std::string formatDate(std::int64_t epochSeconds);
/// "20 November 2026, 09:12 UTC": no time zone is known here.
std::string formatMoment(std::int64_t epochSeconds);
/// "just now", "5 minutes ago", "yesterday", else the date.
std::string formatAgo(std::int64_t epochSeconds, std::int64_t now);
/// "AM" for Ada Miller; "?" for nothing.
std::string initialsOf(std::string_view name);
/// "about a minute", "about 5 minutes", for a wait.
std::string formatWait(std::int64_t seconds);

}  // namespace hostapp
