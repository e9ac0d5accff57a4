// SPDX-License-Identifier: Apache-2.0
// From the link in an invitation to an account: JIT.md rows 5, 8 and 28.
#include "sso/invitations.h"
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class InvitationLogin : public LoginFixture {
 protected:
  InvitationLogin() {
    guest.user = "guest";
    guest.email = "guest@elsewhere.example";
    guest.emailVerified.reset();
    invitation = invite("guest@elsewhere.example");
  }
  NewInvitation invite(const std::string& email, const std::string& role = "editor") {
    InvitationRequest request;
    request.email = email;
    request.role = role;
    request.connectionId = "conn_acme1";
    const auto outcome = module->invitations().invite("tenant_acme", request, {.accountId = "acc_admin"});
    EXPECT_EQ(outcome.obstacle, InvitationObstacle::kNone);
    return outcome.made.value();
  }
  WebResponse accept(Browser& where, const NewInvitation& which) {
    auto begun = module->acceptInvitation(where.request("/invitation", "POST"), which.token.reveal());
    where.keep(begun);
    return begun;
  }
  WebResponse comeIn(Browser& where, const NewInvitation& which, const Person& person) {
    const auto begun = accept(where, which);
    EXPECT_EQ(begun.status, 302) << begun.body;
    return where.get("/sso/callback?" + scalekit.signIn(begun.location, person));
  }
  std::size_t auditCount() const { return storage->tables().audit.size(); }

  Person guest;
  NewInvitation invitation;
  Browser browser{*module};
};

TEST_F(InvitationLogin, GoesToItsConnectionWithItsAddress) {
  const auto begun = accept(browser, invitation);
  const auto asked = Parameters::parse(begun.location.substr(begun.location.find('?') + 1));
  EXPECT_EQ(asked.single("connection_id"), "conn_acme1");
  EXPECT_EQ(asked.single("login_hint"), "guest@elsewhere.example");
  EXPECT_EQ(begun.location.find(invitation.token.reveal()), std::string::npos);
  EXPECT_EQ(begun.location.find(invitation.invitation.tokenHash), std::string::npos);
}

TEST_F(InvitationLogin, EndsInAnAccountWithTheInvitersRole) {
  const auto response = comeIn(browser, invitation, guest);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/");
  ASSERT_TRUE(signedIn(browser));
  const auto account = storage->tables().accounts.at(*signedIn(browser));
  EXPECT_EQ(account.email, "guest@elsewhere.example");
  EXPECT_EQ(account.memberships.at("tenant_acme"), std::vector<std::string>{"editor"});
  EXPECT_EQ(audit("sso.login.completed").at(0).details.at("outcome"), "use_invitation");
  EXPECT_EQ(audit("sso.invitation.accepted").size(), 1U);
  EXPECT_EQ(log->text().find(invitation.token.reveal()), std::string::npos);
  Browser later(*module);
  EXPECT_EQ(login(later, guest).location, "/") << "and from then on without it";
}

TEST_F(InvitationLogin, IsRefusedOnceItWasUsed) {
  comeIn(browser, invitation, guest);
  Browser other(*module);
  const auto again = accept(other, invitation);
  EXPECT_EQ(again.status, 403);
  EXPECT_NE(again.body.find("no longer valid"), std::string::npos);
}

TEST_F(InvitationLogin, IsRefusedOnceItWasRevokedExpiredOrNeverWas) {
  Browser other(*module);
  EXPECT_EQ(module->acceptInvitation(other.request("/invitation", "POST"), std::string(43, 'A')).status, 403);
  EXPECT_EQ(module->acceptInvitation(other.request("/invitation", "POST"), "").status, 403);
  clock->advance(std::chrono::hours(7 * 24));
  EXPECT_EQ(accept(other, invitation).status, 403);
  const auto fresh = invite("another@elsewhere.example");
  module->invitations().revoke("tenant_acme", fresh.invitation.id, {.accountId = "acc_admin"});
  EXPECT_EQ(accept(other, fresh).status, 403);
}

TEST_F(InvitationLogin, RevokedOnTheWayLetsNobodyIn) {
  const auto begun = accept(browser, invitation);
  module->invitations().revoke("tenant_acme", invitation.invitation.id, {.accountId = "acc_admin"});
  const auto before = auditCount();
  expectRefused(browser.get("/sso/callback?" + scalekit.signIn(begun.location, guest)), browser, "domain_not_owned",
                ErrorCode::kNotAllowed, before);
}

TEST_F(InvitationLogin, RenewedOnTheWayHasToBeTakenUpAgain) {
  const auto begun = accept(browser, invitation);
  const auto renewed = module->invitations().renew("tenant_acme", invitation.invitation.id, std::chrono::hours(24),
                                                   {.accountId = "acc_admin"});
  ASSERT_TRUE(renewed);
  const auto before = auditCount();
  expectRefused(browser.get("/sso/callback?" + scalekit.signIn(begun.location, guest)), browser, "domain_not_owned",
                ErrorCode::kNotAllowed, before);
  EXPECT_EQ(comeIn(browser, *renewed, guest).status, 303);
}

TEST_F(InvitationLogin, LetsNobodyElseInWhoHasTheMail) {
  Person thief = guest;
  thief.user = "thief";
  thief.email = "thief@elsewhere.example";
  const auto before = auditCount();
  expectRefused(comeIn(browser, invitation, thief), browser, "invitation_other_address", ErrorCode::kNotAllowed,
                before);
  EXPECT_EQ(comeIn(browser, invitation, guest).status, 303) << "it stays open for whom it is meant for";
}

TEST_F(InvitationLogin, ThroughAnotherOrganizationsIdentityProviderIsAMixUp) {
  Person other = guest;
  other.organizationId = "org_beta";
  other.connectionId = "conn_beta1";
  const auto response = comeIn(browser, invitation, other);
  EXPECT_EQ(response.status, 400);
  EXPECT_FALSE(signedIn(browser));
  EXPECT_TRUE(storage->tables().accounts.empty());
}

TEST_F(InvitationLogin, WithoutTheMailIsPointedToIt) {
  const auto before = auditCount();
  expectRefused(login(browser, guest), browser, "invitation_required", ErrorCode::kNotAllowed, before);
}

TEST_F(InvitationLogin, IsRefusedWhereSingleSignOnIsOff) {
  changeOrganization("org_acme", [](Organization& organization) { organization.policy.mode = SsoMode::kOff; });
  EXPECT_EQ(accept(browser, invitation).status, 403);
}

// Row 8: invited, and the address has an account of another tenant
TEST_F(InvitationLogin, AnAccountOfAnotherTenantJoinsAfterItsPassword) {
  const auto stranger = host->addAccount("guest@elsewhere.example", "tenant_beta");
  EXPECT_EQ(comeIn(browser, invitation, guest).location, "/login/link");
  EXPECT_FALSE(storage->tables().accounts.at(stranger).memberships.contains("tenant_acme"));
  const auto proven = module->completeLink(browser.request("/login/link", "POST"), stranger);
  browser.keep(proven);
  EXPECT_EQ(proven.status, 303);
  EXPECT_EQ(signedIn(browser), stranger);
  EXPECT_EQ(storage->tables().accounts.at(stranger).memberships.at("tenant_acme"), std::vector<std::string>{"editor"});
  EXPECT_EQ(audit("sso.invitation.accepted").size(), 1U);
}

// Rows 5 and 7: nobody asserts the address, and the account that has it was never confirmed
TEST_F(InvitationLogin, AnUnconfirmedAccountIsNotHandedToWhoeverNamesNoAddress) {
  auto options = defaultOptions();
  options.emailProofPath = "/login/confirm";
  module = makeModule(options);
  host->addAccount("late@elsewhere.example", "tenant_acme", [](HostAccount& row) {
    row.emailVerified = false;
    row.memberships.clear();
  });
  const auto late = invite("late@elsewhere.example");
  storage->edit([](MemoryTables& tables) {
    for (auto& [id, account] : tables.accounts) account.memberships["tenant_acme"] = {"member"};
  });
  Browser visitor(*module);
  Person nameless = guest;
  nameless.email.clear();
  const auto before = auditCount();
  expectRefused(comeIn(visitor, late, nameless), visitor, "email_unverified_account", ErrorCode::kNotAllowed, before);
}

TEST_F(InvitationLogin, StillNeedsAgreementWhereItWouldEndASession) {
  login(browser);
  const auto ada = signedIn(browser);
  browser.fetchSite = "cross-site";
  EXPECT_EQ(comeIn(browser, invitation, guest).location, "/login/switch");
  EXPECT_EQ(signedIn(browser), ada);
  const auto agreed = module->completeSwitch(browser.request("/login/switch", "POST"));
  browser.keep(agreed);
  EXPECT_EQ(agreed.status, 303);
  EXPECT_EQ(storage->tables().accounts.at(signedIn(browser).value()).email, "guest@elsewhere.example");
}

}  // namespace
}  // namespace sso::test
