// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso::detail {

/// The time of an IMF-fixdate, the only form that a server may send today (RFC 9110 5.6.7); nullopt for any other text.
std::optional<TimePoint> parseHttpDate(std::string_view text);

/// How far our clock may be from the provider's before it is worth a word. Tokens bear 60 s of it
/// (SsoOptions::clockSkew).
inline constexpr std::chrono::seconds kMostClockDifference{300};

/// Warns when the answer's Date is further from now than that (SEC-CF-11): with such a clock every login is refused, as
/// expired or as not valid yet, and nobody would look for the reason there. An answer without a Date says nothing.
void warnOfClockDifference(const HttpResponse& answer, TimePoint now, LogSink& log);

}  // namespace sso::detail
