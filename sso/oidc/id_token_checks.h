// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "oidc/token_claims.h"
#include "oidc/token_verifier.h"

namespace sso::detail {

/// What every token of the environment is measured by; from SsoOptions, fixed.
struct TokenRules {
  std::vector<std::string> issuers;  ///< the environment's URL and the listed others
  std::string clientId;
  std::int64_t clockSkew = 60, maxTokenAge = 600;  ///< seconds
  bool requireNonce = true;
};

// The checks of CONTRACT.md 3.7 (4) to (9), in its order. Each throws Error(kLoginFailed, its reason) or returns; none
// looks at what another one checks. now: whole seconds since the epoch.
void checkIssuer(const TokenClaims& claims, const TokenRules& rules);
void checkAudience(const TokenClaims& claims, const TokenRules& rules);
void checkAuthorizedParty(const TokenClaims& claims, const TokenRules& rules);
void checkExpiry(const TokenClaims& claims, const TokenRules& rules, std::int64_t now);
void checkIssuedAt(const TokenClaims& claims, const TokenRules& rules, std::int64_t now);
void checkNotBefore(const TokenClaims& claims, const TokenRules& rules, std::int64_t now);
void checkAge(const TokenClaims& claims, const TokenRules& rules, std::int64_t now);
void checkNonce(const TokenClaims& claims, const TokenRules& rules, std::string_view expectedNonce);
void checkAccessTokenHash(const TokenClaims& claims, std::string_view accessToken);
void checkCodeHash(const TokenClaims& claims, std::string_view code);
void checkSubject(const TokenClaims& claims);
/// Returns the connection that the subject names.
std::string_view checkConnection(const TokenClaims& claims, std::string_view expectedConnectionId);
void checkOrganization(const TokenClaims& claims, std::string_view expectedOrganizationId);

// What else reaches the account decision, and the rows of SECURITY 1.8 that speak of its form.
void checkEmailClaims(const TokenClaims& claims);
void checkGroups(const TokenClaims& claims);
void checkSession(const TokenClaims& claims);
void checkAuthenticationTime(const TokenClaims& claims, const TokenRules& rules, std::int64_t now);

/// conn_ and one or more ASCII letters and digits.
bool isConnectionId(std::string_view text);
/// 1 to 64 ASCII letters, digits, '_' and '-'.
bool isOrganizationId(std::string_view text);

}  // namespace sso::detail
