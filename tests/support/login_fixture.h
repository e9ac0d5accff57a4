// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/sso_module.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"
#include "support/fake_host.h"
#include "support/fake_random.h"
#include "support/fake_scalekit.h"
#include "support/memory_storage.h"

namespace sso::test {

/// A browser: a cookie jar in front of the module. Not thread-safe; copy it to have a second one with its cookies.
class Browser {
 public:
  explicit Browser(const SsoModule& module) : module_(&module) {}
  RequestInfo request(const std::string& target, const std::string& method = "GET") const {
    RequestInfo info;
    info.method = method;
    const auto mark = target.find('?');
    info.path = target.substr(0, mark);
    if (mark != std::string::npos) info.query = target.substr(mark + 1);
    info.remoteAddress = "192.0.2.7";
    info.accept = accept;
    info.secFetchSite = fetchSite;
    info.cookies = {cookies.begin(), cookies.end()};
    return info;
  }
  WebResponse send(const RequestInfo& info) {
    auto response = module_->handle(info);
    if (!response) {
      ADD_FAILURE() << info.path << " is not the module's";
      return {};
    }
    keep(*response);
    return *response;
  }
  WebResponse get(const std::string& target) { return send(request(target)); }
  void keep(const WebResponse& response) {
    for (const auto& cookie : response.cookies) {
      if (cookie.maxAge == std::chrono::seconds(0)) {
        cookies.erase(cookie.name);
      } else {
        cookies[cookie.name] = cookie.value;
      }
    }
  }
  std::size_t cookiesNamed(std::string_view part) const {
    return static_cast<std::size_t>(std::count_if(
        cookies.begin(), cookies.end(), [&](const auto& row) { return row.first.find(part) != std::string::npos; }));
  }

  std::map<std::string, std::string> cookies;
  std::string accept = "text/html";
  std::string fetchSite = "same-origin";  ///< as when a page of ours leads on; "cross-site": another site's link

 private:
  const SsoModule* module_;
};

/// The whole module on fakes: Scalekit, database, host, clock, random bytes, log. Organization org_acme owns
/// acme.example and acme.test, org_beta owns beta.example; both create people on first login.
class LoginFixture : public testing::Test {
 protected:
  LoginFixture() {
    saveOrganization("org_acme", "tenant_acme", {"acme.example", "acme.test"});
    saveOrganization("org_beta", "tenant_beta", {"beta.example"});
  }

  static SsoOptions defaultOptions() {
    SsoOptions options;
    options.environmentUrl = FakeScalekit::kUrl;
    options.clientId = FakeScalekit::kClientId;
    options.clientSecret = Secret("MARKER-client-secret-0123456789");
    options.baseUrl = "https://app.example.com";
    options.secretKeys = {Secret(std::string("0123456789abcdefghijklmnopqrstuv"))};
    options.environment = AppEnvironment::kProduction;
    return options;
  }
  /// Another instance of the application on the same database.
  std::shared_ptr<SsoModule> makeModule(const SsoOptions& options = defaultOptions()) {
    return SsoModule::create(options, {.host = host,
                                       .storage = storage,
                                       .transport = scalekit.transport,
                                       .clock = clock,
                                       .random = random,
                                       .log = log});
  }
  void saveOrganization(const std::string& id, const std::string& tenant, std::vector<std::string> domains) {
    Organization organization;
    organization.id = id;
    organization.tenantId = tenant;
    organization.displayName = "Name of " + id;
    organization.domains = std::move(domains);
    organization.policy.defaultRole = "member";
    organization.version = 1;
    storage->edit([&](MemoryTables& tables) { tables.organizations[id] = organization; });
  }
  void changeOrganization(const std::string& id, const std::function<void(Organization&)>& change) {
    storage->edit([&](MemoryTables& tables) { change(tables.organizations.at(id)); });
  }

  /// Begins a login and signs in at the identity provider: the target of the callback, not visited yet.
  std::string callbackFor(Browser& browser, const Person& person = {},
                          const std::string& start = "/sso/login?organization_id=org_acme") {
    const auto begun = browser.get(start);
    EXPECT_EQ(begun.status, 302) << begun.body;
    return "/sso/callback?" + scalekit.signIn(begun.location, person);
  }
  WebResponse login(Browser& browser, const Person& person = {},
                    const std::string& start = "/sso/login?organization_id=org_acme") {
    return browser.get(callbackFor(browser, person, start));
  }
  std::optional<std::string> signedIn(const Browser& browser) const {
    return host->currentAccount(browser.request("/me"));
  }
  std::vector<AuditEvent> audit(const std::string& name) const {
    auto events = storage->tables().audit;
    std::erase_if(events, [&](const AuditEvent& event) { return event.name != name; });
    return events;
  }
  /// SECURITY 0, REJ: nobody signed in, nothing stored but exactly one audit event, no 5xx. Takes the number of audit
  /// events from before.
  void expectRefused(const WebResponse& response, const Browser& browser, const std::string& reason,
                     ErrorCode publicCode, std::size_t auditBefore = 0,
                     const std::string& event = "sso.login.failed") const {
    EXPECT_EQ(response.status, describe(publicCode).httpStatus) << response.location;
    EXPECT_GE(response.status, 400);
    EXPECT_LT(response.status, 500);
    EXPECT_FALSE(signedIn(browser));
    const auto tables = storage->tables();
    ASSERT_EQ(tables.audit.size(), auditBefore + 1) << "exactly one audit event (SEC-LG-07)";
    EXPECT_EQ(tables.audit.back().name, event);
    EXPECT_EQ(tables.audit.back().reason, reason);
    EXPECT_EQ(tables.audit.back().remoteAddress, "192.0.2.7");
    EXPECT_EQ(tables.audit.back().reference.size(), 10U);
    EXPECT_NE(response.body.find(tables.audit.back().reference), std::string::npos) << "the page names its reference";
    EXPECT_NE(log->text().find(tables.audit.back().reference), std::string::npos) << "so does the log";
  }

  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::shared_ptr<FakeRandom> random = std::make_shared<FakeRandom>();
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
  std::shared_ptr<MemoryStorage> storage = std::make_shared<MemoryStorage>();
  std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>(storage);
  FakeScalekit scalekit{clock};
  std::shared_ptr<SsoModule> module = makeModule();
};

}  // namespace sso::test
