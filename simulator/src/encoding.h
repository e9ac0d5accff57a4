// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Bytes and text: small pure functions that the simulator needs everywhere.
namespace scalekit_simulator {

std::string base64Url(std::string_view bytes);  ///< RFC 4648 section 5, no padding.
/// Strict: no padding, no stray trailing bits, no other alphabet (RFC 7515 section 2).
std::optional<std::string> base64UrlDecode(std::string_view text);
std::string base64(std::string_view bytes);  ///< RFC 4648 section 4, padded.
/// RFC 4648 section 4 with padding, as HTTP Basic uses it.
std::optional<std::string> base64Decode(std::string_view text);

std::string percentEncode(std::string_view text);  ///< All but RFC 3986 unreserved characters.
/// nullopt on a broken escape.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

std::string sha256(std::string_view bytes);  ///< 32 raw bytes.
std::string hmacSha256(std::string_view key, std::string_view bytes);
std::string hex(std::string_view bytes);
std::string randomBytes(std::size_t count);  ///< From the operating system; throws when it cannot.
bool equalInConstantTime(std::string_view a, std::string_view b);

std::string toLower(std::string_view text);  ///< ASCII only.
bool isValidUtf8(std::string_view text);
/// A UUID (version 8, RFC 9562) that is always the same for the same name.
std::string uuidOf(std::string_view name);
/// RFC 3339, UTC, for seconds since the epoch.
std::string rfc3339(long long epochSeconds);
/// Seconds since the epoch of an RFC 3339 time, fractions cut off; nullopt when it is none.
std::optional<long long> fromRfc3339(std::string_view text);
/// A UUID (version 4, RFC 9562) that nobody can guess.
std::string randomUuid();

}  // namespace scalekit_simulator
