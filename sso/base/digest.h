// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/digest.h"
#include "sso/runtime.h"

namespace sso::detail {

/// The two steps of HKDF with SHA-256 (RFC 5869); expand gives one block, 32 bytes, which is all that a key needs.
std::string hkdfExtract(std::string_view salt, std::string_view key);
std::string hkdfExpand(std::string_view pseudoRandomKey, std::string_view info);
/// base64url of this many random bytes; 32 bytes for state, nonce and PKCE verifier (RFC 7636 4.1, RFC 9700 4.7).
std::string randomToken(RandomSource& random, std::size_t bytes = 32);

}  // namespace sso::detail
