// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace sso::detail {

/// RFC 4648 section 5, without padding.
std::string encodeBase64Url(std::string_view bytes);
/// Strict: no padding, no line breaks, no dangling character, unused trailing bits zero - so each value has exactly one
/// spelling (SECURITY 5, "Further": a replay cache keyed by text must not be bypassed). nullopt otherwise.
std::optional<std::string> decodeBase64Url(std::string_view text);
/// Standard alphabet with padding, strict in the same way (APP_SECRET_KEYS, webhook secrets).
std::optional<std::string> decodeBase64(std::string_view text);
std::string encodeBase64(std::string_view bytes);

}  // namespace sso::detail
