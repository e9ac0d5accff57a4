// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "support/fake_transport.h"

namespace sso::test {

/// The part of Scalekit that a settings page asks, behind a FakeTransport: one organization for each tenant, made on
/// first need; connections and domains that a test writes down; portal links that count up. Thread-safe.
class FakeSetup {
 public:
  using Json = nlohmann::json;
  static constexpr const char* kUrl = "https://acme.scalekit.example";

  explicit FakeSetup(FakeTransport& transport) {
    const std::string url = kUrl;
    transport.onJson("/.well-known/openid-configuration", Json{{"issuer", url},
                                                               {"authorization_endpoint", url + "/oauth/authorize"},
                                                               {"token_endpoint", url + "/oauth/token"},
                                                               {"jwks_uri", url + "/keys"},
                                                               {"response_types_supported", {"code"}},
                                                               {"subject_types_supported", {"public"}},
                                                               {"id_token_signing_alg_values_supported", {"RS256"}}}
                                                              .dump());
    transport.onJson("/oauth/token",
                     R"({"access_token":"MARKER-machine-token","token_type":"Bearer","expires_in":3600})");
    transport.on("/api/v1/organizations", [this](const HttpRequest& request) { return organization(request); });
    transport.on("/api/v1/connections", [this](const HttpRequest&) { return list("connections", connections_); });
    transport.on("/domains", [this](const HttpRequest&) { return list("domains", domains_); });
    transport.on("/portal_links", [this](const HttpRequest& request) { return link(request); });
  }

  void addConnection(const std::string& organizationId, const std::string& status = "COMPLETED", bool enabled = true) {
    const std::lock_guard lock(mutex_);
    connections_.push_back({{"id", "conn_" + std::to_string(connections_.size() + 1)},
                            {"organization_id", organizationId},
                            {"provider", "OKTA"},
                            {"type", "OIDC"},
                            {"status", status},
                            {"enabled", enabled}});
  }
  void addDomain(const std::string& organizationId, const std::string& name, const std::string& status = "VERIFIED") {
    const std::lock_guard lock(mutex_);
    domains_.push_back({{"id", "dom_" + std::to_string(domains_.size() + 1)},
                        {"domain", name},
                        {"domain_type", "ORGANIZATION_DOMAIN"},
                        {"organization_id", organizationId},
                        {"verification_status", status}});
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    connections_ = domains_ = Json::array();
  }
  /// The next links lead here; empty: where they should.
  void leadTo(std::string location) {
    const std::lock_guard lock(mutex_);
    location_ = std::move(location);
  }

  std::atomic<bool> away{false};  ///< every management call is answered 503
  std::atomic<int> links{0}, revoked{0};

 private:
  static HttpResponse json(const Json& body, int status = 200) {
    return {status, {{"content-type", "application/json"}}, body.dump()};
  }
  static std::string organizationIdOf(const std::string& url) {
    const auto from = url.find("/organizations/") + 15;
    return url.substr(from, url.find('/', from) - from);
  }
  HttpResponse list(const char* name, const Json& rows) {
    const std::lock_guard lock(mutex_);
    return away ? json(Json::object(), 503) : json({{name, rows}});
  }
  HttpResponse organization(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (away) return json(Json::object(), 503);
    if (request.method == "GET") {
      const auto found = made_.find(request.url.substr(request.url.rfind('/') + 1));
      return found == made_.end() ? json({{"code", 5}, {"message", "not found"}}, 404) : json(found->second);
    }
    if (request.method == "POST") {
      const std::string externalId = Json::parse(request.body).at("external_id");
      Json body{{"organization", {{"id", "org_of_" + externalId}, {"external_id", externalId}}}};
      for (const auto* name : {"sso", "domain_verification"}) {
        body["organization"]["settings"]["features"].push_back({{"name", name}, {"enabled", true}});
      }
      made_[externalId] = body;
      return json(body, 201);
    }
    return json(made_.empty() ? Json::object() : made_.begin()->second);
  }
  HttpResponse link(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (away) return json(Json::object(), 503);
    if (request.method == "DELETE") {
      ++revoked;
      return json(Json::object());
    }
    const std::string number = std::to_string(++links);
    const std::string where = std::string(kUrl) + "/magicLink/MARKER-location-" + number;
    return json({{"link",
                  {{"id", "lnk_MARKER" + number},
                   {"location", location_.empty() ? where : location_},
                   {"expire_time", "2023-11-14T22:14:20Z"}}}});
  }

  std::mutex mutex_;
  std::map<std::string, Json> made_;
  Json connections_ = Json::array(), domains_ = Json::array();
  std::string location_;
};

}  // namespace sso::test
