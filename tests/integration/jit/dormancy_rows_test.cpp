// SPDX-License-Identifier: Apache-2.0
// JIT.md row 32 over real databases, the reference application's own tables, and two instances of it.
#include "jit_fixture.h"
#include "sso/dormancy.h"
#include "support/captured_log.h"

namespace sso::detail {
namespace {

using std::chrono::days;

/// Counts what it is told; everything else is the reference application's.
class TellingHost : public hostapp::AppHostAdapter {
 public:
  explicit TellingHost(const std::shared_ptr<Clock>& clock)
      : AppHostAdapter(clock, systemRandom(), nullptr, nullptr, nullptr) {}
  void onDormancyNotice(const DormancyNotice& notice) override {
    const std::lock_guard lock(mutex_);
    told_.push_back(notice.accountId);
  }
  std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
};

class DormancyRows : public JitRows {
 protected:
  DormancyRows() {
    acme_.policy.dormantAfterDays = 90;
    saveAcme();
  }
  std::string firstLogin(const std::string& name) { return login(now(name)).accountId; }
  VerifiedIdentity now(const std::string& name) {
    auto identity = person(name);
    identity.issuedAt = identity.authenticatedAt = clock_->now();
    return identity;
  }
  DormancyRound round() { return here_.run(100); }
  void setState(const std::string& accountId, AccountState state, bool restart = false) {
    const auto work = one_.storage->begin();
    auto& session = db::sessionOf(*work);
    auto account = *hostapp::accounts::findById(session, accountId);
    account.state = state;
    hostapp::accounts::update(session, account);
    if (restart) here_.restart(*work, "acme", accountId);
    work->commit();
  }
  long long suspended() { return number("SELECT count(*) FROM app_accounts WHERE state = 'suspended'"); }
  long long countOf(const std::string& event) {
    return number("SELECT count(*) FROM sso_audit_events WHERE name = '" + event + "'");
  }

  std::shared_ptr<TellingHost> host_ = std::make_shared<TellingHost>(clock_);
  std::shared_ptr<test::CapturedLog> log_ = std::make_shared<test::CapturedLog>();
  Dormancy here_{one_.storage, host_, clock_, log_};
  Dormancy there_{other_.storage, host_, clock_, log_};
};

INSTANTIATE_TEST_SUITE_P(, DormancyRows, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "Postgres" : "Sqlite"; });

TEST_P(DormancyRows, Row32TellsOnceThenLocks) {
  const auto ada = firstLogin("ada");
  clock_->advance(days(76));
  EXPECT_EQ(round().told, 1U);
  EXPECT_EQ(round().told, 0U);
  EXPECT_EQ(host_->told(), std::vector<std::string>{ada});
  clock_->advance(days(14));
  EXPECT_EQ(round().deactivated, 1U);
  EXPECT_EQ(suspended(), 1);
  EXPECT_EQ(login(now("ada")).decision.code, DenyCode::kAccountSuspended);
  EXPECT_EQ(countOf("sso.account.dormancy_noticed"), 1);
  EXPECT_EQ(countOf("sso.account.dormant"), 1);
}

TEST_P(DormancyRows, Row32RefusesALoginWhereNobodyRunsIt) {
  firstLogin("ada");
  clock_->advance(days(90));
  EXPECT_EQ(login(now("ada")).decision.code, DenyCode::kAccountDormant);
  EXPECT_EQ(login(now("ada")).decision.row, 32);
}

TEST_P(DormancyRows, Row32ALoginBetweenNoticeAndEndStartsAnew) {
  firstLogin("ada");
  clock_->advance(days(76));
  EXPECT_EQ(round().told, 1U);
  clock_->advance(days(13));
  EXPECT_TRUE(login(now("ada")).decision.signsIn());
  clock_->advance(days(1));
  EXPECT_EQ(round().deactivated, 0U);
  clock_->advance(days(75));
  EXPECT_EQ(round().told, 1U);
}

TEST_P(DormancyRows, Row32ARestoredAccountSignsInAgain) {
  const auto ada = firstLogin("ada");
  clock_->advance(days(76));
  round();
  clock_->advance(days(14));
  ASSERT_EQ(round().deactivated, 1U);
  clock_->advance(days(400));
  setState(ada, AccountState::kActive);
  EXPECT_EQ(login(now("ada")).decision.code, DenyCode::kAccountDormant) << "without a new clock";
  setState(ada, AccountState::kActive, true);
  EXPECT_TRUE(login(now("ada")).decision.signsIn());
  EXPECT_EQ(round().told, 0U);
}

TEST_P(DormancyRows, Row32TwoInstancesTellOnceAndLockOnce) {
  for (int i = 0; i < 5; ++i) firstLogin("ada" + std::to_string(i));
  const auto both = [&] {
    std::latch together(2);
    const auto run = [&](const Dormancy& at) {
      together.arrive_and_wait();
      return at.run(100);
    };
    auto first = std::async(std::launch::async, [&] { return run(here_); });
    auto second = std::async(std::launch::async, [&] { return run(there_); });
    const auto one = first.get(), other = second.get();
    return DormancyRound{one.told + other.told, one.deactivated + other.deactivated, one.failed + other.failed, false};
  };
  clock_->advance(days(76));
  EXPECT_EQ(both().told, 5U);
  EXPECT_EQ(host_->told().size(), 5U);
  clock_->advance(days(14));
  EXPECT_EQ(both().deactivated, 5U);
  EXPECT_EQ(suspended(), 5);
  EXPECT_EQ(countOf("sso.account.dormant"), 5) << log_->text();
}

TEST_P(DormancyRows, Row32OfLockingAndASignInAtOnceTheSecondOneLoses) {
  for (int i = 0; i < 10; ++i) {
    const auto name = "ada" + std::to_string(i);
    const auto id = firstLogin(name);
    clock_->advance(days(76));
    ASSERT_EQ(round().told, 1U);
    clock_->advance(days(14) - seconds(1));
    std::latch together(2);
    auto comes = std::async(std::launch::async, [&] {
      together.arrive_and_wait();
      LoginAttempt attempt;
      attempt.identity = now(name);
      attempt.stateReturned = true;
      attempt.verifiedAt = clock_->now();
      bool in = false;
      runUnitOfWork(*other_.storage, [&](UnitOfWork& work) {
        in = other_.mapper->map(work, &acme_, attempt).decision.signsIn() &&
             hostapp::accounts::recordSignIn(db::sessionOf(work), id, toEpochSeconds(clock_->now()));
        if (in) work.commit();
      });
      return in;
    });
    auto locks = std::async(std::launch::async, [&] {
      together.arrive_and_wait();
      clock_->advance(seconds(1));
      return round().deactivated;
    });
    const bool in = comes.get();
    const auto locked = locks.get();
    const bool active = number("SELECT count(*) FROM app_accounts WHERE state = 'active' AND id = '" + id + "'") == 1;
    EXPECT_EQ(in, active) << i;
    EXPECT_EQ(locked, active ? 0U : 1U) << i;
    if (active) setState(id, AccountState::kSuspended);
  }
}

TEST_P(DormancyRows, Row32APasswordCountsAndAnOpenSessionToo) {
  const auto ada = firstLogin("ada"), bob = firstLogin("bob");
  clock_->advance(days(80));
  one_.database->withSession([&](db::Session& session) {
    EXPECT_TRUE(hostapp::accounts::recordSignIn(session, ada, toEpochSeconds(clock_->now())));
    session
        << "INSERT INTO app_sessions (id_hash, handle, account_id, tenant_id, created_at, last_seen_at, expires_at, "
           "method, user_agent, address) VALUES ('" +
               std::string(64, 'a') + "', 'h', '" + bob + "', 'acme', 1, " +
               std::to_string(toEpochSeconds(clock_->now())) + ", 9999999999, 'password', '', '')";
  });
  EXPECT_EQ(round().told, 0U);
  clock_->advance(days(75));
  EXPECT_EQ(round().told, 0U);
  clock_->advance(days(1));
  EXPECT_EQ(round().told, 2U);
}

TEST_P(DormancyRows, Row32LeavesTheLastOwnerAndMembersOfOtherTeamsAlone) {
  const auto owner = firstLogin("owner"), guest = firstLogin("guest"), second = firstLogin("second");
  setRole(owner, "owner", "signup");
  {
    const auto work = one_.storage->begin();
    hostapp::tenants::save(db::sessionOf(*work), "beta", "Beta", 1);
    hostapp::memberships::save(db::sessionOf(*work), guest, {"beta", "", "member", "signup", false}, 1);
    work->commit();
  }
  clock_->advance(days(100));
  EXPECT_EQ(round().told, 1U);
  EXPECT_EQ(host_->told(), std::vector<std::string>{second});
  EXPECT_TRUE(login(now("owner")).decision.signsIn());
  EXPECT_TRUE(login(now("guest")).decision.signsIn());
  setRole(second, "owner", "signup");
  clock_->advance(days(200));
  EXPECT_EQ(round().deactivated, 1U) << "one of two owners may go";
}

TEST_P(DormancyRows, Row32OfTwoForgottenOwnersOneStays) {
  for (const char* name : {"ada", "bob"}) setRole(firstLogin(name), "owner", "signup");
  clock_->advance(days(76));
  EXPECT_EQ(round().told, 2U);
  clock_->advance(days(14));
  EXPECT_EQ(round().deactivated, 1U);
  EXPECT_EQ(suspended(), 1);
}

TEST_P(DormancyRows, Row32LeavesEmergencyOwnersAlone) {
  firstLogin("boss");
  const auto ada = firstLogin("ada");
  const auto work = one_.storage->begin();
  hostapp::memberships::save(db::sessionOf(*work), ada, {"acme", "", "member", "signup", true}, 1);
  work->commit();
  clock_->advance(days(500));
  EXPECT_EQ(round().told, 1U);
  EXPECT_NE(host_->told().at(0), ada);
}

}  // namespace
}  // namespace sso::detail
