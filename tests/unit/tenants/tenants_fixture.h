// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "identity/run_unit_of_work.h"
#include "support/fake_host.h"
#include "support/memory_storage.h"
#include "tenants/mode_preview.h"
#include "tenants/mode_switch.h"
#include "tenants/policy_change.h"
#include "tenants/setup_reader.h"
#include "tenants/tenant_tie.h"
#include "unit/scalekit/client_fixture.h"

namespace sso::test {

inline const Tenant kAcme{.id = "tenant-7", .displayName = "Acme", .defaultRole = "member"};
inline const Actor kAda{.accountId = "acc_ada", .remoteAddress = "192.0.2.1", .reference = "ref-1"};

/// A Scalekit of which a test writes down organizations, connections and domains.
class TenantsTest : public ClientTest {
 protected:
  TenantsTest() {
    transport->on("/api/v1/organizations", [this](const HttpRequest& request) { return organization(request); });
    transport->on("/api/v1/connections", [this](const HttpRequest&) {
      ++connectionLists;
      if (away) return json("{}", 503);
      return json(Json{{"connections", connections}}.dump());
    });
    retries.sleep = [](milliseconds) {};
  }

  static Json organizationJson(const std::string& id, const std::string& externalId, bool features = true) {
    Json found{{"id", id}, {"external_id", externalId}};
    for (const auto* name : {"sso", "domain_verification"}) {
      found["settings"]["features"].push_back({{"name", name}, {"enabled", features}});
    }
    return {{"organization", found}};
  }
  static Json connectionJson(const std::string& id, const std::string& organizationId = "org_1",
                             const std::string& status = "COMPLETED", bool enabled = true) {
    return {{"id", id},           {"organization_id", organizationId},
            {"provider", "OKTA"}, {"type", "OIDC"},
            {"status", status},   {"enabled", enabled}};
  }
  static Json domainJson(const std::string& name, const std::string& status = "VERIFIED",
                         const std::string& organizationId = "org_1") {
    return {{"id", "dom_" + std::to_string(name.size())},
            {"domain", name},
            {"domain_type", "ORGANIZATION_DOMAIN"},
            {"organization_id", organizationId},
            {"verification_status", status}};
  }
  /// A hundred on each page, as the reader asks for.
  HttpResponse domainPage(const HttpRequest& request) const {
    const auto asked = Parameters::parse(request.url.substr(request.url.find('?') + 1));
    const std::size_t from = std::stoul(asked.single("page_number").value_or("0")) * 100;
    Json page = Json::array();
    for (std::size_t i = from; i < domains.size() && i < from + 100; ++i) page.push_back(domains[i]);
    return json(Json{{"domains", page}}.dump());
  }
  HttpResponse organization(const HttpRequest& request) {
    const std::lock_guard lock(mutex);
    if (away) return json("{}", 503);
    if (request.url.find("/domains") != std::string::npos) return domainPage(request);
    if (request.method == "PATCH") {
      featuresSet.push_back(Json::parse(request.body));
      return settingsAnswer ? *settingsAnswer : json(organizationJson("org_new", "tenant-7").dump());
    }
    if (request.method == "POST") {
      const std::string externalId = Json::parse(request.body).at("external_id");
      if (createAnswer) return *createAnswer;
      existing[externalId] = organizationJson("org_new", externalId, false).dump();
      return json(existing[externalId], 201);
    }
    const auto found = existing.find(request.url.substr(request.url.rfind('/') + 1));
    return found == existing.end() ? json(R"({"code":5,"message":"no such object"})", 404) : json(found->second);
  }
  std::size_t created() const {
    std::size_t count = 0;
    for (const auto& request : calls()) count += request.method == "POST" ? 1 : 0;
    return count;
  }
  std::optional<Organization> stored(const std::string& tenantId = "tenant-7") {
    return storage->organizations().findByTenant(tenantId);
  }
  Organization store(const std::string& id, const std::string& tenantId, std::vector<std::string> domainNames = {}) {
    Organization organization;
    organization.id = id;
    organization.tenantId = tenantId;
    organization.displayName = "Stored";
    organization.domains = std::move(domainNames);
    organization.policy.mode = SsoMode::kOff;
    organization.policy.defaultRole = "member";
    organization.policy.domainAuthority = DomainAuthority::kScalekit;
    organization.version = 1;
    storage->edit([&](MemoryTables& tables) { tables.organizations[id] = organization; });
    return organization;
  }
  std::vector<AuditEvent> events(const std::string& organizationId) {
    return storage->audit().recent(organizationId, 20);
  }

  std::mutex mutex;
  std::map<std::string, std::string> existing;  ///< external id -> answer
  std::optional<HttpResponse> createAnswer, settingsAnswer;
  std::vector<Json> featuresSet;
  Json connections = Json::array(), domains = Json::array();
  std::atomic<int> connectionLists{0};
  std::atomic<bool> away{false};

  std::shared_ptr<MemoryStorage> storage = std::make_shared<MemoryStorage>();
  std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>(storage);
  std::shared_ptr<const scalekit::Client> shared = std::make_shared<const scalekit::Client>(api, kEnvironment);
  detail::RoutingCaches caches{
      std::make_shared<detail::OrganizationCache>(storage, clock),
      std::make_shared<detail::ConnectionDirectory>(scalekitOptions(), transport, tokens, clock, log, retries)};
  std::shared_ptr<const detail::OrganizationChanges> changes = std::make_shared<const detail::OrganizationChanges>(
      storage, clock, detail::RetryPlan{.maxTries = 3, .sleep = [](milliseconds) {}});
  std::shared_ptr<const detail::TenantTie> tie =
      std::make_shared<const detail::TenantTie>(shared, storage, clock, changes);
  std::shared_ptr<const detail::SetupReader> setups =
      std::make_shared<const detail::SetupReader>(shared, storage, changes, caches);
  std::shared_ptr<const detail::ModePreviewer> previews = std::make_shared<const detail::ModePreviewer>(
      storage, host, std::make_shared<const detail::FactsGatherer>(storage, host, clock, seconds(60), seconds(600)),
      kEnvironment, false);
  Tenants tenants{tie, setups,
                  std::make_shared<const detail::ModeSwitch>(storage, host, clock, changes, setups, previews, caches),
                  previews,
                  std::make_shared<const detail::PolicyChanger>(
                      storage, host, changes, caches.organizations,
                      std::make_shared<const detail::MigrationCheck>(storage, setups, clock))};
};

}  // namespace sso::test
