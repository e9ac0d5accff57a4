// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "sso/identity.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class JwksCache;

/// What the login that an ID token answers was started with. An empty organizationId or connectionId is not checked.
struct IdTokenExpectations {
  std::string nonce;                         ///< of the transaction
  std::string accessToken, code;             ///< for at_hash and c_hash
  std::string organizationId, connectionId;  ///< CONTRACT.md 3.7 (8, 9)
};

/// The hint in an IdP-initiated login token: never a login by itself (CONTRACT.md 3.3).
struct IdpInitiatedHint {
  std::string organizationId, connectionId, loginHint, relayState;
  TimePoint expiresAt;
  std::string replayKey;  ///< digest of the verified claims, not of the token's text (SEC-II-11)
};

/// Verifies tokens of one Scalekit environment, in the order of CONTRACT.md 3.7. Each check is a function of its own
/// and has a test that fails without it. Immutable; thread-safe.
class TokenVerifier {
 public:
  TokenVerifier(const SsoOptions& options, std::shared_ptr<JwksCache> keys, std::shared_ptr<Clock> clock);
  ~TokenVerifier();
  /// Throws Error(kLoginFailed, reason of the first check that refused) or the errors of JwksCache.
  VerifiedIdentity verifyIdToken(std::string_view token, const IdTokenExpectations& expected) const;
  /// Throws the same, as Error(kInvalidRequest, ...).
  IdpInitiatedHint verifyIdpInitiated(std::string_view token) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sso::detail
