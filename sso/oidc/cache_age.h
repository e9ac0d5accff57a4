// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string_view>

namespace sso::detail {

inline constexpr std::chrono::seconds kMinKeyAge{60}, kMaxKeyAge{600};  ///< CONTRACT.md 3.7, SEC-JW-05, SEC-JW-17

/// How long a key set may be used, from its Cache-Control header (RFC 9111 5.2.2): max-age within the bounds above;
/// the least for no-store, no-cache and what cannot be read; the most when nothing is said.
std::chrono::seconds keyAgeFrom(std::string_view cacheControl);

}  // namespace sso::detail
