// SPDX-License-Identifier: Apache-2.0
#include "oidc/id_token_checks.h"

#include <algorithm>

#include "base/base64url.h"
#include "base/digest.h"
#include "oidc/kept_sha256.h"
#include "oidc/refusal.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxSubjectBytes = 255;  // OIDC Core 2, SEC-MP-02
constexpr std::size_t kMaxSessionIdBytes = 255, kMaxOrganizationIdBytes = 64;

bool isAlphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// OIDC Core 3.1.3.6, 3.3.2.11: base64url of the left half of SHA-256 of the value's ASCII form.
bool hashMatches(const TextClaim& claim, std::string_view value) {
  if (!claim.present() || value.empty()) return false;
  const Sha256 digest = keptSha256(value);
  const std::string_view leftHalf(reinterpret_cast<const char*>(digest.data()), digest.size() / 2);
  return equalsConstantTime(claim.value, encodeBase64Url(leftHalf));
}

/// The part of sub before the first ';' (CONTRACT.md 3.1).
std::string_view connectionOf(std::string_view subject) { return subject.substr(0, subject.find(';')); }

}  // namespace

bool isConnectionId(std::string_view text) {
  constexpr std::string_view kPrefix = "conn_";
  return text.size() > kPrefix.size() && text.starts_with(kPrefix) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(), isAlphanumeric);
}

bool isOrganizationId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxOrganizationIdBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return isAlphanumeric(c) || c == '_' || c == '-'; });
}

void checkIssuer(const TokenClaims& claims, const TokenRules& rules) {
  // OIDC Core 3.1.3.7 (2), RFC 8725 3.8: exactly, never by suffix or without regard to case (SEC-ID-01).
  const auto& trusted = rules.issuers;
  if (!claims.iss.present() || std::find(trusted.begin(), trusted.end(), claims.iss.value) == trusted.end()) {
    refuse(reason::kIss, "iss is not the configured environment");
  }
}

void checkAudience(const TokenClaims& claims, const TokenRules& rules) {
  // OIDC Core 3.1.3.7 (3): for us, and for nobody whom we do not trust - that is, nobody else (SEC-ID-03 to -05).
  if (!claims.aud.present() || claims.aud.value.size() != 1 || claims.aud.value.front() != rules.clientId) {
    refuse(reason::kAud, "aud is not our client id alone");
  }
}

void checkAuthorizedParty(const TokenClaims& claims, const TokenRules& rules) {
  // OIDC Core 3.1.3.7 (5); client_id is Scalekit's second name for it (SEC-ID-06).
  for (const TextClaim* party : {&claims.azp, &claims.clientId}) {
    if (party->absent()) continue;
    if (!party->present() || party->value != rules.clientId) refuse(reason::kAzp, "issued to another client");
  }
}

void checkExpiry(const TokenClaims& claims, const TokenRules& rules, std::int64_t now) {
  // OIDC Core 3.1.3.7 (9), RFC 7519 4.1.4 (SEC-ID-08). Compared by subtraction from now: exp may be any int64.
  if (!claims.exp.present() || claims.exp.value <= now - rules.clockSkew) refuse(reason::kExp, "expired, or no exp");
}

void checkIssuedAt(const TokenClaims& claims, const TokenRules& rules, std::int64_t now) {
  // OIDC Core 2 and 3.1.3.7 (10): required, and not in the future (SEC-ID-10, -11).
  if (!claims.iat.present() || claims.iat.value > now + rules.clockSkew)
    refuse(reason::kIat, "no iat, or in the future");
}

void checkNotBefore(const TokenClaims& claims, const TokenRules& rules, std::int64_t now) {
  if (claims.nbf.absent()) return;  // RFC 7519 4.1.5 (SEC-ID-12)
  if (!claims.nbf.present() || claims.nbf.value > now + rules.clockSkew) refuse(reason::kNbf, "not valid yet");
}

void checkAge(const TokenClaims& claims, const TokenRules& rules, std::int64_t now) {
  // OIDC Core 3.1.3.7 (10): issued for this exchange, not kept from an earlier day (SEC-ID-10, JIT.md row 31).
  if (claims.iat.value < now - rules.maxTokenAge - rules.clockSkew) refuse(reason::kIat, "issued too long ago");
}

void checkNonce(const TokenClaims& claims, const TokenRules& rules, std::string_view expectedNonce) {
  // OIDC Core 3.1.3.7 (11) (SEC-ID-07, -31). The relaxed mode forgives a missing nonce, never a wrong one.
  if (claims.nonce.absent() && !rules.requireNonce) return;
  if (!claims.nonce.present() || expectedNonce.empty() || !equalsConstantTime(claims.nonce.value, expectedNonce)) {
    refuse(reason::kNonce, "nonce is not this login's");
  }
}

void checkAccessTokenHash(const TokenClaims& claims, std::string_view accessToken) {
  if (claims.atHash.absent()) return;  // OIDC Core 3.1.3.8 (SEC-ID-13)
  if (!hashMatches(claims.atHash, accessToken)) refuse(reason::kAtHash, "at_hash is not of this access token");
}

void checkCodeHash(const TokenClaims& claims, std::string_view code) {
  if (claims.cHash.absent()) return;  // OIDC Core 3.3.2.11 (SEC-ID-14)
  if (!hashMatches(claims.cHash, code)) refuse(reason::kCHash, "c_hash is not of this code");
}

void checkSubject(const TokenClaims& claims) {
  // OIDC Core 2; SEC-MP-01, -02. A NUL would cut the identity short in a database driver (SECURITY 5, item 1).
  const std::string_view subject = claims.sub.value;
  if (!claims.sub.present() || subject.empty() || subject.size() > kMaxSubjectBytes || !hasNoControls(subject)) {
    refuse(reason::kSub, "sub is missing or not 1 to 255 plain bytes");
  }
  // CONTRACT.md 3.7 (8): conn_<id>;<the identity provider's user>, which may hold anything but must not be blank.
  const std::string_view connection = connectionOf(subject);
  if (!isConnectionId(connection) || subject.find_first_not_of(" ;", connection.size()) == std::string_view::npos) {
    refuse(reason::kSub, "sub does not name a connection and a user");
  }
}

std::string_view checkConnection(const TokenClaims& claims, std::string_view expectedConnectionId) {
  // CONTRACT.md 3.7 (8), SEC-MP-13: the connection in sub is the one that authenticated, and the one we asked for.
  const std::string_view connection = connectionOf(claims.sub.value);
  if (!claims.amr.absent() &&
      (!claims.amr.present() || claims.amr.value.empty() || claims.amr.value.front() != connection)) {
    refuse(reason::kConnection, "amr names another connection than sub");
  }
  if (!expectedConnectionId.empty() && connection != expectedConnectionId) {
    refuse(reason::kConnection, "not the requested connection");
  }
  return connection;
}

void checkOrganization(const TokenClaims& claims, std::string_view expectedOrganizationId) {
  // CONTRACT.md 3.7 (9), SEC-MP-12, JIT.md row 30: without oid nobody can say whose person this is.
  if (!claims.oid.present() || !isOrganizationId(claims.oid.value)) {
    refuse(reason::kOrganization, "oid is missing or no organization id");
  }
  if (!expectedOrganizationId.empty() && claims.oid.value != expectedOrganizationId) {
    refuse(reason::kOrganization, "not the requested organization");
  }
}

void checkEmailClaims(const TokenClaims& claims) {
  // OIDC Core 5.1; SEC-MP-08, -09: "false" is a true string to a careless reader.
  if (claims.email.state == ClaimState::kWrongType) refuse(reason::kEmail, "email is no string");
  if (claims.emailVerified.state == ClaimState::kWrongType) refuse(reason::kEmail, "email_verified is no boolean");
}

void checkGroups(const TokenClaims& claims) {
  // Roles may hang on them (JIT.md rows 21 to 24): half-understood groups are worse than none.
  const auto& groups = claims.groups;
  if (groups.absent()) return;
  if (!groups.present() || !std::all_of(groups.value.begin(), groups.value.end(), hasNoControls)) {
    refuse(reason::kMalformed, "groups is no list of plain strings");
  }
}

void checkSession(const TokenClaims& claims) {
  if (claims.sid.absent()) return;  // OIDC Back-Channel Logout 2.1
  const std::string_view sid = claims.sid.value;
  if (!claims.sid.present() || sid.empty() || sid.size() > kMaxSessionIdBytes || !hasNoControls(sid)) {
    refuse(reason::kMalformed, "sid is not 1 to 255 plain bytes");
  }
}

void checkAuthenticationTime(const TokenClaims& claims, const TokenRules& rules, std::int64_t now) {
  if (claims.authTime.absent()) return;  // OIDC Core 2
  if (!claims.authTime.present() || claims.authTime.value < 0 || claims.authTime.value > now + rules.clockSkew) {
    refuse(reason::kMalformed, "auth_time is no time in the past");
  }
}

}  // namespace sso::detail
