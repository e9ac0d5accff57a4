// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

class UnitOfWorkConformance : public StorageConformance {};

class ForeignUnit : public UnitOfWork {
 public:
  void commit() override {}
};

TEST_F(UnitOfWorkConformance, KeepsEverythingOnCommitAndOnlyThen) {
  const Identity identity = identityOf("ada", "account-1");
  {
    const auto work = storage().begin();
    storage().identities().linkIdentity(*work, identity);
    storage().audit().record(*work, eventOf("sso.identity.linked", "org_1"));
    EXPECT_TRUE(storage().identities().findIdentity(*work, identity.key)) << "a unit sees its own writes";
  }
  EXPECT_FALSE(find(storage(), identity.key)) << "destroyed uncommitted";
  EXPECT_TRUE(storage().audit().recent("org_1", 10).empty());

  const auto work = storage().begin();
  storage().identities().linkIdentity(*work, identity);
  storage().audit().record(*work, eventOf("sso.identity.linked", "org_1"));
  work->commit();
  EXPECT_TRUE(find(otherInstance(), identity.key));
  EXPECT_EQ(otherInstance().audit().recent("org_1", 10).size(), 1U);
}

// SEC-DB-11: the connection goes back clean, again and again
TEST_F(UnitOfWorkConformance, LeavesNothingBehindWhenAnExceptionEndsIt) {
  for (int i = 0; i < 40; ++i) {
    try {
      const auto work = storage().begin();
      storage().identities().linkIdentity(*work, identityOf("ada", "account-1"));
      throw std::runtime_error("in the middle");
    } catch (const std::runtime_error&) {
    }
    ASSERT_FALSE(find(storage(), identityOf("ada", "").key));
  }
  link(identityOf("ada", "account-1"));
  EXPECT_TRUE(find(storage(), identityOf("ada", "").key));
}

// SECURITY 5, item 17: code that swallows an error and commits must not be told that all is well
TEST_F(UnitOfWorkConformance, RefusesToCommitAfterAFailedStatement) {
  link(identityOf("ada", "account-1"));
  {
    const auto work = storage().begin();
    storage().identities().linkIdentity(*work, identityOf("bob", "account-2"));
    EXPECT_EQ(codeOf([&] { storage().identities().linkIdentity(*work, identityOf("ada", "account-3")); }),
              ErrorCode::kConflict);
    EXPECT_EQ(codeOf([&] { work->commit(); }), ErrorCode::kStorage);
  }
  EXPECT_FALSE(find(storage(), identityOf("bob", "").key)) << "all or nothing";
}

TEST_F(UnitOfWorkConformance, CommitsOnce) {
  const auto work = storage().begin();
  storage().audit().record(*work, eventOf("sso.login.completed", "org_1"));
  work->commit();
  EXPECT_EQ(codeOf([&] { work->commit(); }), ErrorCode::kInternal);
}

TEST_F(UnitOfWorkConformance, RefusesTheUnitOfSomebodyElse) {
  ForeignUnit foreign;
  EXPECT_EQ(codeOf([&] { storage().identities().findIdentity(foreign, identityOf("ada", "").key); }),
            ErrorCode::kInternal);
  EXPECT_EQ(codeOf([&] { storage().audit().record(foreign, eventOf("sso.login.completed", "org_1")); }),
            ErrorCode::kInternal);
}

// R-07, JIT.md row 29: two instances, one person, the first login of both
TEST_F(UnitOfWorkConformance, MakesOneIdentityAndOneEventOfTwoFirstLogins) {
  for (int round = 0; round < 50; ++round) {
    const std::string subject = "round " + std::to_string(round);
    const auto login = [&](Storage& at, const std::string& accountId) {
      runUnit(at, [&](UnitOfWork& work) {
        if (at.identities().findIdentity(work, identityOf(subject, "").key)) return;
        at.identities().linkIdentity(work, identityOf(subject, accountId));
        at.audit().record(work, eventOf("sso.identity.linked", "org_" + std::to_string(round)));
      });
    };
    race([&] { login(storage(), subject + " by one"); }, [&] { login(otherInstance(), subject + " by other"); });
    ASSERT_TRUE(find(storage(), identityOf(subject, "").key));
    ASSERT_EQ(storage().audit().recent("org_" + std::to_string(round), 10).size(), 1U);
  }
}

TEST_F(UnitOfWorkConformance, IsReady) { EXPECT_NO_THROW(storage().checkReady()); }

}  // namespace
}  // namespace sso::conformance
