// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::detail {

/// decodeBase64Url (base/base64url.h) into a buffer that is used again: no allocation once it has grown. Just as
/// strict: RFC 4648 section 5 without padding, no other byte, unused bits zero (SEC-ID-32). False leaves rubbish.
bool decodeBase64UrlInto(std::string_view text, std::string& out);

}  // namespace sso::detail
