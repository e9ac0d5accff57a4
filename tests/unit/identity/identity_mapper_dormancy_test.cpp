// SPDX-License-Identifier: Apache-2.0
// JIT.md row 32 at a login: what counts as a use of the account, and whose account is left alone.
#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

using std::chrono::days;

class IdentityMapperDormancyTest : public IdentityMapperTest {
 protected:
  IdentityMapperDormancyTest() {
    acme_.policy.dormantAfterDays = 90;
    account_ = login(person()).accountId;
  }
  /// Signs in now, with an assertion of now.
  DenyCode comesBack() {
    auto identity = person();
    identity.issuedAt = identity.authenticatedAt = clock_->now();
    return login(identity).decision.code;
  }
  void change(const std::function<void(HostAccount&)>& how) {
    storage_->edit([&](MemoryTables& tables) { how(tables.accounts.at(account_)); });
  }
  void tie(const std::string& connection, const std::string& organization, TimePoint at) {
    Identity identity;
    identity.key = {person().key.issuer, connection, connection + ";ada"};
    identity.organizationId = organization;
    identity.accountId = account_;
    identity.linkedAt = clock_->now() - days(1000);
    identity.lastLoginAt = at;
    storage_->edit([&](MemoryTables& tables) { tables.identities[identity.key] = identity; });
  }
  void note(TimePoint countsFrom, std::optional<TimePoint> noticedAt) {
    storage_->edit([&](MemoryTables& tables) {
      tables.dormancy[{"org_acme", account_}].note = {countsFrom, noticedAt};
    });
  }
  std::string account_;
};

TEST_F(IdentityMapperDormancyTest, Row32RefusesWhoeverWasAwayForTooLong) {
  clock_->advance(days(90));
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
  EXPECT_EQ(storage_->tables().identities.begin()->second.lastLoginAt, clock_->now() - days(90)) << "nothing changed";
}

TEST_F(IdentityMapperDormancyTest, ASignInAMomentBeforeStartsAnew) {
  for (int i = 0; i < 3; ++i) {
    clock_->advance(days(90) - seconds(1));
    EXPECT_EQ(comesBack(), DenyCode::kNone) << i;
  }
}

TEST_F(IdentityMapperDormancyTest, ANewSubjectOpensNoLockedAccountEither) {
  acme_.policy.migrations = {{"conn_a", "conn_b", clock_->now(), clock_->now() + days(91), true}};
  auto moved = person("conn_b;ada");
  moved.key.connectionId = "conn_b";
  const auto comesThere = [&] {
    moved.issuedAt = moved.authenticatedAt = clock_->now();
    return login(moved).decision;
  };
  clock_->advance(days(90));
  EXPECT_EQ(comesThere().code, DenyCode::kAccountDormant);
  EXPECT_EQ(comesThere().row, 32);
  acme_.policy.migrations.clear();
  acme_.policy.linkExisting = LinkRule::kAutomatic;
  EXPECT_EQ(comesThere().code, DenyCode::kAccountDormant);
  acme_.policy.migrations = {{"conn_a", "conn_b", clock_->now(), clock_->now() + days(1), true}};
  change([&](HostAccount& account) { account.lastUsedAt = clock_->now() - days(89); });
  EXPECT_TRUE(comesThere().signsIn()) << "used by other means";
}

TEST_F(IdentityMapperDormancyTest, RefusesNobodyWhereTheRuleIsOff) {
  acme_.policy.dormantAfterDays = 0;
  clock_->advance(days(2000));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, RefusesNobodyWhomADirectoryProvisions) {
  acme_.policy.directoryActive = true;
  clock_->advance(days(200));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, NeverShutsTheLastOwnerOut) {
  change([](HostAccount& account) { account.memberships["tenant_acme"] = {"owner"}; });
  clock_->advance(days(200));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
  host_->addAccount("boss@acme.example", "tenant_acme",
                    [](HostAccount& other) { other.memberships["tenant_acme"] = {"owner"}; });
  clock_->advance(days(200));
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant) << "one of two";
}

TEST_F(IdentityMapperDormancyTest, LeavesAMemberOfOtherTenantsAlone) {
  change([](HostAccount& account) { account.memberships["tenant_beta"] = {"member"}; });
  clock_->advance(days(200));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, LeavesAnAccountAloneThatAnotherOrganizationOpensToo) {
  tie("conn_beta", "org_beta", clock_->now() - days(500));
  clock_->advance(days(200));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, WhatTheHostSawOfTheAccountCounts) {
  clock_->advance(days(200));
  change([&](HostAccount& account) { account.lastUsedAt = clock_->now() - days(90); });
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
  change([&](HostAccount& account) { account.lastUsedAt = clock_->now() - days(89); });
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, ASignInThroughAnotherConnectionOfTheOrganizationCounts) {
  clock_->advance(days(200));
  tie("conn_b", "org_acme", clock_->now() - days(90));
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
  tie("conn_b", "org_acme", clock_->now() - days(89));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, WhoNeverSignedInCountsFromTheTie) {
  storage_->edit([&](MemoryTables& tables) {
    tables.identities.begin()->second.lastLoginAt = {};
    tables.identities.begin()->second.linkedAt = clock_->now() + days(100);
  });
  clock_->advance(days(189));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, ARestoredAccountCountsFromThen) {
  clock_->advance(days(200));
  note(clock_->now() - days(90), std::nullopt);
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
  note(clock_->now() - days(89), std::nullopt);
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, KeepsItsWordToWhoeverWasTold) {
  clock_->advance(days(200));
  note({}, clock_->now() - days(14));
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
  note({}, clock_->now() - days(14) + seconds(1));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
}

TEST_F(IdentityMapperDormancyTest, ANoticeOfAnEarlierTimeMeansNothing) {
  acme_.policy.dormantAfterDays = 30;
  note({}, clock_->now() + days(10));
  clock_->advance(days(20));
  EXPECT_EQ(comesBack(), DenyCode::kNone);
  storage_->edit([&](MemoryTables& tables) {
    tables.dormancy.at({"org_acme", account_}).note.noticedAt = clock_->now();  // of the very second of the sign-in
  });
  clock_->advance(days(30));
  EXPECT_EQ(comesBack(), DenyCode::kAccountDormant);
}

}  // namespace
}  // namespace sso::detail::test
