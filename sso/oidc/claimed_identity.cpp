// SPDX-License-Identifier: Apache-2.0
#include "oidc/claimed_identity.h"

#include <string>
#include <utility>

#include "oidc/display_name.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxExternalIdBytes = 255;

std::string displayNameOf(const TokenClaims& claims) {
  if (claims.name.present() && !claims.name.value.empty()) return cleanDisplayName(claims.name.value);
  if (!claims.givenName.present()) return claims.familyName.present() ? cleanDisplayName(claims.familyName.value) : "";
  std::string both(claims.givenName.value);
  if (claims.familyName.present()) both.append(" ").append(claims.familyName.value);
  return cleanDisplayName(both);
}

void copyEmail(const TokenClaims& claims, VerifiedIdentity& identity) {
  if (claims.emailVerified.present()) identity.emailVerified = claims.emailVerified.value;
  if (claims.email.absent()) return;
  auto canonical = canonicalEmail(claims.email.value);
  identity.emailMalformed = !canonical;  // SEC-MP-10: asserted, but no address
  if (canonical) identity.email = std::move(*canonical);
}

/// A custom attribute, which a customer maps to whatever they have: what is no plain text of the right length is none,
/// and bars nobody from signing in.
void copyExternalId(const TokenClaims& claims, VerifiedIdentity& identity) {
  const auto value = claims.externalId.value;
  if (!claims.externalId.present() || value.empty() || value.size() > kMaxExternalIdBytes) return;
  if (hasNoControls(value)) identity.externalId = std::string(value);
}

}  // namespace

VerifiedIdentity identityFrom(const TokenClaims& claims, std::string_view connectionId) {
  VerifiedIdentity identity;
  identity.key = {std::string(claims.iss.value), std::string(connectionId), std::string(claims.sub.value)};
  identity.organizationId = claims.oid.value;
  copyEmail(claims, identity);
  identity.displayName = displayNameOf(claims);
  if (claims.groups.present()) identity.groups.emplace(claims.groups.value.begin(), claims.groups.value.end());
  identity.groupsTruncated = claims.groupsElsewhere;
  if (claims.sid.present()) identity.sessionId = claims.sid.value;
  copyExternalId(claims, identity);
  identity.issuedAt = fromEpochSeconds(claims.iat.value);
  identity.authTimeKnown = claims.authTime.present();
  identity.authenticatedAt = fromEpochSeconds(identity.authTimeKnown ? claims.authTime.value : claims.iat.value);
  return identity;
}

}  // namespace sso::detail
