// SPDX-License-Identifier: Apache-2.0
// Which account comes out at the end of a whole login: SECURITY 1.8, promises 1 and 2.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class AccountMapping : public LoginFixture {
 protected:
  void expectDenied(const Person& person, const std::string& code, ErrorCode publicCode = ErrorCode::kNotAllowed) {
    const auto before = storage->tables();
    expectRefused(login(browser, person), browser, code, publicCode, before.audit.size());
    const auto after = storage->tables();
    EXPECT_EQ(after.accounts, before.accounts);
    EXPECT_EQ(after.identities.size(), before.identities.size());
    EXPECT_EQ(after.sessions, before.sessions);
  }
  static Person withEmail(const std::string& email) {
    Person person;
    person.email = email;
    return person;
  }
  Browser browser{*module};
};

TEST_F(AccountMapping, SubjectsInAnotherSpellingAreNotThatPerson) {  // SEC-MP-04
  login(browser);
  browser.cookies.clear();
  for (const std::string user : {"Ada", "ada ", "ADA"}) {
    Person other;
    other.user = user;
    expectDenied(other, "subject_conflict");
  }
}

TEST_F(AccountMapping, ARecycledAddressIsNotTheOldAccount) {  // SEC-MP-05, JIT.md row 9
  login(browser);
  browser.cookies.clear();
  Person newcomer;
  newcomer.user = "someone-new";
  expectDenied(newcomer, "subject_conflict");
}

TEST_F(AccountMapping, AForeignDomainIsDenied) {  // SEC-MP-07: our IdP asserts an address of org_beta
  const auto victim = host->addAccount("boss@beta.example", "tenant_beta");
  expectDenied(withEmail("boss@beta.example"), "domain_not_owned");
  host->addAccount("both@beta.example", "tenant_acme");
  expectDenied(withEmail("both@beta.example"), "domain_not_owned");
  EXPECT_TRUE(storage->tables().accounts.contains(victim));
}

TEST_F(AccountMapping, AnUnconfirmedAddressIsNobodys) {  // SEC-MP-08
  host->addAccount("ada@acme.example", "tenant_acme");
  for (const auto verified : {std::optional<bool>(false), std::optional<bool>()}) {
    Person person;
    person.emailVerified = verified;
    expectDenied(person, "email_proof_required");
  }
}

TEST_F(AccountMapping, ATrustedConnectionVouchesForItsOwnDomains) {  // JIT.md row 4
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.trustedConnections = {"conn_acme1"}; });
  Person person;
  person.emailVerified.reset();
  EXPECT_EQ(login(browser, person).status, 303);
}

TEST_F(AccountMapping, MissingAndMalformedAddressesAreDenied) {  // SEC-MP-09, -10
  expectDenied(withEmail(""), "email_missing");
  for (const auto* email : {"ada@acme.example@evil.example", "\"ada\"@acme.example", "ada@[192.0.2.1]", "ada"}) {
    expectDenied(withEmail(email), "email_missing");
  }
  for (const auto* email : {"ada@evilacme.example", "ada@sub.acme.example", "ada@acme.example.evil.example"}) {
    expectDenied(withEmail(email), "domain_not_owned");
  }
}

TEST_F(AccountMapping, RolesAndGroupsAreIgnored) {  // SEC-MP-14
  Person person;
  person.claims = [](nlohmann::json& claims) {
    claims["roles"] = {"owner", "admin"};
    claims["groups"] = {"owner"};
    claims["permissions"] = {"everything"};
    claims["is_admin"] = true;
  };
  EXPECT_EQ(login(browser, person).status, 303);
  EXPECT_EQ(storage->tables().accounts.at(*signedIn(browser)).memberships.at("tenant_acme"),
            std::vector<std::string>{"member"});
}

TEST_F(AccountMapping, HugeNamesAreCut) {  // SEC-MP-15
  Person person;
  person.name = std::string(12'000, 'n');
  if (login(browser, person).status == 303) {
    EXPECT_LE(storage->tables().accounts.at(*signedIn(browser)).displayName.size(), 256U);
  } else {
    EXPECT_TRUE(storage->tables().accounts.empty());
  }
}

TEST_F(AccountMapping, DisabledAccountsStayOut) {  // SEC-MP-17, -20
  login(browser);
  const auto account = *signedIn(browser);
  browser.cookies.clear();
  const auto set = [&](AccountState state) {
    storage->edit([&](MemoryTables& tables) { tables.accounts.at(account).state = state; });
  };
  set(AccountState::kSuspended);
  expectDenied({}, "account_suspended", ErrorCode::kAccountDisabled);
  set(AccountState::kDeprovisioned);
  expectDenied({}, "deprovisioned", ErrorCode::kAccountDisabled);
  set(AccountState::kActive);
  EXPECT_EQ(login(browser).status, 303);
}

TEST_F(AccountMapping, AStrangersAccountIsNeverLinked) {  // JIT.md row 8
  host->addAccount("ada@acme.example", "tenant_beta");
  expectDenied({}, "not_a_member");
}

TEST_F(AccountMapping, APreHijackedAccountIsNeverLinked) {  // JIT.md row 7
  host->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& account) { account.emailVerified = false; });
  expectDenied({}, "email_unverified_account");
}

TEST_F(AccountMapping, BreakGlassIsNeverSignedIn) {  // JIT.md row 27
  host->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& account) { account.breakGlass = true; });
  expectDenied({}, "break_glass");
}

TEST_F(AccountMapping, ADirectoryProvisionsAlone) {  // JIT.md row 16
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.directoryActive = true; });
  expectDenied({}, "not_provisioned");
}

TEST_F(AccountMapping, JitCanBeSwitchedOff) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.jitProvisioning = false; });
  expectDenied({}, "jit_off");
}

TEST_F(AccountMapping, WithoutADefaultRoleNobodyIsCreated) {  // JIT.md row 20
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.defaultRole = ""; });
  expectDenied({}, "no_default_role");
}

TEST_F(AccountMapping, ASuspensionDuringTheLoginCounts) {  // JIT.md row 17, at the callback; no cache in between
  const auto callback = callbackFor(browser);
  changeOrganization("org_acme", [](Organization& acme) { acme.status = OrganizationStatus::kSuspended; });
  expectRefused(browser.get(callback), browser, "organization_suspended", ErrorCode::kNotAllowed);
}

TEST_F(AccountMapping, ADisabledConnectionCountsAtTheCallback) {  // JIT.md row 17
  const auto callback = callbackFor(browser);
  scalekit.setConnectionEnabled(false);
  clock->advance(std::chrono::seconds(120));  // past the cached answer
  expectRefused(browser.get(callback), browser, "connection_disabled", ErrorCode::kNotAllowed);
}

TEST_F(AccountMapping, TheRefusalSaysWhatToDo) {
  const auto response = login(browser, withEmail("ada@elsewhere.example"));
  EXPECT_NE(response.body.find("not in a domain of this organization"), std::string::npos);
  EXPECT_NE(response.body.find("Ask your administrator for an invitation."), std::string::npos);
  EXPECT_EQ(response.body.find("domain_not_owned"), std::string::npos) << "reason words stay in the audit trail";
}

TEST_F(AccountMapping, ARefusalTellsProgramsTheStableName) {
  browser.accept = "application/json";
  const auto body = nlohmann::json::parse(login(browser, withEmail("ada@elsewhere.example")).body);
  EXPECT_EQ(body.at("error"), "not_allowed");
}

}  // namespace
}  // namespace sso::test
