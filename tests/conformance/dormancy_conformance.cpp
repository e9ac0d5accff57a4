// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "storage_conformance.h"

namespace sso::conformance {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

const TimePoint kStart = fromEpochSeconds(1'700'000'000);

/// org_1 (tenant-1) has a rule of 90 days; org_2 (tenant-2) has none.
class DormancyStoreConformance : public StorageConformance {
 protected:
  void SetUp() override {
    rule(90);
    save(organizationOf("org_2", "tenant-2", {"two.example"}));
  }
  void rule(std::uint32_t limit, const std::function<void(Organization&)>& change = {}) {
    auto organization = organizationOf("org_1", "tenant-1", {"one.example"});
    organization.policy.dormantAfterDays = limit;
    if (change) change(organization);
    save(organization);
  }
  void tie(const std::string& account, TimePoint lastLoginAt = kStart, const std::string& organization = "org_1",
           const std::string& connection = "conn_1", TimePoint linkedAt = kStart - days(50)) {
    auto identity = identityOf(account + "/" + connection, account, connection);
    identity.organizationId = organization;
    identity.linkedAt = linkedAt;
    identity.lastLoginAt = lastLoginAt;
    link(identity);
  }
  DormancyStore& store() { return storage().dormancy(); }
  bool claim(const std::string& account, TimePoint now, TimePoint until) {
    bool claimed = false;
    runUnit(storage(), [&](UnitOfWork& work) { claimed = store().claimAccount(work, "org_1", account, now, until); });
    return claimed;
  }
  void notice(const std::string& account, TimePoint at) {
    runUnit(storage(), [&](UnitOfWork& work) {
      store().claimAccount(work, "org_1", account, at, at + seconds(1));
      store().noteNotice(work, "org_1", account, at);
    });
  }
  void countFrom(const std::string& account, TimePoint at, const std::string& tenant = "tenant-1") {
    runUnit(storage(), [&](UnitOfWork& work) { store().countFrom(work, tenant, account, at); });
  }
  std::optional<DormancyNote> note(const std::string& account, const std::string& organization = "org_1") {
    return otherInstance().dormancy().findNote(*otherInstance().begin(), organization, account);
  }
  std::vector<std::string> dueAt(TimePoint now, std::size_t limit = 100) {
    std::vector<std::string> ids;
    for (const auto& account : otherInstance().dormancy().dueAccounts(now, limit)) ids.push_back(account.accountId);
    return ids;
  }
  std::optional<UnusedAccount> oneAt(TimePoint now, const std::string& account = "ada") {
    return store().dueAccount(*storage().begin(), "org_1", account, now);
  }
  using Ids = std::vector<std::string>;
};

TEST_F(DormancyStoreConformance, IsDueTwoWeeksBeforeTheLimit) {
  tie("ada");
  EXPECT_EQ(dueAt(kStart + days(76) - seconds(1)), Ids{});
  EXPECT_FALSE(oneAt(kStart + days(76) - seconds(1)));
  EXPECT_EQ(dueAt(kStart + days(76)), Ids{"ada"});
  const auto due = oneAt(kStart + days(76));
  ASSERT_TRUE(due);
  EXPECT_EQ(due->organizationId, "org_1");
  EXPECT_EQ(due->tenantId, "tenant-1");
  EXPECT_EQ(due->accountId, "ada");
  EXPECT_EQ(due->dormantAfterDays, 90U);
  EXPECT_EQ(due->lastUsedAt, kStart);
  EXPECT_FALSE(due->noticedAt);
}

TEST_F(DormancyStoreConformance, WhoWasToldIsDueAgainWhenTheirTimeIsOver) {
  tie("ada");
  const auto told = kStart + days(80);
  notice("ada", told);
  EXPECT_EQ(dueAt(told + days(14) - seconds(1)), Ids{});
  EXPECT_EQ(dueAt(told + days(14)), Ids{"ada"});
  EXPECT_EQ(oneAt(told + days(14))->noticedAt, told);
  rule(365);
  EXPECT_EQ(dueAt(told + days(14)), Ids{}) << "the limit is not reached any more";
  EXPECT_EQ(dueAt(kStart + days(365)), Ids{"ada"});
}

TEST_F(DormancyStoreConformance, ASignInMakesANoticeWorthless) {
  tie("ada");
  const auto told = kStart + days(80);
  notice("ada", told);
  const auto identity = identityOf("ada/conn_1", "ada");
  runUnit(storage(), [&](UnitOfWork& work) { storage().identities().recordLogin(work, identity.key, "", "", told); });
  EXPECT_EQ(dueAt(told + days(76) - seconds(1)), Ids{});
  EXPECT_EQ(dueAt(told + days(76)), Ids{"ada"}) << "to be told again";
  EXPECT_EQ(oneAt(told + days(76))->lastUsedAt, told);
  EXPECT_FALSE(oneAt(told + days(76))->noticedAt);
}

TEST_F(DormancyStoreConformance, TheNewestIdentityCounts) {
  tie("ada");
  tie("ada", kStart + days(10), "org_1", "conn_2");
  EXPECT_EQ(dueAt(kStart + days(86) - seconds(1)), Ids{});
  EXPECT_EQ(dueAt(kStart + days(86)), Ids{"ada"}) << "and is one account";
  EXPECT_EQ(oneAt(kStart + days(86))->lastUsedAt, kStart + days(10));
}

TEST_F(DormancyStoreConformance, WhoNeverSignedInCountsFromTheTie) {
  tie("ada", fromEpochSeconds(0), "org_1", "conn_1", kStart);
  EXPECT_EQ(dueAt(kStart + days(76) - seconds(1)), Ids{});
  EXPECT_EQ(dueAt(kStart + days(76)), Ids{"ada"});
  EXPECT_EQ(oneAt(kStart + days(76))->lastUsedAt, kStart);
}

TEST_F(DormancyStoreConformance, AnAccountOfAnotherOrganizationTooIsNeverDue) {
  tie("ada");
  tie("ada", kStart - days(20), "org_2", "conn_2");
  EXPECT_EQ(dueAt(kStart + days(500)), Ids{});
  EXPECT_FALSE(oneAt(kStart + days(500)));
}

TEST_F(DormancyStoreConformance, OnlyWhereTheRuleHolds) {
  tie("ada");
  tie("eve", kStart, "org_2", "conn_2");
  const auto now = kStart + days(500);
  EXPECT_EQ(dueAt(now), Ids{"ada"}) << "org_2 has none";
  rule(0);
  EXPECT_EQ(dueAt(now), Ids{});
  rule(90, [](Organization& one) { one.policy.directoryActive = true; });
  EXPECT_EQ(dueAt(now), Ids{});
  rule(90, [](Organization& one) { one.policy.mode = SsoMode::kOff; });
  EXPECT_EQ(dueAt(now), Ids{});
  rule(90, [](Organization& one) { one.status = OrganizationStatus::kSuspended; });
  EXPECT_EQ(dueAt(now), Ids{});
  EXPECT_FALSE(oneAt(now));
  rule(90, [](Organization& one) { one.policy.mode = SsoMode::kRequired; });
  EXPECT_EQ(dueAt(now), Ids{"ada"});
}

TEST_F(DormancyStoreConformance, CountsFromTheLatestOfWhatIsNoted) {
  tie("ada");
  EXPECT_FALSE(note("ada"));
  countFrom("ada", kStart + days(20));
  countFrom("ada", kStart + days(10));
  EXPECT_EQ(note("ada"), (DormancyNote{kStart + days(20), std::nullopt}));
  EXPECT_EQ(dueAt(kStart + days(96) - seconds(1)), Ids{});
  EXPECT_EQ(dueAt(kStart + days(96)), Ids{"ada"});
  EXPECT_EQ(oneAt(kStart + days(96))->lastUsedAt, kStart + days(20));
  notice("ada", kStart + days(96));
  EXPECT_EQ(note("ada"), (DormancyNote{kStart + days(20), kStart + days(96)}));
  countFrom("ada", kStart + days(96));
  EXPECT_EQ(dueAt(kStart + days(172) - seconds(1)), Ids{}) << "a notice of that very second is over, too";
}

TEST_F(DormancyStoreConformance, CountsInTheTenantsOwnOrganizationAndOnlyForItsIdentities) {
  tie("ada");
  countFrom("ada", kStart, "tenant-2");
  countFrom("ada", kStart, "tenant-9");
  countFrom("nobody", kStart);
  EXPECT_FALSE(note("ada"));
  EXPECT_FALSE(note("ada", "org_2"));
  EXPECT_FALSE(note("nobody"));
}

TEST_F(DormancyStoreConformance, AClaimLastsAndIsForOne) {
  tie("ada");
  const auto now = kStart + days(80);
  EXPECT_TRUE(claim("ada", now, now + hours(24)));
  EXPECT_FALSE(claim("ada", now + hours(23), now + hours(99)));
  EXPECT_EQ(dueAt(now), Ids{});
  EXPECT_TRUE(oneAt(now)) << "claimed or not";
  EXPECT_EQ(dueAt(now + hours(24)), Ids{"ada"});
  EXPECT_TRUE(claim("ada", now + hours(24), now + hours(48)));
}

TEST_F(DormancyStoreConformance, OfTwoClaimsAtOnceOneIsGiven) {
  for (int round = 0; round < 10; ++round) {
    const auto account = "ada" + std::to_string(round);
    tie(account);
    std::atomic<int> given{0};
    const auto take = [&](Storage& at) {
      runUnit(at, [&](UnitOfWork& work) {
        if (at.dormancy().claimAccount(work, "org_1", account, kStart, kStart + hours(24))) {
          at.dormancy().noteNotice(work, "org_1", account, kStart + seconds(1));
          work.commit();
          ++given;
          throw Error(ErrorCode::kInternal, "done", "committed");  // runUnit would commit once more
        }
      });
    };
    const auto side = [&](Storage& at) {
      try {
        take(at);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::kInternal) throw;
      }
    };
    race([&] { side(storage()); }, [&] { side(otherInstance()); });
    EXPECT_EQ(given, 1);
  }
}

TEST_F(DormancyStoreConformance, ListsAreBoundedAndBeginWithWhoWaitsLongest) {
  for (const char* id : {"a", "b", "c", "d"}) tie(id);
  const auto now = kStart + days(80);
  EXPECT_EQ(dueAt(now, 2), (Ids{"a", "b"}));
  EXPECT_EQ(dueAt(now, 0), Ids{});
  EXPECT_TRUE(claim("a", now, now + hours(2)));
  EXPECT_TRUE(claim("b", now, now + hours(1)));
  EXPECT_EQ(dueAt(now + hours(3)), (Ids{"c", "d", "b", "a"}));
}

TEST_F(DormancyStoreConformance, ForgetsWhoIsUntied) {
  tie("ada");
  tie("bob");
  notice("ada", kStart);
  notice("bob", kStart);
  runUnit(storage(),
          [&](UnitOfWork& work) { storage().identities().unlinkIdentity(work, identityOf("ada/conn_1", "ada").key); });
  tie("ada", kStart, "org_2", "conn_2");
  EXPECT_EQ(store().forgetUntied(), 1U) << "an identity elsewhere is none here";
  EXPECT_FALSE(note("ada"));
  EXPECT_TRUE(note("bob"));
  EXPECT_EQ(store().forgetUntied(), 0U);
}

TEST_F(DormancyStoreConformance, NothingIsKeptOfWhatIsNotCommitted) {
  tie("ada");
  {
    const auto work = storage().begin();
    EXPECT_TRUE(store().claimAccount(*work, "org_1", "ada", kStart, kStart + hours(1)));
    store().noteNotice(*work, "org_1", "ada", kStart);
    store().countFrom(*work, "tenant-1", "ada", kStart);
    EXPECT_EQ(store().findNote(*work, "org_1", "ada"), (DormancyNote{kStart, kStart})) << "seen by the unit itself";
  }
  EXPECT_FALSE(note("ada"));
}

TEST_F(DormancyStoreConformance, RefusesTextThatNoDatabaseTakes) {
  for (const auto& bad : badTexts()) {
    const auto refused = [&](const std::function<void(UnitOfWork&)>& call) {
      EXPECT_EQ(codeOf([&] { call(*storage().begin()); }), ErrorCode::kInvalidRequest);
    };
    refused([&](UnitOfWork& work) { store().claimAccount(work, bad, "ada", kStart, kStart + hours(1)); });
    refused([&](UnitOfWork& work) { store().claimAccount(work, "org_1", bad, kStart, kStart + hours(1)); });
    refused([&](UnitOfWork& work) { store().dueAccount(work, bad, "ada", kStart); });
    refused([&](UnitOfWork& work) { store().noteNotice(work, "org_1", bad, kStart); });
    refused([&](UnitOfWork& work) { store().countFrom(work, bad, "ada", kStart); });
    refused([&](UnitOfWork& work) { store().findNote(work, "org_1", bad); });
  }
}

}  // namespace
}  // namespace sso::conformance
