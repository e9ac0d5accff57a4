// SPDX-License-Identifier: Apache-2.0
#include "sso/dormancy.h"

#include <gmock/gmock.h>

#include "identity/guarded_host.h"
#include "sso/error.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"
#include "support/fake_host.h"

namespace sso::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

/// Acme locks accounts after 90 days; Ada has one, and signed in through Acme when the clock began.
class DormancyTest : public testing::Test {
 protected:
  DormancyTest() {
    Organization acme;
    acme.id = "org_acme";
    acme.tenantId = "tenant_acme";
    acme.policy.dormantAfterDays = 90;
    acme.version = 1;
    storage->edit([&](MemoryTables& tables) { tables.organizations["org_acme"] = acme; });
    ada = join("ada");
  }
  std::string join(const std::string& name) {
    const auto id = host->addAccount(name + "@acme.example", "tenant_acme");
    tie(id, "conn_acme", name, "org_acme");
    return id;
  }
  void tie(const std::string& account, const std::string& connection, const std::string& subject,
           const std::string& organization) {
    Identity identity;
    identity.key = {"https://acme.scalekit.example", connection, subject};
    identity.organizationId = organization;
    identity.accountId = account;
    identity.linkedAt = identity.lastLoginAt = clock->now();
    storage->edit([&](MemoryTables& tables) { tables.identities[identity.key] = identity; });
  }
  void signsIn(const std::string& account) {
    storage->edit([&](MemoryTables& tables) {
      for (auto& [key, identity] : tables.identities) {
        if (identity.accountId == account) identity.lastLoginAt = clock->now();
      }
    });
  }
  void change(const std::string& account, const std::function<void(HostAccount&)>& how) {
    storage->edit([&](MemoryTables& tables) { how(tables.accounts.at(account)); });
  }
  void changePolicy(const std::function<void(Organization&)>& how) {
    storage->edit([&](MemoryTables& tables) { how(tables.organizations.at("org_acme")); });
  }
  AccountState stateOf(const std::string& account) { return storage->tables().accounts.at(account).state; }
  std::vector<AuditEvent> events(std::string_view name) {
    auto all = storage->tables().audit;
    std::erase_if(all, [&](const AuditEvent& event) { return event.name != name; });
    return all;
  }
  /// The end of the 90 days, and the two weeks that the notice gives.
  void tellAndWait() {
    clock->advance(days(76));
    ASSERT_EQ(dormancy.run(10).told, 1U);
    clock->advance(days(14));
  }
  void expectLeftAlone() {
    for (int i = 0; i < 4; ++i) {
      clock->advance(days(100));
      const auto round = dormancy.run(10);
      EXPECT_EQ(round.told + round.deactivated + round.failed, 0U);
    }
    EXPECT_EQ(stateOf(ada), AccountState::kActive);
    EXPECT_TRUE(storage->tables().audit.empty());
  }

  std::shared_ptr<MemoryStorage> storage = std::make_shared<MemoryStorage>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>(storage);
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
  std::shared_ptr<detail::GuardedHost> guarded = std::make_shared<detail::GuardedHost>(host);
  Dormancy dormancy{storage, guarded, clock, log};
  Dormancy other{storage, guarded, clock, log};
  std::string ada;
};

TEST_F(DormancyTest, Row32TellsTwoWeeksBeforeAndLocksThen) {
  storage->edit([&](MemoryTables& tables) { tables.sessions["old"] = {ada, "tenant_acme", "", {}}; });
  clock->advance(days(76) - seconds(1));
  EXPECT_EQ(dormancy.run(10).told, 0U);
  clock->advance(seconds(1));
  EXPECT_EQ(dormancy.run(10).told, 1U);
  ASSERT_EQ(host->dormancyNotices().size(), 1U);
  const auto notice = host->dormancyNotices()[0];
  EXPECT_EQ(notice.accountId, ada);
  EXPECT_EQ(notice.tenantId, "tenant_acme");
  EXPECT_EQ(notice.organizationId, "org_acme");
  EXPECT_EQ(notice.lastUsedAt, clock->now() - days(76));
  EXPECT_EQ(notice.deactivatesAt, clock->now() + days(14));

  for (int i = 0; i < 13; ++i) {
    clock->advance(days(1));
    const auto round = dormancy.run(10);
    EXPECT_EQ(round.told + round.deactivated, 0U) << "told once, and not locked early: day " << i;
  }
  clock->advance(days(1));
  EXPECT_EQ(dormancy.run(10).deactivated, 1U);
  EXPECT_EQ(stateOf(ada), AccountState::kSuspended);
  EXPECT_TRUE(storage->tables().sessions.empty());
  EXPECT_EQ(host->dormancyNotices().size(), 1U);
  ASSERT_EQ(events("sso.account.dormancy_noticed").size(), 1U);
  const auto locked = events("sso.account.dormant");
  ASSERT_EQ(locked.size(), 1U);
  EXPECT_EQ(locked[0].organizationId, "org_acme");
  EXPECT_EQ(locked[0].accountId, ada);
  EXPECT_EQ(locked[0].at, clock->now());
  EXPECT_EQ(locked[0].details, (std::map<std::string, std::string>{
                                   {"tenant", "tenant_acme"}, {"unused_days", "90"}, {"limit_days", "90"}}));
  clock->advance(days(200));
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
}

TEST_F(DormancyTest, LocksNobodyWhoWasNotToldInTime) {
  clock->advance(days(400));  // the rule was switched on a moment ago
  EXPECT_EQ(dormancy.run(10).told, 1U);
  EXPECT_EQ(host->dormancyNotices().at(0).deactivatesAt, clock->now() + days(14));
  clock->advance(days(14) - seconds(1));
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  clock->advance(seconds(1));
  EXPECT_EQ(dormancy.run(10).deactivated, 1U);
}

TEST_F(DormancyTest, ASignInAfterTheNoticeStartsAnew) {
  tellAndWait();
  signsIn(ada);
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  clock->advance(days(76));
  EXPECT_EQ(dormancy.run(10).told, 1U) << "told once more, after the next long silence";
  EXPECT_EQ(host->dormancyNotices().size(), 2U);
  EXPECT_EQ(stateOf(ada), AccountState::kActive);
}

TEST_F(DormancyTest, APasswordAfterTheNoticeStartsAnew) {
  tellAndWait();
  change(ada, [&](HostAccount& account) { account.lastUsedAt = clock->now() - days(1); });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  clock->advance(days(75));
  EXPECT_EQ(dormancy.run(10).told, 1U);
  EXPECT_EQ(host->dormancyNotices().at(1).lastUsedAt, clock->now() - days(76));
}

TEST_F(DormancyTest, APasswordAfterTheNoticeMakesItWorthlessHoweverLateItIsSeen) {
  tellAndWait();
  change(ada, [&](HostAccount& account) { account.lastUsedAt = clock->now() - days(13); });
  clock->advance(days(77));
  const auto round = dormancy.run(10);
  EXPECT_EQ(round.deactivated, 0U);
  EXPECT_EQ(round.told, 1U);
}

TEST_F(DormancyTest, APasswordBeforeTheNoticeThatIsReportedLateCounts) {
  tellAndWait();
  change(ada, [&](HostAccount& account) { account.lastUsedAt = clock->now() - days(15); });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  EXPECT_EQ(stateOf(ada), AccountState::kActive);
}

TEST_F(DormancyTest, WhoComesBackWhileTheyAreBeingLockedIsNot) {
  tellAndWait();
  storage->beforeCommit([&] { signsIn(ada); });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  EXPECT_EQ(stateOf(ada), AccountState::kActive);
}

TEST_F(DormancyTest, OfTwoInstancesOneTells) {
  clock->advance(days(76));
  storage->beforeCommit([&] { EXPECT_EQ(other.run(10).told, 1U); });
  EXPECT_EQ(dormancy.run(10).told, 0U);
  EXPECT_EQ(host->dormancyNotices().size(), 1U);
}

TEST_F(DormancyTest, OfTwoInstancesOneLocks) {
  tellAndWait();
  storage->beforeCommit([&] { EXPECT_EQ(other.run(10).deactivated, 1U); });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  EXPECT_EQ(events("sso.account.dormant").size(), 1U);
}

TEST_F(DormancyTest, WhatAnotherInstanceHasLookedAtIsLeftToIt) {
  change(ada, [](HostAccount& account) { account.breakGlass = true; });
  clock->advance(days(100));
  storage->beforeCommit([&] { other.run(10); });
  dormancy.run(10);
  EXPECT_EQ(host->queries(), 2) << "once by each of them";
}

TEST_F(DormancyTest, ARestoredAccountHasItsTime) {
  tellAndWait();
  ASSERT_EQ(dormancy.run(10).deactivated, 1U);
  clock->advance(days(300));
  const auto work = storage->begin();
  AccountChange restored;
  restored.state = AccountState::kActive;
  host->updateAccount(*work, ada, "tenant_acme", restored);
  dormancy.restart(*work, "tenant_acme", ada);
  work->commit();
  clock->advance(days(76) - seconds(1));
  EXPECT_EQ(dormancy.run(10).told, 0U);
  clock->advance(seconds(1));
  EXPECT_EQ(dormancy.run(10).told, 1U);
}

TEST_F(DormancyTest, WhatAnotherTenantRestoresIsNotOurs) {
  tellAndWait();
  const auto work = storage->begin();
  dormancy.restart(*work, "tenant_beta", ada);
  work->commit();
  EXPECT_EQ(dormancy.run(10).deactivated, 1U);
}

TEST_F(DormancyTest, ALockedAccountStartsAnewEvenIfItsHostForgetsToSay) {
  tellAndWait();
  ASSERT_EQ(dormancy.run(10).deactivated, 1U);
  change(ada, [](HostAccount& account) { account.state = AccountState::kActive; });
  clock->advance(days(2));
  const auto round = dormancy.run(10);
  EXPECT_EQ(round.told + round.deactivated, 0U);
}

TEST_F(DormancyTest, LeavesBreakGlassAlone) {
  change(ada, [](HostAccount& account) { account.breakGlass = true; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesTheLastOwnerAlone) {
  change(ada, [](HostAccount& account) { account.memberships["tenant_acme"] = {"owner"}; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesMembersOfOtherTenantsAlone) {
  change(ada, [](HostAccount& account) { account.memberships["tenant_beta"] = {"member"}; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesWhoIsNoMemberAlone) {
  change(ada, [](HostAccount& account) { account.memberships = {}; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesWhomAnotherOrganizationOpensAlone) {
  tie(ada, "conn_beta", "ada", "org_beta");
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesADirectorysPeopleAlone) {
  changePolicy([](Organization& acme) { acme.policy.directoryActive = true; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesEverybodyAloneWhereTheRuleIsOff) {
  changePolicy([](Organization& acme) { acme.policy.dormantAfterDays = 0; });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesEverybodyAloneWhereNobodyCanSignIn) {
  changePolicy([](Organization& acme) { acme.policy.mode = SsoMode::kOff; });
  expectLeftAlone();
  changePolicy([](Organization& acme) {
    acme.policy.mode = SsoMode::kOptional;
    acme.status = OrganizationStatus::kSuspended;
  });
  expectLeftAlone();
}
TEST_F(DormancyTest, LeavesAccountsAloneThatTheHostCannotHold) {
  host->holdsAccounts = false;
  expectLeftAlone();
}

TEST_F(DormancyTest, NeitherTellsNorLocksWhoIsSuspended) {
  change(ada, [](HostAccount& account) { account.state = AccountState::kSuspended; });
  clock->advance(days(100));
  EXPECT_EQ(dormancy.run(10).told, 0U);
  EXPECT_TRUE(storage->tables().audit.empty());
}

TEST_F(DormancyTest, TheRuleThatCountsIsTheOneOfTheCommit) {
  tellAndWait();
  storage->beforeCommit([&] { changePolicy([](Organization& acme) { acme.policy.dormantAfterDays = 0; }); });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
  EXPECT_EQ(stateOf(ada), AccountState::kActive);
}

TEST_F(DormancyTest, ALongerRuleHoldsForWhoWasToldAlready) {
  tellAndWait();
  changePolicy([](Organization& acme) { acme.policy.dormantAfterDays = 365; });
  EXPECT_EQ(dormancy.run(10).deactivated, 0U);
}

TEST_F(DormancyTest, IsBoundedAndGetsToEverybody) {
  for (int i = 0; i < 6; ++i) join("more" + std::to_string(i));
  change(ada, [](HostAccount& account) { account.breakGlass = true; });  // takes a place, and lets the others by
  clock->advance(days(80));
  std::size_t told = 0;
  for (int rounds = 0; rounds < 3; ++rounds) {
    const auto round = dormancy.run(3);
    EXPECT_EQ(round.more, rounds < 2);
    EXPECT_LE(round.told, 3U);
    told += round.told;
  }
  EXPECT_EQ(told, 6U);
}

TEST_F(DormancyTest, AHostThatThrowsStandsInNobodysWay) {
  join("bob");
  host->throwIn("findAccount");
  clock->advance(days(80));
  EXPECT_EQ(dormancy.run(1).failed, 1U);
  EXPECT_EQ(log->text().find("SECRET-HOST-TEXT"), std::string::npos);
  host->behave();
  EXPECT_EQ(dormancy.run(1).told, 1U) << "the other one";
  EXPECT_EQ(dormancy.run(1).told, 0U);
  clock->advance(Dormancy::kAgainAfter);
  EXPECT_EQ(dormancy.run(1).told, 1U) << "a day later the first one again";
}

TEST_F(DormancyTest, ANoticeThatIsLostIsLoggedAndNotRepeated) {
  host->throwIn("onDormancyNotice");
  clock->advance(days(76));
  EXPECT_EQ(dormancy.run(10).told, 1U);
  EXPECT_NE(log->text().find("sso.notice.lost"), std::string::npos);
  host->behave();
  clock->advance(days(2));
  EXPECT_EQ(dormancy.run(10).told, 0U);
}

TEST_F(DormancyTest, TellsNobodyOfWhatWasNotCommitted) {
  clock->advance(days(76));
  storage->setAuditDown(true);
  EXPECT_EQ(dormancy.run(10).failed, 1U);
  EXPECT_TRUE(host->dormancyNotices().empty());
}

TEST_F(DormancyTest, SaysSoWhenTheDatabaseIsAway) {
  storage->setDown(true);
  EXPECT_THROW(dormancy.run(10), Error);
}

TEST_F(DormancyTest, ForgetsAccountsThatAreUntied) {
  clock->advance(days(76));
  dormancy.run(10);
  EXPECT_EQ(storage->tables().dormancy.size(), 1U);
  storage->edit([](MemoryTables& tables) { tables.identities.clear(); });
  dormancy.run(10);
  EXPECT_TRUE(storage->tables().dormancy.empty());
}

}  // namespace
}  // namespace sso::test
