// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "base/bulkhead.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class CircuitBreaker;
class ProviderMetadata;

/// One authorization request (CONTRACT.md 2.4). state, nonce and codeChallenge are always sent.
struct AuthorizationRequest {
  std::string state, nonce, codeChallenge;
  std::string connectionId, organizationId, domain, loginHint, provider;  ///< selectors, in any combination
  std::string prompt;  ///< empty, or "login" for a fresh authentication
  std::optional<std::chrono::seconds> maxAge = {};
};

/// The answer of the token endpoint. Held for one call, never stored.
struct TokenResponse {
  Secret idToken, accessToken;
};

/// Speaks OAuth 2.0 / OIDC with the environment. Immutable; thread-safe.
class OidcClient {
 public:
  /// bulkhead, circuit: null when nothing is to be limited.
  OidcClient(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
             std::shared_ptr<ProviderMetadata> metadata, std::shared_ptr<Bulkhead> bulkhead = nullptr,
             std::shared_ptr<CircuitBreaker> circuit = nullptr);
  /// The URL to send the browser to: each parameter once, percent-encoded (SEC-AR-01, -03).
  std::string authorizationUrl(const AuthorizationRequest& request) const;
  /// Does the environment promise to name itself in every answer (RFC 9207)?
  bool answersNameIssuer() const;
  /// The turn of one callback at Scalekit, for all that it waits for there. Taken before anything is used
  /// up, so that a callback that gets none may come again. To be a local variable.
  class Turn {
   public:
    /// Throws Error(kUpstreamUnavailable) at once when too many wait, or Scalekit did not answer a moment ago.
    Turn(Bulkhead* bulkhead, CircuitBreaker* circuit);
    /// Another one may ask in its place, unless spend() was called.
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    /// Now Scalekit is asked.
    void spend() { spent_ = true; }

   private:
    const Bulkhead::Turn waiting_;
    CircuitBreaker* const circuit_;
    bool spent_ = false;
  };
  /// Also throws when discovery cannot be had.
  Turn turnToExchange() const;
  /// Exchanges the code with the PKCE verifier, once: a spent code is never sent again (SEC-TR-13). Throws
  /// Error(kLoginFailed, invalid_grant) when Scalekit refuses the code, Error(kUpstreamUnavailable | kUpstreamRejected,
  /// ...).
  TokenResponse exchangeCode(std::string_view code, const Secret& codeVerifier) const;
  /// Scalekit's logout, returning to baseUrl + afterLogoutPath (CONTRACT.md 2.8).
  std::string logoutUrl(std::string_view idTokenHint, std::string_view state) const;

 private:
  HttpResponse sendThroughCircuit(const HttpRequest& request) const;

  SsoOptions options_;
  std::shared_ptr<HttpTransport> transport_;
  std::shared_ptr<ProviderMetadata> metadata_;
  std::string redirectUri_;
  std::shared_ptr<Bulkhead> bulkhead_;
  std::shared_ptr<CircuitBreaker> circuit_;
};

}  // namespace sso::detail
