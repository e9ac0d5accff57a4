// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "oidc/token_claims.h"
#include "sso/identity.h"

namespace sso::detail {

/// The person whom these claims describe, as everything behind the verifier sees them. Checks nothing: the claims have
/// passed the checks of id_token_checks.h.
VerifiedIdentity identityFrom(const TokenClaims& claims, std::string_view connectionId);

}  // namespace sso::detail
