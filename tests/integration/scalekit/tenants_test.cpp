// SPDX-License-Identifier: Apache-2.0
// Two instances of an application on one PostgreSQL, with the least rights that docs/DATABASE.md gives them.
#include <thread>

#include "integration/scalekit/scalekit_fixture.h"
#include "sso/db/database.h"
#include "sso/error.h"
#include "sso/sso_module.h"
#include "support/fake_host.h"
#include "support/pg_cluster.h"

namespace sso::test {
namespace {

class TenantsLive : public LocalScalekit {
 protected:
  void SetUp() override {
    LocalScalekit::SetUp();
    cluster.createDatabase("app");
    db::openStorage(cluster.url("app"));
    cluster.runFile("db/roles.postgres.sql", "app");
    cluster.query("CREATE ROLE fieldnote LOGIN IN ROLE sso_app");
    for (auto& instance : instances) instance = makeInstance();
  }
  std::shared_ptr<SsoModule> makeInstance() {
    auto given = options();
    given.baseUrl = "http://localhost:8080";
    given.secretKeys = {Secret("0123456789abcdef0123456789abcdef")};
    SsoDependencies dependencies;
    dependencies.storage = db::openStorage(cluster.url("app", "fieldnote"));
    dependencies.host = std::make_shared<FakeHost>(std::make_shared<MemoryStorage>());
    return SsoModule::create(given, dependencies);
  }

  PgCluster cluster{PgCluster::Options{.fsync = false, .settings = {}}};
  std::shared_ptr<SsoModule> instances[2];
};

TEST_F(TenantsLive, ManyFirstNeedsOnTwoInstancesMakeOneOrganizationEach) {
  for (int tenant = 0; tenant < 10; ++tenant) {
    const Tenant customer{.id = "customer-" + std::to_string(tenant), .displayName = "Customer"};
    std::atomic<int> got{0}, busy{0}, other{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        try {
          got += instances[i % 2]->organizationOf(customer, "acc_1").tenantId == customer.id ? 1 : 0;
        } catch (const Error& error) {
          ++(error.code() == ErrorCode::kUpstreamUnavailable ? busy : other);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(other, 0);
    EXPECT_EQ(got + busy, 8);
    EXPECT_GE(got, 1);
    const auto one = instances[0]->organizationOf(customer, "acc_1");
    EXPECT_EQ(instances[1]->organizationOf(customer, "acc_1").id, one.id);
    EXPECT_EQ(client->organizations().byExternalId(customer.id).value().id, one.id);
    EXPECT_EQ(countOf(client->organizations().list({.externalId = customer.id})), 1u);
  }
  EXPECT_EQ(cluster.query("SELECT count(*) FROM sso_organizations", "app"), "10");
  EXPECT_EQ(cluster.query("SELECT count(*) FROM sso_audit_events WHERE name = 'sso.organization.tied'", "app"), "10");
}

TEST_F(TenantsLive, ATenantOfTheSeedIsFoundAgainAndItsSignInStaysOff) {
  const auto organization = instances[0]->organizationOf({.id = "acme", .displayName = "Acme"}, "");
  EXPECT_EQ(organization.id, "org_70000000000000001");
  EXPECT_EQ(organization.policy.mode, SsoMode::kOff);
  EXPECT_FALSE(instances[1]->routeFor("alice@acme.example").sso);
  EXPECT_TRUE(instances[0]->scalekit()->organizations().get(organization.id).has(scalekit::feature::kSso));
}

TEST_F(TenantsLive, ScalekitBeingAwayLeavesNothingHalfMade) {
  simulator.addFault({.name = "status_503_html", .endpoint = scalekit_simulator::Endpoint::kApi});
  EXPECT_THROW(instances[0]->organizationOf({.id = "customer", .displayName = "Customer"}, ""), Error);
  EXPECT_EQ(cluster.query("SELECT count(*) FROM sso_organizations", "app"), "0");
  EXPECT_EQ(cluster.query("SELECT count(*) FROM sso_audit_events WHERE name = 'sso.organization.tied'", "app"), "0");
}

}  // namespace
}  // namespace sso::test
