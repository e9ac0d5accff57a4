// SPDX-License-Identifier: Apache-2.0
#include "oidc/token_verifier.h"

#include <openssl/crypto.h>

#include <optional>
#include <utility>

#include "base/digest.h"
#include "oidc/base64url_buffer.h"
#include "oidc/claimed_identity.h"
#include "oidc/id_token_checks.h"
#include "oidc/jwks_cache.h"
#include "oidc/jws.h"
#include "oidc/refusal.h"
#include "oidc/rs256.h"
#include "oidc/token_claims.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

constexpr std::int64_t kMaxIdpInitiatedLifetime = 600;  // seconds; CONTRACT.md 3.3, SEC-II-03
constexpr std::size_t kMaxRelayStateBytes = 2048;

TokenRules rulesFrom(const SsoOptions& options) {
  TokenRules rules{.issuers = options.additionalIssuers, .clientId = options.clientId};
  rules.issuers.insert(rules.issuers.begin(), options.environmentUrl);
  rules.clockSkew = options.clockSkew.count();
  rules.maxTokenAge = options.maxTokenAge.count();
  rules.requireNonce = options.requireNonce;
  return rules;
}

/// The buffers of one thread, used again for each token so that verifying allocates little. Lent out one at a time.
struct Workspace {
  std::string payload, signature;
  JsonCursor::SeenNames names;
  TokenClaims claims;
};

/// Hands out the workspace of this thread and wipes the claims when it goes: they are personal data.
class WorkspaceLoan {
 public:
  WorkspaceLoan() : space_(ofThisThread()) {}
  ~WorkspaceLoan() { OPENSSL_cleanse(space_.payload.data(), space_.payload.size()); }
  WorkspaceLoan(const WorkspaceLoan&) = delete;
  WorkspaceLoan& operator=(const WorkspaceLoan&) = delete;
  Workspace* operator->() const { return &space_; }

 private:
  static Workspace& ofThisThread() {
    thread_local Workspace space;
    return space;
  }
  Workspace& space_;
};

/// CONTRACT.md 3.7 (3), after the key has been found.
void checkSignature(const CompactJws& jws, const SigningKey& key, std::string& buffer) {
  if (!decodeBase64UrlInto(jws.signature, buffer)) refuse(reason::kMalformed, "signature is no base64url");
  if (!verifyRs256(key.key.get(), jws.signingInput, buffer)) refuse(reason::kSignature, "signature does not verify");
}

/// The claims of a token whose signature was found good.
const TokenClaims& readClaims(const CompactJws& jws, const WorkspaceLoan& space) {
  JsonCursor::Fault fault = JsonCursor::Fault::kMalformed;
  if (!decodeBase64UrlInto(jws.payload, space->payload)) refuse(reason::kMalformed, "payload is no base64url");
  if (!readTokenClaims(space->payload, space->names, space->claims, fault)) {
    const bool twice = fault == JsonCursor::Fault::kDuplicate;
    refuse(twice ? reason::kJsonDuplicate : reason::kMalformed, "payload is no JSON object");  // SEC-ID-16, -17
  }
  return space->claims;
}

/// CONTRACT.md 3.7 (1) to (3), the same for every kind of token.
const TokenClaims& readSigned(std::string_view token, JwksCache& keys, const WorkspaceLoan& space) {
  const CompactJws jws = splitCompactJws(token);
  const auto key = keys.keyFor(acceptedKid(jws.header));
  checkSignature(jws, *key, space->signature);
  return readClaims(jws, space);
}

/// CONTRACT.md 3.3, SEC-II-05: a positive shape, so that no other token of the issuer passes for one.
void checkIdpInitiatedShape(const TokenClaims& claims) {
  if (!claims.sub.absent()) refuse(reason::kSub, "an IdP-initiated token has no sub");
  if (!claims.nonce.absent() || !claims.atHash.absent() || !claims.cHash.absent()) {
    refuse(reason::kMalformed, "an IdP-initiated token answers no request");
  }
  if (!claims.organizationId.present() || !isOrganizationId(claims.organizationId.value)) {
    refuse(reason::kOrganization, "organization_id is missing or no id");  // SEC-II-07
  }
  if (!claims.connectionId.present() || !isConnectionId(claims.connectionId.value)) {
    refuse(reason::kConnection, "connection_id is missing or no id");
  }
}

void checkIdpInitiatedAudience(const TokenClaims& claims, const TokenRules& rules) {
  if (!claims.aud.absent()) checkAudience(claims, rules);  // SEC-II-02
}

void checkIdpInitiatedLifetime(const TokenClaims& claims) {
  // SEC-II-03. exp is positive by now; with an iat before 1970 the difference could overflow.
  if (claims.iat.value < 0 || claims.exp.value - claims.iat.value > kMaxIdpInitiatedLifetime) {
    refuse(reason::kExp, "lives longer than ten minutes");
  }
}

void checkIdpInitiatedTexts(const TokenClaims& claims) {
  // Data for a parameter and a path check of ours; line breaks have no business in either (SEC-II-07, -08).
  for (const TextClaim* text : {&claims.loginHint, &claims.relayState}) {
    if (text->absent()) continue;
    if (!text->present() || text->value.size() > kMaxRelayStateBytes || !hasNoControls(text->value)) {
      refuse(reason::kMalformed, "login_hint or relay_state is no plain text");
    }
  }
}

/// SEC-II-11: a digest of what was verified, each part with its length, so that no two lists of parts read the same.
std::string replayKeyOf(const TokenClaims& claims) {
  std::string parts;
  const auto add = [&parts](std::string_view part) {
    parts.append(std::to_string(part.size())).append(":").append(part);
  };
  for (const TextClaim* claim : {&claims.iss, &claims.jti, &claims.organizationId, &claims.connectionId,
                                 &claims.loginHint, &claims.relayState}) {
    add(claim->value);
  }
  add(std::to_string(claims.iat.value));
  add(std::to_string(claims.exp.value));
  return sha256Hex(parts);
}

}  // namespace

struct TokenVerifier::Parts {
  TokenRules rules;
  std::shared_ptr<JwksCache> keys;
  std::shared_ptr<Clock> clock;

  IdpInitiatedHint verifyIdpInitiated(std::string_view token) const;
};

TokenVerifier::TokenVerifier(const SsoOptions& options, std::shared_ptr<JwksCache> keys, std::shared_ptr<Clock> clock)
    : parts_(std::make_unique<Parts>(Parts{rulesFrom(options), std::move(keys), std::move(clock)})) {}

TokenVerifier::~TokenVerifier() = default;

VerifiedIdentity TokenVerifier::verifyIdToken(std::string_view token, const IdTokenExpectations& expected) const {
  const TokenRules& rules = parts_->rules;
  const WorkspaceLoan space;
  const TokenClaims& claims = readSigned(token, *parts_->keys, space);
  const std::int64_t now = toEpochSeconds(parts_->clock->now());
  checkIssuer(claims, rules);
  checkAudience(claims, rules);
  checkAuthorizedParty(claims, rules);
  checkExpiry(claims, rules, now);
  checkIssuedAt(claims, rules, now);
  checkNotBefore(claims, rules, now);
  checkAge(claims, rules, now);
  checkNonce(claims, rules, expected.nonce);
  checkAccessTokenHash(claims, expected.accessToken);
  checkCodeHash(claims, expected.code);
  checkSubject(claims);
  const std::string_view connectionId = checkConnection(claims, expected.connectionId);
  checkOrganization(claims, expected.organizationId);
  checkEmailClaims(claims);
  checkGroups(claims);
  checkSession(claims);
  checkAuthenticationTime(claims, rules, now);
  return identityFrom(claims, connectionId);
}

IdpInitiatedHint TokenVerifier::verifyIdpInitiated(std::string_view token) const {
  try {
    return parts_->verifyIdpInitiated(token);
  } catch (const Error& refusal) {
    // Nobody was logging in yet: the request is wrong, not a login.
    if (refusal.code() != ErrorCode::kLoginFailed) throw;
    throw Error(ErrorCode::kInvalidRequest, refusal.reason(), refusal.what(), refusal.hint());
  }
}

IdpInitiatedHint TokenVerifier::Parts::verifyIdpInitiated(std::string_view token) const {
  const WorkspaceLoan space;
  const TokenClaims& claims = readSigned(token, *keys, space);
  const std::int64_t now = toEpochSeconds(clock->now());
  checkIssuer(claims, rules);
  checkIdpInitiatedAudience(claims, rules);
  checkAuthorizedParty(claims, rules);
  checkExpiry(claims, rules, now);
  checkIssuedAt(claims, rules, now);
  checkNotBefore(claims, rules, now);
  checkIdpInitiatedLifetime(claims);
  checkIdpInitiatedShape(claims);
  checkIdpInitiatedTexts(claims);
  return {.organizationId = std::string(claims.organizationId.value),
          .connectionId = std::string(claims.connectionId.value),
          .loginHint = std::string(claims.loginHint.value),
          .relayState = std::string(claims.relayState.value),
          .expiresAt = fromEpochSeconds(claims.exp.value),
          .replayKey = replayKeyOf(claims)};
}

}  // namespace sso::detail
