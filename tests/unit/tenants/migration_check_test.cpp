// SPDX-License-Identifier: Apache-2.0
#include "tenants/migration_check.h"

#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

using std::chrono::hours;
using Problems = std::vector<std::string>;

constexpr hours kDay{24};

/// Acme, with an old connection that is switched off and a new one that works (JIT.md row 14).
class MigrationCheckTest : public TenantsTest {
 protected:
  MigrationCheckTest() {
    store("org_1", "tenant-7", {"acme.example"});
    connections = {connectionJson("conn_old", "org_1", "COMPLETED", false), connectionJson("conn_new"),
                   connectionJson("conn_theirs", "org_2")};
  }
  ConnectionMigration window(hours from = hours(0), hours to = 30 * kDay) {
    return {"conn_old", "conn_new", clock->now() + from, clock->now() + to, false};
  }
  OrganizationPolicy with(std::vector<ConnectionMigration> windows) {
    auto policy = stored()->policy;
    policy.migrations = std::move(windows);
    return policy;
  }
  Problems problems(const ConnectionMigration& one) { return tenants.policyProblems(*stored(), with({one})); }
  void keep(const ConnectionMigration& one) {
    storage->edit([&](MemoryTables& tables) { tables.organizations["org_1"].policy.migrations = {one}; });
  }
  void addIdentity(const std::string& connection, const std::string& organization) {
    storage->edit([&](MemoryTables& tables) {
      const IdentityKey key{kEnvironment, connection, connection + ";ada"};
      tables.identities[key] = {key, organization, "acc_ada"};
    });
  }
};

TEST_F(MigrationCheckTest, ACustomerOpensAWindowBetweenItsOwnConnections) {
  const auto wanted = with({window()});
  tenants.changePolicy(kAcme, 1, wanted, kAda);
  EXPECT_EQ(stored()->policy, wanted);
  EXPECT_TRUE(events("org_1").at(0).details.at("migrations").starts_with("nothing -> conn_old to conn_new from "));
}

TEST_F(MigrationCheckTest, TheReplacementIsAnActiveConnectionOfThisOrganization) {
  auto wrong = window();
  const Problems expected{"policy.migrations[0].replacement: no active connection of this organization"};
  connections.push_back(connectionJson("conn_off", "org_1", "COMPLETED", false));
  addIdentity("conn_deleted", "org_1");
  for (const char* id : {"conn_theirs", "conn_off", "conn_deleted", "conn_nobodys"}) {
    wrong.replacement = id;
    EXPECT_EQ(problems(wrong), expected) << id;
  }
}

TEST_F(MigrationCheckTest, TheRetiredOneIsKnownAsThisOrganizations) {
  auto one = window();
  const Problems expected{"policy.migrations[0].retired: no connection of this organization"};
  addIdentity("conn_theirs", "org_2");
  for (const char* id : {"conn_theirs", "conn_gone"}) {
    one.retired = id;
    EXPECT_EQ(problems(one), expected) << id;
  }
  addIdentity("conn_gone", "org_1");
  EXPECT_EQ(problems(one), Problems{}) << "deleted at Scalekit, and people still have identities of it";
}

TEST_F(MigrationCheckTest, ItEndsWithinTheNextNinetyDays) {
  const Problems expected{"policy.migrations[0].closesAt: not within the next 90 days"};
  EXPECT_EQ(problems(window(-2 * kDay, hours(0))), expected);
  EXPECT_EQ(problems(window(2 * kDay, 91 * kDay)), expected);
  EXPECT_EQ(problems(window(hours(0), 90 * kDay)), Problems{});
  EXPECT_EQ(problems(window(-1 * kDay, 90 * kDay)).size(), 1u) << "longer than any window";
}

TEST_F(MigrationCheckTest, WhatIsStoredMayEndEarlierOrGoWhateverItIs) {
  auto old = window(-10 * kDay, 10 * kDay);
  old.replacement = "conn_long_gone";
  keep(old);
  away = true;  // Scalekit is not asked
  auto shorter = old;
  shorter.closesAt = clock->now();
  EXPECT_EQ(problems(shorter), Problems{});
  EXPECT_EQ(tenants.policyProblems(*stored(), with({})), Problems{});
  EXPECT_EQ(connectionLists, 0);
  away = false;
  auto longer = old, other = old;
  longer.closesAt += seconds(1);
  other.automatic = true;
  EXPECT_EQ(problems(longer).size(), 1u);
  EXPECT_EQ(problems(other).size(), 1u);
}

TEST_F(MigrationCheckTest, NobodyOpensOneUncheckedWhileScalekitIsAway) {
  away = true;
  EXPECT_THROW(tenants.changePolicy(kAcme, 1, with({window()}), kAda), Error);
  EXPECT_TRUE(stored()->policy.migrations.empty());
}

}  // namespace
}  // namespace sso::test
