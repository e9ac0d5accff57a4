// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sso/digest.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/test_keys.h"

namespace sso::test {

/// Who signs in at the identity provider, and through what.
struct Person {
  std::string user = "ada", email = "ada@acme.example", name = "Ada";
  std::string connectionId = "conn_acme1", organizationId = "org_acme";
  std::optional<bool> emailVerified = true;
  std::function<void(nlohmann::json&)> claims = {};  ///< last changes to the claims of the ID token
};

/// Scalekit's side of a login, behind a FakeTransport: codes that work once, PKCE, signed ID tokens, connections.
/// Thread-safe.
class FakeScalekit {
 public:
  static constexpr const char* kUrl = "https://acme.scalekit.example";
  static constexpr const char* kClientId = "skc_123456789";
  static constexpr const char* kAccessToken = "MARKER-access-token";

  explicit FakeScalekit(std::shared_ptr<FakeClock> clock) : clock_(std::move(clock)) {
    const std::string url = kUrl;
    transport->onJson("/.well-known/openid-configuration",
                      nlohmann::json{{"issuer", url},
                                     {"authorization_endpoint", url + "/oauth/authorize"},
                                     {"token_endpoint", url + "/oauth/token"},
                                     {"jwks_uri", url + "/keys"},
                                     {"end_session_endpoint", url + "/oidc/logout"},
                                     {"response_types_supported", {"code"}},
                                     {"subject_types_supported", {"public"}},
                                     {"id_token_signing_alg_values_supported", {"RS256"}}}
                          .dump());
    transport->onJson("/keys", keys().jwks());
    transport->on("/oauth/token", [this](const HttpRequest& request) { return token(request); });
    transport->on("/api/v1/connections", [this](const HttpRequest&) { return connections(); });
  }

  /// What a browser brings back from this authorization URL, once the person has signed in: "code=...&state=...".
  std::string signIn(const std::string& authorizationUrl, const Person& person) {
    const auto asked = Parameters::parse(authorizationUrl.substr(authorizationUrl.find('?') + 1));
    std::lock_guard lock(mutex_);
    const std::string code = "MARKER-code-" + std::to_string(++codes_);
    grants_[code] = {person, asked.single("nonce").value_or(""), asked.single("code_challenge").value_or("")};
    return "code=" + code + "&state=" + asked.single("state").value_or("");
  }
  /// The token behind an IdP-initiated login (CONTRACT.md 3.3).
  std::string idpInitiatedToken(const std::function<void(nlohmann::json&)>& change = {}) const {
    const auto now = toEpochSeconds(clock_->now());
    nlohmann::json claims{{"iss", kUrl},
                          {"organization_id", "org_acme"},
                          {"connection_id", "conn_acme1"},
                          {"login_hint", "ada@acme.example"},
                          {"iat", now},
                          {"nbf", now},
                          {"exp", now + 300}};
    if (change) change(claims);
    return keys().sign(claims.dump());
  }
  /// The connection of org_acme is completed and enabled, or not.
  void setConnectionEnabled(bool enabled) {
    std::lock_guard lock(mutex_);
    connectionEnabled_ = enabled;
  }
  /// The domains that a connection of org_acme says it serves; none, until it is told otherwise.
  void setDomains(const std::string& connectionId, std::vector<std::string> domains) {
    std::lock_guard lock(mutex_);
    domains_[connectionId] = std::move(domains);
  }
  /// More headers and members of every answer that holds tokens.
  void answerTokensWith(std::vector<std::pair<std::string, std::string>> headers, nlohmann::json members) {
    std::lock_guard lock(mutex_);
    moreHeaders_ = std::move(headers);
    moreMembers_ = std::move(members);
  }
  int exchanges() const {
    int count = 0;
    for (const auto& request : transport->requests("/oauth/token")) {
      count += request.body.find("authorization_code") != std::string::npos ? 1 : 0;
    }
    return count;
  }
  /// One key for the whole program: making it is the slow part.
  static const TestKeys& keys() {
    static const TestKeys shared;
    return shared;
  }

  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  /// What the token endpoint answers; for rules that do something else first.
  HttpResponse token(const HttpRequest& request) {
    const auto form = Parameters::parse(request.body);
    if (form.single("grant_type") == "client_credentials") {
      return json({{"access_token", "MARKER-machine-token"}, {"token_type", "Bearer"}, {"expires_in", 3600}});
    }
    std::lock_guard lock(mutex_);
    const auto grant = grants_.find(form.single("code").value_or(""));
    if (grant == grants_.end() ||
        testBase64Url(sha256(form.single("code_verifier").value_or(""))) != grant->second.challenge) {
      return json({{"error", "invalid_grant"}}, 400);
    }
    const auto idToken = keys().sign(claimsOf(grant->second).dump());
    grants_.erase(grant);
    nlohmann::json body{
        {"access_token", kAccessToken}, {"id_token", idToken}, {"token_type", "Bearer"}, {"expires_in", 899}};
    body.update(moreMembers_);
    auto answer = json(body);
    answer.headers.insert(answer.headers.end(), moreHeaders_.begin(), moreHeaders_.end());
    return answer;
  }

 private:
  struct Grant {
    Person person;
    std::string nonce, challenge;
  };

  static HttpResponse json(const nlohmann::json& body, int status = 200) {
    return {status, {{"content-type", "application/json"}}, body.dump()};
  }
  nlohmann::json claimsOf(const Grant& grant) const {
    const auto& person = grant.person;
    const auto now = toEpochSeconds(clock_->now());
    nlohmann::json claims{{"iss", kUrl},
                          {"aud", {kClientId}},
                          {"azp", kClientId},
                          {"sub", person.connectionId + ";" + person.user},
                          {"amr", {person.connectionId}},
                          {"oid", person.organizationId},
                          {"nonce", grant.nonce},
                          {"name", person.name},
                          {"iat", now},
                          {"exp", now + 3600}};
    if (!person.email.empty()) claims["email"] = person.email;
    if (person.emailVerified) claims["email_verified"] = *person.emailVerified;
    if (person.claims) person.claims(claims);
    return claims;
  }
  HttpResponse connections() {
    std::lock_guard lock(mutex_);
    auto list = nlohmann::json::array();
    for (const auto* id : {"conn_acme1", "conn_acme2"}) {
      list.push_back(
          {{"id", id}, {"organization_id", "org_acme"}, {"status", "COMPLETED"}, {"enabled", connectionEnabled_}});
      if (domains_.contains(id)) list.back()["domains"] = domains_[id];
    }
    list.push_back({{"id", "conn_beta1"}, {"organization_id", "org_beta"}, {"status", "COMPLETED"}, {"enabled", true}});
    return json({{"connections", list}});
  }

  std::shared_ptr<FakeClock> clock_;
  std::mutex mutex_;
  std::map<std::string, Grant> grants_;
  int codes_ = 0;
  bool connectionEnabled_ = true;
  std::map<std::string, std::vector<std::string>> domains_;
  std::vector<std::pair<std::string, std::string>> moreHeaders_;
  nlohmann::json moreMembers_ = nlohmann::json::object();
};

}  // namespace sso::test
