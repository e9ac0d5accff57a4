// SPDX-License-Identifier: Apache-2.0
#include "login/pkce.h"

#include "base/base64url.h"
#include "base/digest.h"

namespace sso::detail {

std::string codeChallenge(std::string_view verifier) { return encodeBase64Url(sha256(verifier)); }

}  // namespace sso::detail
