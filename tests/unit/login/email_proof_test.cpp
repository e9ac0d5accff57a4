// SPDX-License-Identifier: Apache-2.0
// An address that nobody confirmed, and the link that comes back from it: JIT.md part 4, rows 4 and 7.
#include "sso/digest.h"
#include "support/login_fixture.h"

namespace sso::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class EmailProofLogin : public LoginFixture {
 protected:
  EmailProofLogin() {
    person.emailVerified = false;
    auto options = defaultOptions();
    options.emailProofPath = "/login/confirm";
    module = makeModule(options);
    browser = Browser(*module);
  }
  std::optional<EmailProofMail> mail(Browser& where) {
    auto made = module->newEmailProof(where.request("/login/confirm", "POST"));
    if (made) where.keep(withCookie(made->cookie));
    return made;
  }
  std::optional<WebResponse> come(Browser& where, const std::string& token) {
    auto answer = module->completeEmailProof(where.request("/login/confirm", "POST"), token);
    if (answer) where.keep(*answer);
    return answer;
  }
  static WebResponse withCookie(const Cookie& cookie) {
    WebResponse answer;
    answer.cookies.push_back(cookie);
    return answer;
  }
  std::optional<PendingEmailProof> pending(const Browser& where) const {
    return module->pendingEmailProof(where.request("/login/confirm"));
  }
  std::size_t auditCount() const { return storage->tables().audit.size(); }

  Person person;
  Browser browser{*module};
};

TEST_F(EmailProofLogin, WaitsForTheMailbox) {
  const auto response = login(browser, person, "/sso/login?organization_id=org_acme&return_to=%2Freports");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/login/confirm");
  EXPECT_FALSE(signedIn(browser));
  EXPECT_TRUE(storage->tables().accounts.empty());
  EXPECT_EQ(audit("sso.email_proof.requested").size(), 1U);
  const auto waiting = pending(browser);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->email, "ada@acme.example");
  EXPECT_EQ(waiting->organizationName, "Name of org_acme");
  EXPECT_FALSE(waiting->sent);
  EXPECT_TRUE(waiting->maySend);
}

TEST_F(EmailProofLogin, SignsInOnceTheLinkCameBack) {
  login(browser, person, "/sso/login?organization_id=org_acme&return_to=%2Freports");
  const auto made = mail(browser);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->email, "ada@acme.example");
  EXPECT_EQ(made->organizationName, "Name of org_acme");
  EXPECT_EQ(made->token.reveal().size(), 43U);
  EXPECT_TRUE(pending(browser)->sent);
  const auto response = come(browser, made->token.reveal());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 303);
  EXPECT_EQ(response->location, "/reports");
  ASSERT_TRUE(signedIn(browser));
  EXPECT_TRUE(storage->tables().accounts.at(*signedIn(browser)).emailVerified);
  EXPECT_FALSE(pending(browser)) << "the ticket is cleared";
  EXPECT_EQ(log->text().find(made->token.reveal()), std::string::npos);
}

TEST_F(EmailProofLogin, WithoutAPageForItIsRefused) {
  module = makeModule();
  browser = Browser(*module);
  expectRefused(login(browser, person), browser, "email_proof_required", ErrorCode::kNotAllowed);
}

TEST_F(EmailProofLogin, AnotherTokenProvesNothingAndTheLoginGoesOnWaiting) {
  login(browser, person);
  EXPECT_FALSE(come(browser, std::string(43, 'A'))) << "before any mail";
  const auto made = mail(browser);
  const auto before = auditCount();
  for (const auto& wrong :
       {std::string(), std::string(43, 'A'), made->token.reveal() + "A", std::string(100'000, 'A')}) {
    EXPECT_FALSE(come(browser, wrong));
  }
  EXPECT_EQ(auditCount(), before);
  EXPECT_FALSE(signedIn(browser));
  EXPECT_EQ(come(browser, made->token.reveal())->status, 303);
}

TEST_F(EmailProofLogin, OnlyTheNewestMailCounts) {
  login(browser, person);
  const auto first = mail(browser);
  const auto second = mail(browser);
  EXPECT_NE(first->token.reveal(), second->token.reveal());
  EXPECT_FALSE(come(browser, first->token.reveal()));
  EXPECT_EQ(come(browser, second->token.reveal())->status, 303);
}

TEST_F(EmailProofLogin, MailsThreeTimesWhateverCookiesTheBrowserKeeps) {
  login(browser, person);
  Browser fresh = browser;
  ASSERT_TRUE(mail(browser));
  EXPECT_FALSE(mail(fresh)) << "the cookie from before the first mail";
  ASSERT_TRUE(mail(browser));
  ASSERT_TRUE(mail(browser));
  EXPECT_FALSE(pending(browser)->maySend);
  EXPECT_FALSE(mail(browser));
  EXPECT_FALSE(mail(fresh));
}

TEST_F(EmailProofLogin, TheLinkInAnotherBrowserProvesNothing) {
  login(browser, person);
  const auto made = mail(browser);
  Browser other(*module);
  EXPECT_FALSE(pending(other));
  EXPECT_FALSE(mail(other));
  EXPECT_EQ(come(other, made->token.reveal())->status, 400);
  EXPECT_FALSE(signedIn(other));
}

// The token is bound to the login that it was mailed for, not just to an address
TEST_F(EmailProofLogin, TheLinkOfAnotherLoginProvesNothing) {
  login(browser, person);
  mail(browser);
  Browser mallory(*module);
  login(mallory, person);
  const auto hers = mail(mallory);
  EXPECT_FALSE(come(browser, hers->token.reveal()));
}

TEST_F(EmailProofLogin, WorksOnce) {
  login(browser, person);
  const auto made = mail(browser);
  Browser thief = browser;
  come(browser, made->token.reveal());
  const auto again = come(thief, made->token.reveal());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 400);
  EXPECT_FALSE(signedIn(thief));
}

TEST_F(EmailProofLogin, EndsAfterThirtyMinutes) {
  login(browser, person);
  const auto made = mail(browser);
  Browser late = browser;
  clock->advance(minutes(30));
  EXPECT_EQ(come(browser, made->token.reveal())->status, 303);
  clock->advance(seconds(1));
  EXPECT_FALSE(pending(late));
  EXPECT_FALSE(mail(late));
  EXPECT_EQ(come(late, made->token.reveal())->status, 400);
}

TEST_F(EmailProofLogin, IsRememberedAsUsedForAsLongAsAnyOfItsCookiesLives) {
  host->addAccount("ada@acme.example", "tenant_acme");
  Person confirmed;
  login(browser, confirmed);  // waits for the account's password, ten minutes
  Browser thief = browser;
  const auto made = mail(thief);  // the same ticket, thirty minutes now
  ASSERT_TRUE(made);
  const auto account = module->pendingLink(browser.request("/login/link"))->accountId;
  browser.keep(module->completeLink(browser.request("/login/link", "POST"), account));
  ASSERT_TRUE(signedIn(browser));
  clock->advance(minutes(29));
  storage->replays().pruneExpired(clock->now());
  EXPECT_EQ(come(thief, made->token.reveal())->status, 400);
  EXPECT_FALSE(signedIn(thief));
}

TEST_F(EmailProofLogin, IsDecidedAnew) {
  login(browser, person);
  const auto made = mail(browser);
  changeOrganization("org_acme", [](Organization& organization) { organization.domains = {"acme.test"}; });
  const auto response = come(browser, made->token.reveal());
  EXPECT_EQ(response->status, 403);
  EXPECT_FALSE(signedIn(browser));
  EXPECT_EQ(storage->tables().audit.back().reason, "domain_not_owned");
}

TEST_F(EmailProofLogin, NeverEndsSomebodyElsesSessionUnasked) {
  Person grace;
  grace.user = "grace";
  grace.email = "grace@acme.example";
  login(browser, grace);
  const auto gracesAccount = signedIn(browser);
  ASSERT_TRUE(gracesAccount);
  login(browser, person);
  const auto made = mail(browser);
  const auto response = come(browser, made->token.reveal());
  EXPECT_EQ(response->location, "/login/switch");
  EXPECT_EQ(signedIn(browser), gracesAccount);
  EXPECT_EQ(storage->tables().accounts.size(), 1U) << "nothing is written before the answer";
  const auto agreed = module->completeSwitch(browser.request("/login/switch", "POST"));
  browser.keep(agreed);
  EXPECT_EQ(agreed.status, 303);
  EXPECT_NE(signedIn(browser), gracesAccount);
  EXPECT_EQ(storage->tables().accounts.at(signedIn(browser).value()).email, "ada@acme.example");
}

TEST_F(EmailProofLogin, AgreeingOrAPasswordDoesNotStandInForTheLink) {
  login(browser, person);
  EXPECT_EQ(module->completeSwitch(browser.request("/login/switch", "POST")).status, 403);
  EXPECT_EQ(module->completeLink(browser.request("/login/link", "POST"), "").status, 403);
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
  EXPECT_FALSE(module->pendingSwitch(browser.request("/login/switch")));
  EXPECT_FALSE(signedIn(browser));
  EXPECT_TRUE(pending(browser));
}

// Part 4: instead of the password of an existing account, a link to its verified address
TEST_F(EmailProofLogin, ProvesAnExistingAccountWithoutItsPassword) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  person.emailVerified = true;
  EXPECT_EQ(login(browser, person).location, "/login/link");
  ASSERT_TRUE(module->pendingLink(browser.request("/login/link"))->byMail);
  const auto made = mail(browser);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->email, "ada@acme.example");
  EXPECT_EQ(come(browser, made->token.reveal())->status, 303);
  EXPECT_EQ(signedIn(browser), account);
}

TEST_F(EmailProofLogin, NoLinkGoesToAnAddressThatMovedMeanwhile) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  person.emailVerified = true;
  login(browser, person);
  const auto made = mail(browser);
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).email = "moved@acme.example"; });
  EXPECT_FALSE(come(browser, made->token.reveal())) << "the token counts for the address that it was sent to";
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).emailVerified = false; });
  EXPECT_FALSE(mail(browser));
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link"))->byMail);
}

TEST_F(EmailProofLogin, AnAddressThatNobodyAssertedIsNotToldWhole) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  person.emailVerified = true;
  login(browser, person);
  EXPECT_EQ(pending(browser)->email, "ada@acme.example");
  storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).email = "private@home.example"; });
  EXPECT_EQ(pending(browser)->email, "p***@home.example");
  EXPECT_EQ(module->pendingLink(browser.request("/login/link"))->email, "p***@home.example");
  EXPECT_EQ(mail(browser)->email, "private@home.example") << "where the mail goes";
}

// Row 7, pre-hijacking
TEST_F(EmailProofLogin, TakesBackAnAccountThatNobodyConfirmed) {
  const auto account =
      host->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& row) { row.emailVerified = false; });
  person.emailVerified = true;
  EXPECT_EQ(login(browser, person).location, "/login/confirm");
  const auto made = mail(browser);
  EXPECT_EQ(come(browser, made->token.reveal())->status, 303);
  EXPECT_EQ(signedIn(browser), account);
  EXPECT_EQ(storage->tables().accounts.at(account).password, "");
  EXPECT_EQ(audit("sso.account.reclaimed").size(), 1U);
}

TEST_F(EmailProofLogin, CanBeGivenUp) {
  login(browser, person);
  browser.keep(withCookie(module->abandonEmailProof()));
  EXPECT_FALSE(pending(browser));
}

}  // namespace
}  // namespace sso::test
