// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "oidc/provider_metadata.h"
#include "scalekit/access_token_cache.h"
#include "scalekit/connection_directory.h"
#include "sso/error.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace sso::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline const std::string kEnvironment = "https://env.example.com";

inline SsoOptions scalekitOptions() {
  SsoOptions options;
  options.environmentUrl = kEnvironment;
  options.clientId = "skc_1";
  options.clientSecret = Secret("CANARY/secret&=");
  options.baseUrl = "https://app.example.com";
  return options;
}

inline std::string discoveryDocument() {
  return R"({"issuer":"https://env.example.com","authorization_endpoint":"https://env.example.com/oauth/authorize",
    "token_endpoint":"https://env.example.com/oauth/token","jwks_uri":"https://env.example.com/keys",
    "end_session_endpoint":"https://env.example.com/oidc/logout","response_types_supported":["code"],
    "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]})";
}

/// A Scalekit that answers from rules, a clock that moves by hand, and pauses that only move it.
class ScalekitTest : public testing::Test {
 protected:
  ScalekitTest() {
    transport->onJson("/.well-known/openid-configuration", discoveryDocument());
    transport->on("/oauth/token", [this](const HttpRequest&) {
      return json("{\"access_token\":\"token-" + std::to_string(++tokensGiven) +
                  "\",\"token_type\":\"Bearer\",\"expires_in\":1000}");
    });
  }
  static HttpResponse json(std::string body, int status = 200) {
    return {status, {{"content-type", "application/json"}}, std::move(body)};
  }
  int tokenRequests() const { return static_cast<int>(transport->requests("/oauth/token").size()); }

  std::atomic<int> tokensGiven{0};
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
  std::vector<milliseconds> pauses;
  detail::RetryPlan retries{.maxTries = 3,
                            .firstPause = milliseconds(100),
                            .sleep =
                                [this](milliseconds pause) {
                                  pauses.push_back(pause);
                                  clock->advance(pause);
                                },
                            .jitter = [] { return 0.5; }};
  std::shared_ptr<detail::ProviderMetadata> metadata =
      std::make_shared<detail::ProviderMetadata>(transport, scalekitOptions(), clock, log);
  std::shared_ptr<detail::AccessTokenCache> tokens =
      std::make_shared<detail::AccessTokenCache>(scalekitOptions(), transport, metadata, clock, retries);
};

}  // namespace sso::test
