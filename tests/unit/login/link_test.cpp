// SPDX-License-Identifier: Apache-2.0
// An existing account and the proof that it is theirs: JIT.md rows 6 and 11, SEC-MP-18.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class Link : public LoginFixture {
 protected:
  Link() { account = host->addAccount("ada@acme.example", "tenant_acme"); }
  WebResponse prove(Browser& where, const std::string& accountId) {
    auto response = module->completeLink(where.request("/login/link", "POST"), accountId);
    where.keep(response);
    return response;
  }
  std::size_t auditCount() const { return storage->tables().audit.size(); }

  std::string account;
  Browser browser{*module};
};

TEST_F(Link, WaitsForTheOwnersPassword) {
  const auto response = login(browser, {}, "/sso/login?organization_id=org_acme&return_to=%2Freports");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/login/link");
  EXPECT_FALSE(signedIn(browser));
  EXPECT_TRUE(storage->tables().identities.empty());
  EXPECT_EQ(audit("sso.link.requested").size(), 1U);
  const auto pending = module->pendingLink(browser.request("/login/link"));
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->accountId, account);
  EXPECT_EQ(pending->email, "ada@acme.example");
  EXPECT_EQ(pending->organizationName, "Name of org_acme");
}

TEST_F(Link, LinksAndSignsInAfterTheProof) {
  login(browser, {}, "/sso/login?organization_id=org_acme&return_to=%2Freports");
  const auto response = prove(browser, account);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/reports");
  EXPECT_EQ(signedIn(browser), account);
  EXPECT_EQ(storage->tables().identities.begin()->second.accountId, account);
  EXPECT_EQ(audit("sso.identity.linked").size(), 1U);
  EXPECT_EQ(audit("sso.login.completed").at(0).details.at("outcome"), "link_after_proof");
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link"))) << "the ticket is cleared";
  Browser later(*module);
  EXPECT_EQ(login(later).location, "/");
  EXPECT_EQ(signedIn(later), account);
}

TEST_F(Link, CookieIsBoundToTheHostAndShortLived) {
  const auto response = login(browser);
  const auto& cookie = response.cookies.back();
  EXPECT_EQ(cookie.name, "__Host-sso_link");
  EXPECT_TRUE(cookie.secure);
  EXPECT_TRUE(cookie.httpOnly);
  EXPECT_EQ(cookie.maxAge, std::chrono::minutes(10));
  EXPECT_LT(cookie.name.size() + cookie.value.size(), 4096U);
}

TEST_F(Link, CookieFitsWithTheLargestIdentity) {
  storage->edit([&](MemoryTables& tables) { tables.accounts.clear(); });
  const std::string email = std::string(64, 'l') + "@acme.example";
  host->addAccount(email, "tenant_acme");
  Person person;
  person.user = std::string(255 - 11, 'u');
  person.email = email;
  for (int i = 0; i < 250; ++i) person.name += "\xF0\x9F\x98\x80";
  const auto response =
      login(browser, person, "/sso/login?organization_id=org_acme&return_to=/" + std::string(699, 'r'));
  EXPECT_EQ(response.location, "/login/link");
  const auto& cookie = response.cookies.back();
  EXPECT_LT(cookie.name.size() + cookie.value.size(), 4096U);
}

TEST_F(Link, AnotherAccountsPasswordProvesNothing) {
  const auto other = host->addAccount("grace@acme.example", "tenant_acme");
  login(browser);
  const auto before = auditCount();
  for (const auto& wrong : {other, std::string(), account + "x"}) {
    const auto response = prove(browser, wrong);
    EXPECT_EQ(response.status, 403);
    EXPECT_FALSE(signedIn(browser));
  }
  EXPECT_EQ(auditCount(), before + 3);
  EXPECT_TRUE(storage->tables().identities.empty());
  EXPECT_EQ(prove(browser, account).status, 303) << "the owner may still prove it";
}

TEST_F(Link, WorksOnce) {
  login(browser);
  Browser thief = browser;
  EXPECT_EQ(prove(browser, account).status, 303);
  expectRefused(prove(thief, account), thief, "replayed", ErrorCode::kLoginExpired, auditCount());
}

TEST_F(Link, IsOfThisBrowserOnly) {
  login(browser);
  Browser other(*module);
  EXPECT_FALSE(module->pendingLink(other.request("/login/link")));
  expectRefused(prove(other, account), other, "browser", ErrorCode::kLoginExpired, auditCount());
}

TEST_F(Link, EndsAfterTenMinutes) {
  login(browser);
  clock->advance(std::chrono::minutes(10) + std::chrono::seconds(1));
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
  expectRefused(prove(browser, account), browser, "expired", ErrorCode::kLoginExpired, auditCount());
  EXPECT_TRUE(storage->tables().identities.empty());
}

TEST_F(Link, WorksAtTheLastMinute) {
  login(browser);
  clock->advance(std::chrono::minutes(10));
  EXPECT_EQ(prove(browser, account).status, 303);
}

TEST_F(Link, ATamperedTicketIsNone) {
  login(browser);
  auto& sealed = browser.cookies.at("__Host-sso_link");
  sealed[40] = sealed[40] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
  EXPECT_EQ(prove(browser, account).status, 400);
}

TEST_F(Link, ALoginTransactionIsNoTicket) {  // sealed for another purpose
  browser.get("/sso/login?organization_id=org_acme");
  browser.cookies["__Host-sso_link"] = browser.cookies.begin()->second;
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
}

TEST_F(Link, IsDecidedAnew) {  // the account was suspended while the password was typed
  login(browser);
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).state = AccountState::kSuspended; });
  expectRefused(prove(browser, account), browser, "account_suspended", ErrorCode::kAccountDisabled, auditCount());
  EXPECT_TRUE(storage->tables().identities.empty());
}

TEST_F(Link, NobodyElseComesOutOfIt) {
  // The address moved to another account while the password was typed: the proof is not for that one.
  login(browser);
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).email = "old@acme.example"; });
  const auto other = host->addAccount("ada@acme.example", "tenant_acme");
  expectRefused(prove(browser, account), browser, "link_proof_required", ErrorCode::kNotAllowed, auditCount());
  EXPECT_TRUE(storage->tables().identities.empty());
}

TEST_F(Link, NoAccountIsCreatedOnTheWay) {
  login(browser);
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).email = "old@acme.example"; });
  expectRefused(prove(browser, account), browser, "link_proof_required", ErrorCode::kNotAllowed, auditCount());
  EXPECT_EQ(storage->tables().accounts.size(), 1U);
}

TEST_F(Link, AnIdentityThatWasLinkedElsewhereMeanwhileSignsNobodyIn) {
  login(browser);
  const auto other = host->addAccount("grace@acme.example", "tenant_acme");
  storage->edit([&](MemoryTables& tables) {
    const IdentityKey key{FakeScalekit::kUrl, "conn_acme1", "conn_acme1;ada"};
    tables.identities[key] = {key, "org_acme", other, "ada@acme.example", clock->now(), clock->now()};
  });
  const auto response = prove(browser, account);
  EXPECT_EQ(response.status, 403);
  EXPECT_FALSE(signedIn(browser));
}

TEST_F(Link, CanBeDeclined) {
  login(browser);
  WebResponse declined;
  declined.cookies.push_back(module->abandonLink());
  browser.keep(declined);
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
}

TEST_F(Link, AutomaticIsForUnprivilegedAccountsOnly) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.linkExisting = LinkRule::kAutomatic; });
  const auto admin = host->addAccount("boss@acme.example", "tenant_acme",
                                      [](HostAccount& row) { row.memberships["tenant_other"] = {"admin"}; });
  Person boss;
  boss.user = "boss";
  boss.email = "boss@acme.example";
  EXPECT_EQ(login(browser, boss).location, "/login/link");
  EXPECT_FALSE(signedIn(browser));
  EXPECT_EQ(login(browser).location, "/");
  EXPECT_EQ(signedIn(browser), account);
  EXPECT_EQ(audit("sso.login.completed").at(0).details.at("notices"), "account_linked");
}

TEST_F(Link, ASecondConnectionNeedsTheProofAgain) {  // JIT.md row 11
  login(browser);
  prove(browser, account);
  Browser other(*module);
  Person elsewhere;
  elsewhere.connectionId = "conn_acme2";
  EXPECT_EQ(login(other, elsewhere).location, "/login/link");
  EXPECT_EQ(prove(other, account).status, 303);
  EXPECT_EQ(storage->tables().identities.size(), 2U);
}

TEST_F(Link, WithTheAuditStoreAwayNothingWaits) {
  const auto callback = callbackFor(browser);
  storage->setAuditDown(true);
  EXPECT_EQ(browser.get(callback).status, 503);
  EXPECT_FALSE(browser.cookies.contains("__Host-sso_link"));
}

}  // namespace
}  // namespace sso::test
