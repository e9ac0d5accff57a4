// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace sso::detail {

inline constexpr std::size_t kMaxTokenBytes = 16 * 1024;  ///< CONTRACT.md 3.7 (1), SEC-ID-19
inline constexpr std::size_t kMaxKidBytes = 256;          ///< SEC-JW-03

/// A compact JWS (RFC 7515 7.1) taken apart; nothing is decoded. Views into the token.
struct CompactJws {
  std::string_view header, payload, signature;
  std::string_view signingInput;  ///< header "." payload, the bytes that are signed
};

/// Throws Error(kLoginFailed, malformed) unless there are exactly three non-empty segments within the size limit.
CompactJws splitCompactJws(std::string_view token);

/// The header checks of CONTRACT.md 3.7 (1) on the encoded header: one JSON object without duplicate members, no crit,
/// alg exactly RS256, typ absent or JWT, no key brought along. Returns the kid, empty when there is none; the view is
/// good until this thread's next call. Throws Error(kLoginFailed, malformed | json_duplicate | crit | alg | typ | key |
/// kid). The last header that passed is remembered per thread, as all tokens of one key have the same.
std::string_view acceptedKid(std::string_view encodedHeader);

/// A key id that may be looked up: 1 to 256 printable ASCII bytes. It is only ever compared, never part of a path, a
/// query or a log line.
bool isKid(std::string_view kid);

}  // namespace sso::detail
