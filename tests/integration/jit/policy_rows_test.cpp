// SPDX-License-Identifier: Apache-2.0
// A policy that administrators change: the module's operation over real databases, on two instances.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <latch>

#include "host_adapter.h"
#include "identity/guarded_host.h"
#include "identity/run_unit_of_work.h"
#include "sso/db/database.h"
#include "sso/error.h"
#include "support/fake_clock.h"
#include "support/pg_cluster.h"
#include "tenants/migration_check.h"
#include "tenants/policy_change.h"

namespace sso::detail {
namespace {

struct PolicyDatabase {
  explicit PolicyDatabase(bool postgres) {
    if (postgres) {
      static test::PgCluster server(test::PgCluster::Options{.fsync = false, .settings = {}});
      static int count = 0;
      const std::string name = "policy_" + std::to_string(++count);
      server.createDatabase(name);
      url = server.url(name);
      return;
    }
    std::string name = (std::filesystem::temp_directory_path() / "sso-policy-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder = name;
    url = "sqlite://" + (folder / "policy.db").string();
  }
  ~PolicyDatabase() {
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
  }
  std::filesystem::path folder;
  std::string url;
};

/// One instance of the application: a pool, and what changes policies on it.
struct PolicyInstance {
  PolicyInstance(const std::string& url, const std::shared_ptr<Clock>& clock)
      : database(db::Database::open({.url = url})),
        storage(db::openStorage(database)),
        cache(std::make_shared<OrganizationCache>(storage, clock)),
        changer(storage,
                std::make_shared<GuardedHost>(
                    std::make_shared<hostapp::AppHostAdapter>(clock, systemRandom(), nullptr, nullptr, nullptr)),
                std::make_shared<const OrganizationChanges>(storage, clock, unitOfWorkRetries()), cache,
                std::make_shared<const MigrationCheck>(storage, nullptr, clock)) {}  // no window is opened here
  std::shared_ptr<db::Database> database;
  std::shared_ptr<Storage> storage;
  std::shared_ptr<OrganizationCache> cache;
  PolicyChanger changer;
};

class PolicyRows : public testing::TestWithParam<bool> {
 protected:
  PolicyRows() {
    Organization acme;
    acme.id = "org_acme";
    acme.tenantId = "acme";
    acme.displayName = "Acme";
    acme.domains = {"acme.example", "acme.test"};
    acme.policy.defaultRole = "member";
    const auto work = one_.storage->begin();
    one_.storage->organizations().saveOrganization(*work, acme);
    work->commit();
  }
  Organization stored() { return one_.storage->organizations().findByTenant("acme").value(); }
  std::vector<AuditEvent> events() { return one_.storage->audit().recent("org_acme", 100); }
  static OrganizationPolicy with(OrganizationPolicy policy, std::vector<GroupRole> groups) {
    policy.groupRoles = std::move(groups);
    return policy;
  }

  PolicyDatabase place_{GetParam()};
  std::shared_ptr<test::FakeClock> clock_ = std::make_shared<test::FakeClock>();
  PolicyInstance one_{place_.url, clock_}, other_{place_.url, clock_};
  const Actor ada_{"acc_ada", "192.0.2.1", "REF"};
};

INSTANTIATE_TEST_SUITE_P(, PolicyRows, testing::Values(true, false),
                         [](const auto& suite) { return suite.param ? "Postgres" : "Sqlite"; });

TEST_P(PolicyRows, IsStoredWithItsEventAndSeenByTheOtherInstance) {
  auto wanted = with(stored().policy, {{"Ingénierie", "admin"}, {"everybody", "member"}});
  wanted.roleCeiling = RoleCeiling::kAdmin;
  wanted.connections["conn_1"].jitProvisioning = false;
  const auto written = one_.changer.change(stored(), 1, wanted, ada_);
  EXPECT_EQ(written.version, 2);
  const auto seen = other_.storage->organizations().findByDomain("acme.test").value();
  EXPECT_EQ(seen.policy, wanted);
  EXPECT_EQ(seen.version, 2);
  EXPECT_EQ(seen.domains, (std::vector<std::string>{"acme.example", "acme.test"}));
  ASSERT_EQ(events().size(), 1U);
  EXPECT_EQ(events()[0].details.at("version"), "2");
  EXPECT_EQ(events()[0].details.at("group_roles"), "nothing -> Ingénierie=admin, everybody=member");
  EXPECT_EQ(events()[0].details.at("conn_1"), "jit_provisioning inherited -> off");
}

TEST_P(PolicyRows, OfTwoAdministratorsAtOnceOneIsToldAndNothingIsLost) {
  for (int round = 0; round < 20; ++round) {
    const auto before = stored();
    std::latch together(2);
    const auto change = [&](PolicyInstance& instance, const std::string& group) {
      together.arrive_and_wait();
      try {
        auto groups = before.policy.groupRoles;
        groups.push_back({group + std::to_string(round), "member"});
        instance.changer.change(before, before.version, with(before.policy, groups), ada_);
        return true;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kConflict) << error.what();
        return false;
      }
    };
    auto hers = std::async(std::launch::async, [&] { return change(one_, "a"); });
    auto his = std::async(std::launch::async, [&] { return change(other_, "b"); });
    EXPECT_EQ(int{hers.get()} + int{his.get()}, 1) << "one of the two";
    EXPECT_EQ(stored().version, before.version + 1);
    EXPECT_EQ(stored().policy.groupRoles.size(), before.policy.groupRoles.size() + 1);
  }
  EXPECT_EQ(events().size(), 20U) << "an event for each change, and none for what was refused";
}

TEST_P(PolicyRows, WithoutItsEventThereIsNoChange) {
  const auto before = stored();
  Actor nobody = ada_;
  nobody.accountId = std::string(300, 'a');  // the trail refuses it
  EXPECT_THROW(one_.changer.change(before, 1, with(before.policy, {{"staff", "member"}}), nobody), Error);
  EXPECT_EQ(stored().version, 1);
  EXPECT_EQ(stored().policy, before.policy);
  EXPECT_TRUE(events().empty());
}

TEST_P(PolicyRows, TheLargestPolicyThatIsSoundFits) {
  auto policy = stored().policy;
  for (int i = 0; i < 150; ++i) policy.groupRoles.push_back({std::to_string(i) + std::string(250, 'g'), "member"});
  for (int i = 0; i < 50; ++i) policy.connections["conn_" + std::to_string(i)].linkExisting = LinkRule::kAutomatic;
  one_.changer.change(stored(), 1, policy, ada_);
  EXPECT_EQ(other_.storage->organizations().findByTenant("acme")->policy, policy);
  EXPECT_EQ(events().at(0).details.at("more"), "30");
}

}  // namespace
}  // namespace sso::detail
