// SPDX-License-Identifier: Apache-2.0
// ADR 5, N2, N6: a host whose accounts are in a database of its own, which no unit of work can roll back.
#include <thread>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

/// Commits at once, whatever becomes of the unit. Thread-safe.
class HostElsewhere : public HostAdapter {
 public:
  std::optional<AccountFacts> findAccount(UnitOfWork&, std::string_view id, std::string_view) override {
    return findWhere([&](const AccountFacts& account) { return account.id == id; });
  }
  std::optional<AccountFacts> findByEmail(UnitOfWork&, std::string_view email, std::string_view) override {
    return findWhere([&](const AccountFacts& account) { return account.email == email; });
  }
  std::string createAccount(UnitOfWork&, const NewAccount& wanted) override {
    std::lock_guard lock(mutex_);
    for (const auto& account : accounts_) {
      if (account.creationKey == wanted.creationKey) return account.id;
      if (account.email == wanted.email) throw Error(ErrorCode::kConflict, reason::kHost, "the address is taken");
    }
    AccountFacts account;
    account.id = "acc_" + std::to_string(accounts_.size() + 1);
    account.email = wanted.email;
    account.emailVerified = wanted.emailVerified;
    account.member = true;
    account.creationKey = wanted.creationKey;
    accounts_.push_back(account);
    return account.id;
  }
  void updateAccount(UnitOfWork&, std::string_view, std::string_view, const AccountChange&) override {}
  void endAllSessions(UnitOfWork&, std::string_view) override {}
  bool knowsRole(UnitOfWork&, std::string_view, std::string_view role) override { return role == "member"; }
  std::vector<Cookie> startSession(UnitOfWork&, const SessionStart& start) override {
    return {Cookie{"app_session", start.accountId}};
  }
  std::optional<std::string> currentAccount(const RequestInfo& request) override {
    const auto cookie = request.cookies.find("app_session");
    return cookie == request.cookies.end() ? std::nullopt : std::optional(cookie->second);
  }
  EndedSession endSession(const RequestInfo&) override { return {}; }

  std::vector<AccountFacts> accounts() const {
    std::lock_guard lock(mutex_);
    return accounts_;
  }
  void change(const std::function<void(AccountFacts&)>& edit) {
    std::lock_guard lock(mutex_);
    for (auto& account : accounts_) edit(account);
  }

 private:
  std::optional<AccountFacts> findWhere(const std::function<bool(const AccountFacts&)>& matches) const {
    std::lock_guard lock(mutex_);
    for (const auto& account : accounts_) {
      if (matches(account)) return account;
    }
    return std::nullopt;
  }
  mutable std::mutex mutex_;
  std::vector<AccountFacts> accounts_;
};

class HostElsewhereLogin : public LoginFixture {
 protected:
  HostElsewhereLogin() {
    instance = SsoModule::create(defaultOptions(), {.host = elsewhere,
                                                    .storage = storage,
                                                    .transport = scalekit.transport,
                                                    .clock = clock,
                                                    .random = random,
                                                    .log = log});
  }
  /// A first login that creates the account and then loses our commit.
  void strand(const Person& person = {}) {
    Browser browser(*instance);
    const auto callback = callbackFor(browser, person);
    storage->beforeCommit([] { throw Error(ErrorCode::kStorage, reason::kStorage, "the connection broke"); });
    EXPECT_EQ(browser.get(callback).status, 503);
    EXPECT_FALSE(browser.cookies.contains("app_session"));
    ASSERT_EQ(elsewhere->accounts().size(), 1u);
    EXPECT_TRUE(storage->tables().identities.empty());
  }
  std::string signedInAs(const Person& person = {}) {
    Browser browser(*instance);
    login(browser, person);
    const auto cookie = browser.cookies.find("app_session");
    return cookie == browser.cookies.end() ? "" : cookie->second;
  }
  std::shared_ptr<HostElsewhere> elsewhere = std::make_shared<HostElsewhere>();
  std::shared_ptr<SsoModule> instance;
};

TEST_F(HostElsewhereLogin, FindsItsStrandedAccountAgain) {  // N2, N6
  strand();
  EXPECT_EQ(signedInAs(), "acc_1");
  EXPECT_EQ(signedInAs(), "acc_1");
  EXPECT_EQ(elsewhere->accounts().size(), 1u);
  ASSERT_EQ(storage->tables().identities.size(), 1u);
  EXPECT_EQ(storage->tables().identities.begin()->second.accountId, "acc_1");
  EXPECT_EQ(audit("sso.account.created").size(), 1u);
}

TEST_F(HostElsewhereLogin, StrandedAgainAndAgainStillMakesOneAccount) {
  for (int i = 0; i < 5; ++i) strand();
  EXPECT_EQ(signedInAs(), "acc_1");
}

TEST_F(HostElsewhereLogin, GivesAStrandedAccountToNobodyElse) {  // SEC-MP-05
  strand();
  Person other;
  other.user = "somebody-else";  // the same address, another subject
  Browser theirs(*instance);
  const auto response = login(theirs, other);
  EXPECT_EQ(response.location, "/login/link");  // to be proven, as any account of somebody else (JIT.md row 6)
  EXPECT_FALSE(theirs.cookies.contains("app_session"));
  Person elsewhereConnected;
  elsewhereConnected.connectionId = "conn_acme2";
  Browser browser(*instance);
  login(browser, elsewhereConnected, "/sso/login?organization_id=org_acme");
  EXPECT_FALSE(browser.cookies.contains("app_session"));
  EXPECT_TRUE(storage->tables().identities.empty());
  EXPECT_EQ(signedInAs(), "acc_1");
}

TEST_F(HostElsewhereLogin, LeavesASuspendedOrReservedOneAlone) {
  strand();
  elsewhere->change([](AccountFacts& account) { account.state = AccountState::kSuspended; });
  EXPECT_EQ(signedInAs(), "");
  elsewhere->change([](AccountFacts& account) {
    account.state = AccountState::kActive;
    account.breakGlass = true;
  });
  EXPECT_EQ(signedInAs(), "");
  EXPECT_TRUE(storage->tables().identities.empty());
}

TEST_F(HostElsewhereLogin, TakesNoAccountThatHasAnIdentityAlready) {  // unfinished is what nobody can sign in to
  strand();
  storage->edit([](MemoryTables& tables) {
    Identity other;
    other.key = {FakeScalekit::kUrl, "conn_other", "ada"};
    other.organizationId = "org_beta";
    other.accountId = "acc_1";
    tables.identities[other.key] = other;
  });
  EXPECT_EQ(signedInAs(), "");
  EXPECT_EQ(storage->tables().identities.size(), 1u);
}

TEST_F(HostElsewhereLogin, RacedFirstLoginsMakeOneAccount) {
  std::vector<std::thread> threads;
  std::atomic<int> inside{0};
  std::vector<std::pair<Browser, std::string>> callbacks;
  for (int i = 0; i < 8; ++i) {
    Browser browser(*instance);
    auto callback = callbackFor(browser);
    callbacks.emplace_back(browser, callback);
  }
  for (auto& [browser, callback] : callbacks) {
    threads.emplace_back([&inside, &browser = browser, &callback = callback] {
      browser.get(callback);
      inside += browser.cookies.contains("app_session") && browser.cookies.at("app_session") == "acc_1";
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GE(inside, 1);
  EXPECT_EQ(elsewhere->accounts().size(), 1u);
  EXPECT_EQ(storage->tables().identities.size(), 1u);
}

}  // namespace
}  // namespace sso::test
