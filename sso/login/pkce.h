// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::detail {

/// BASE64URL(SHA256(verifier)): the S256 challenge, the only method that we use (RFC 7636 4.2; RFC 9700 2.1.1).
std::string codeChallenge(std::string_view verifier);

}  // namespace sso::detail
