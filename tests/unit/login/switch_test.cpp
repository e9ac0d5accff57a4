// SPDX-License-Identifier: Apache-2.0
// A login that somebody else's link may have begun, in a browser that is signed in as another account: SEC-CB-19, CSRF.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class Switch : public LoginFixture {
 protected:
  Switch() {
    login(browser);
    ada = signedIn(browser).value_or("");
    mallory.organizationId = "org_beta";
    mallory.connectionId = "conn_beta1";
    mallory.user = "mallory";
    mallory.email = "mallory@beta.example";
  }
  /// A link of another site leads to the attacker's organization, whose identity provider asks nobody anything.
  WebResponse followLink(const std::string& from = "cross-site") {
    browser.fetchSite = from;
    return login(browser, mallory, "/sso/login?organization_id=org_beta&return_to=%2Freports");
  }
  WebResponse agree(Browser& where) {
    auto response = module->completeSwitch(where.request("/login/switch", "POST"));
    where.keep(response);
    return response;
  }
  std::optional<PendingSwitch> pending(const Browser& where) const {
    return module->pendingSwitch(where.request("/login/switch"));
  }

  Browser browser{*module};
  std::string ada;
  Person mallory;
};

TEST_F(Switch, IsAskedForAndNothingIsWrittenBefore) {
  const auto before = storage->tables();
  const auto response = followLink();
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/login/switch");
  EXPECT_EQ(signedIn(browser), ada) << "the session that was there";
  const auto after = storage->tables();
  EXPECT_EQ(after.accounts, before.accounts) << "nor an account of the attacker's";
  EXPECT_EQ(after.identities.size(), before.identities.size());
  EXPECT_EQ(after.sessions, before.sessions);
  ASSERT_EQ(audit("sso.switch.requested").size(), 1U);
  const auto event = audit("sso.switch.requested").front();
  EXPECT_EQ(event.organizationId, "org_beta");
  EXPECT_EQ(event.accountId, "") << "whose session it is, is nothing for the other organization";
  const auto shown = pending(browser);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->email, "mallory@beta.example");
  EXPECT_EQ(shown->organizationName, "Name of org_beta");
}

TEST_F(Switch, IsAskedForUnlessAPageOfOursBeganTheLogin) {
  for (const auto* from : {"cross-site", "same-site", "none", ""}) {
    EXPECT_EQ(followLink(from).location, "/login/switch") << from;
    EXPECT_EQ(signedIn(browser), ada) << from;
  }
  EXPECT_EQ(followLink("same-origin").location, "/reports");
  EXPECT_NE(signedIn(browser), ada);
}

TEST_F(Switch, HappensWhenThePersonAgrees) {
  followLink();
  const auto session = browser.cookies.at("app_session");
  const auto response = agree(browser);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/reports");
  ASSERT_TRUE(signedIn(browser));
  EXPECT_EQ(storage->tables().accounts.at(*signedIn(browser)).email, "mallory@beta.example");
  EXPECT_FALSE(storage->tables().sessions.contains(session)) << "the earlier session is ended (SEC-CB-19)";
  EXPECT_FALSE(pending(browser));
}

TEST_F(Switch, LeavesEverythingWhenThePersonStays) {
  followLink();
  WebResponse stay;
  stay.cookies.push_back(module->abandonSwitch());
  browser.keep(stay);
  EXPECT_FALSE(pending(browser));
  EXPECT_EQ(signedIn(browser), ada);
  EXPECT_EQ(agree(browser).status, 400);
}

TEST_F(Switch, AsksNobodyWithoutASession) {
  browser.cookies.erase("app_session");
  EXPECT_EQ(followLink().location, "/reports");
  Browser stale(*module);
  stale.cookies["app_session"] = "sess_gone";
  stale.fetchSite = "cross-site";
  EXPECT_EQ(login(stale).location, "/") << "a session that has ended is none";
}

TEST_F(Switch, AsksNobodyWhoComesBackAsThemselves) {
  browser.fetchSite = "cross-site";
  EXPECT_EQ(login(browser).location, "/");
  EXPECT_EQ(signedIn(browser), ada);
}

TEST_F(Switch, CountsTheSessionThatIsThereWhenTheLoginComesBack) {  // signed in meanwhile, in another tab
  Browser late(*module);
  late.fetchSite = "cross-site";
  const auto callback = callbackFor(late, mallory, "/sso/login?organization_id=org_beta");
  late.cookies["app_session"] = browser.cookies.at("app_session");
  EXPECT_EQ(late.get(callback).location, "/login/switch");
  EXPECT_EQ(signedIn(late), ada);
}

TEST_F(Switch, WorksOnceAndForTenMinutes) {
  followLink();
  Browser copy = browser;
  EXPECT_EQ(agree(browser).status, 303);
  EXPECT_EQ(agree(copy).status, 400);
  EXPECT_EQ(audit("sso.login.failed").back().reason, "replayed");
  clock->advance(std::chrono::seconds(1));
  browser.cookies["app_session"] = "sess_gone";
  login(browser);
  followLink();
  clock->advance(std::chrono::minutes(10) + std::chrono::seconds(1));
  EXPECT_FALSE(pending(browser));
  EXPECT_EQ(agree(browser).status, 400);
  EXPECT_EQ(audit("sso.login.failed").back().reason, "expired");
}

TEST_F(Switch, IsDecidedAnew) {
  followLink();
  changeOrganization("org_beta", [](Organization& beta) { beta.status = OrganizationStatus::kSuspended; });
  EXPECT_EQ(agree(browser).status, 403);
  EXPECT_EQ(signedIn(browser), ada);
  EXPECT_EQ(audit("sso.login.failed").back().reason, "organization_suspended");
}

TEST_F(Switch, IsNoProofForALinkThatWaits) {  // JIT.md row 6
  host->addAccount("mallory@beta.example", "tenant_beta");
  EXPECT_EQ(followLink().location, "/login/link");
  EXPECT_FALSE(pending(browser));
  EXPECT_EQ(agree(browser).status, 403);
  EXPECT_EQ(signedIn(browser), ada);
  EXPECT_TRUE(module->pendingLink(browser.request("/login/link"))) << "it goes on waiting for the password";
}

TEST_F(Switch, ATicketWithoutAnAccountLinksNothing) {
  followLink();
  EXPECT_FALSE(module->pendingLink(browser.request("/login/link")));
  for (const auto& account : {std::string(), ada}) {
    EXPECT_EQ(module->completeLink(browser.request("/login/link", "POST"), account).status, 403);
  }
  EXPECT_EQ(signedIn(browser), ada);
}

}  // namespace
}  // namespace sso::test
