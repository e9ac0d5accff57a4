// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/base64url.h"
#include "oidc/jwks_cache.h"
#include "oidc/provider_metadata.h"
#include "oidc/token_verifier.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/test_keys.h"

namespace sso::test {

inline constexpr std::string_view kEnvironment = "https://acme.scalekit.com";
inline constexpr std::string_view kClientId = "skc_32080745455485442";
inline constexpr std::int64_t kNow = 1'700'000'000;

/// The reason of the Error that this call throws; "none" when it throws nothing. The code is checked too.
template <typename Call>
std::string refusalOf(Call&& call, ErrorCode code = ErrorCode::kLoginFailed) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.reason();
  }
  return "none";
}

inline std::string leftHalfHash(std::string_view value) { return detail::encodeBase64Url(sha256(value).substr(0, 16)); }

/// An environment with one signing key, and a verifier in front of it.
class VerifierFixture : public ::testing::Test {
 protected:
  VerifierFixture() {
    options.environmentUrl = kEnvironment;
    options.clientId = kClientId;
    options.clientSecret = Secret("test_secret");
    options.baseUrl = "https://app.example.com";
    transport->onJson("/.well-known/openid-configuration", discovery().dump());
    transport->onJson("/keys", keys().jwks());
  }

  /// One key for the whole program: making it is the slow part.
  static const TestKeys& keys() {
    static const TestKeys shared;
    return shared;
  }
  static const TestKeys& otherKeys() {
    static const TestKeys shared("snk_2");
    return shared;
  }
  static nlohmann::json discovery() {
    const std::string base(kEnvironment);
    return {{"issuer", base},
            {"authorization_endpoint", base + "/oauth/authorize"},
            {"token_endpoint", base + "/oauth/token"},
            {"jwks_uri", base + "/keys"},
            {"end_session_endpoint", base + "/oidc/logout"}};
  }
  /// An honest ID token's claims (CONTRACT.md 3.1) for expected().
  static nlohmann::json honest() {
    return {{"iss", kEnvironment},
            {"aud", {kClientId}},
            {"azp", kClientId},
            {"client_id", kClientId},
            {"amr", {"conn_1"}},
            {"sub", "conn_1;82d3b065-0cc8-4c91-8144-542adda279a8"},
            {"oid", "org_1"},
            {"sid", "ses_1"},
            {"iat", kNow - 5},
            {"exp", kNow + 3600},
            {"nonce", "nonce-of-this-login"},
            {"at_hash", leftHalfHash("the access token")},
            {"c_hash", leftHalfHash("the code")},
            {"email", "Arjun.Patel@Example.com"},
            {"email_verified", true},
            {"given_name", "Arjun"},
            {"family_name", "Patel"}};
  }
  static detail::IdTokenExpectations expected() {
    return {.nonce = "nonce-of-this-login",
            .accessToken = "the access token",
            .code = "the code",
            .organizationId = "org_1",
            .connectionId = "conn_1"};
  }

  detail::TokenVerifier& verifier() {
    if (!verifier_) {
      metadata = std::make_shared<detail::ProviderMetadata>(transport, options, clock, log);
      cache = std::make_shared<detail::JwksCache>(transport, metadata, clock, log, std::chrono::milliseconds(5000));
      verifier_ = std::make_unique<detail::TokenVerifier>(options, cache, clock);
    }
    return *verifier_;
  }
  VerifiedIdentity verify(const std::string& token) { return verifier().verifyIdToken(token, expected()); }
  VerifiedIdentity verifyClaims(const nlohmann::json& claims) { return verify(keys().sign(claims.dump())); }
  /// The reason for refusing this token, these claims, the honest claims with one of them set or taken out.
  std::string refusal(const std::string& token) {
    return refusalOf([&] { verify(token); });
  }
  std::string refusalOfClaims(const nlohmann::json& claims) { return refusal(keys().sign(claims.dump())); }
  std::string refusalWith(const std::string& claim, nlohmann::json value) {
    auto claims = honest();
    claims[claim] = std::move(value);
    return refusalOfClaims(claims);
  }
  std::string refusalWithout(const std::string& claim) {
    auto claims = honest();
    claims.erase(claim);
    return refusalOfClaims(claims);
  }

  SsoOptions options;
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>(kNow);
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
  std::shared_ptr<detail::ProviderMetadata> metadata;
  std::shared_ptr<detail::JwksCache> cache;

 private:
  std::unique_ptr<detail::TokenVerifier> verifier_;
};

}  // namespace sso::test
