// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "oidc/jwks_cache.h"
#include "oidc/provider_metadata.h"
#include "oidc/token_verifier.h"
#include "sso/error.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"

namespace sso::test {

/// A verifier in an environment that a JSON description fixes: now, environment, client_id, expected (the members of
/// IdTokenExpectations) and a key set. For tokens that another program has made.
class FixedEnvironment {
 public:
  FixedEnvironment(const nlohmann::json& description, const nlohmann::json& jwks)
      : clock_(std::make_shared<FakeClock>(description.at("now").get<std::int64_t>())) {
    SsoOptions options;
    options.environmentUrl = description.at("environment");
    options.clientId = description.at("client_id");
    const auto transport = std::make_shared<Documents>(options.environmentUrl, jwks.dump());
    const auto log = std::make_shared<CapturedLog>();
    const auto metadata = std::make_shared<detail::ProviderMetadata>(transport, options, clock_, log);
    const auto cache =
        std::make_shared<detail::JwksCache>(transport, metadata, clock_, log, std::chrono::milliseconds(5000));
    verifier_ = std::make_unique<detail::TokenVerifier>(options, cache, clock_);
    const auto& expected = description.at("expected");
    expected_ = {expected.at("nonce"), expected.at("access_token"), expected.at("code"), expected.at("organization_id"),
                 expected.at("connection_id")};
  }
  VerifiedIdentity verify(const std::string& token) const { return verifier_->verifyIdToken(token, expected_); }
  /// "none", or the reason for refusing.
  std::string verdict(const std::string& token) const {
    try {
      verify(token);
      return "none";
    } catch (const Error& error) {
      return error.reason();
    }
  }

 private:
  /// Serves the two documents that a verifier reads.
  class Documents : public HttpTransport {
   public:
    Documents(const std::string& environment, std::string jwks)
        : discovery_(nlohmann::json{{"issuer", environment},
                                    {"authorization_endpoint", environment + "/oauth/authorize"},
                                    {"token_endpoint", environment + "/oauth/token"},
                                    {"jwks_uri", environment + "/keys"}}
                         .dump()),
          jwks_(std::move(jwks)) {}
    HttpResponse send(const HttpRequest& request) override {
      return {200, {{"content-type", "application/json"}}, request.url.ends_with("/keys") ? jwks_ : discovery_};
    }

   private:
    std::string discovery_, jwks_;
  };

  std::shared_ptr<FakeClock> clock_;
  std::unique_ptr<detail::TokenVerifier> verifier_;
  detail::IdTokenExpectations expected_;
};

}  // namespace sso::test
