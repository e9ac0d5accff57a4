// SPDX-License-Identifier: Apache-2.0
// What invitations (JIT.md rows 3, 5, 8 and 28) and links that came back from a mailbox (rows 4 and 7) do to accounts.
#include <barrier>
#include <thread>

#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

using Roles = std::vector<std::string>;

constexpr const char* kGuest = "guest@elsewhere.example";
const std::string kHash(64, 'a');

class IdentityMapperTestInvitations : public IdentityMapperTest {
 protected:
  IdentityMapperTestInvitations() { invite(); }

  void invite(const std::function<void(Invitation&)>& change = {}) {
    Invitation invitation;
    invitation.id = "inv_1";
    invitation.tokenHash = kHash;
    invitation.organizationId = "org_acme";
    invitation.tenantId = "tenant_acme";
    invitation.connectionId = "conn_a";
    invitation.email = kGuest;
    invitation.role = "editor";
    invitation.invitedBy = "acc_admin";
    invitation.sentAt = clock_->now();
    invitation.expiresAt = clock_->now() + std::chrono::hours(1);
    if (change) change(invitation);
    storage_->edit([&](MemoryTables& tables) { tables.invitations[invitation.id] = invitation; });
  }
  LoginAttempt guest(std::string email = kGuest) const {
    auto identity = person("conn_a;guest", std::move(email));
    identity.emailVerified.reset();
    auto attempt = attemptOf(std::move(identity));
    attempt.invitationHash = kHash;
    return attempt;
  }
  DenyCode refusalOf(const LoginAttempt& attempt) {
    const auto mapped = login(attempt);
    EXPECT_FALSE(mapped.decision.signsIn());
    EXPECT_EQ(storage_->commits(), 0) << "a refusal writes nothing";
    return mapped.decision.code;
  }
  bool stillOpen() const { return storage_->tables().invitations.contains("inv_1"); }
};

// ---- rows 3 and 28 ----------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestInvitations, AGuestGetsAnAccountWithTheInvitersRole) {
  acme_.policy.groupRoles = {{"bosses", "admin"}};
  auto attempt = guest();
  attempt.identity.groups = Roles{"bosses"};
  const auto mapped = login(attempt);
  ASSERT_EQ(mapped.decision.outcome, Outcome::kUseInvitation);
  const auto account = storage_->tables().accounts.at(mapped.accountId);
  EXPECT_EQ(account.email, kGuest);
  EXPECT_TRUE(account.emailVerified);
  EXPECT_EQ(account.memberships.at("tenant_acme"), Roles{"editor"});
  EXPECT_TRUE(account.fromSso.empty()) << "a person granted it, so no later login takes it away";
  EXPECT_FALSE(stillOpen());
  EXPECT_EQ(auditNames(), (std::vector<std::string>{"sso.account.created", "sso.invitation.accepted",
                                                    "sso.identity.linked", "sso.login.completed"}));
  const auto accepted = storage_->tables().audit[1];
  EXPECT_EQ(accepted.details.at("invitation"), "inv_1");
  EXPECT_EQ(accepted.details.at("invited_by"), "acc_admin");
}
TEST_F(IdentityMapperTestInvitations, TheNextLoginIsAnOrdinaryOne) {
  const auto first = login(guest());
  auto again = guest();
  again.invitationHash.clear();
  const auto second = login(again);
  EXPECT_EQ(second.decision.outcome, Outcome::kLogin);
  EXPECT_EQ(second.accountId, first.accountId);
  EXPECT_EQ(storage_->tables().accounts.at(first.accountId).memberships.at("tenant_acme"), Roles{"editor"});
}
TEST_F(IdentityMapperTestInvitations, WorksOnce) {
  login(guest());
  auto other = guest();
  other.identity.key.subject = "conn_a;other";
  other.identity.email.clear();
  EXPECT_EQ(login(other).decision.code, DenyCode::kEmailMissing);
  EXPECT_EQ(storage_->tables().accounts.size(), 1U);
}
TEST_F(IdentityMapperTestInvitations, OfTwoWhoComeAtOnceOneGetsIn) {
  for (int round = 0; round < 20; ++round) {
    storage_->edit([](MemoryTables& tables) { tables = {}; });
    invite();
    std::barrier ready(2);
    std::atomic<int> in{0};
    const auto come = [&](const std::string& subject) {
      auto attempt = guest("");
      attempt.identity.key.subject = subject;
      ready.arrive_and_wait();
      in += login(attempt).decision.signsIn() ? 1 : 0;
    };
    std::thread one([&] { come("conn_a;one"); });
    std::thread other([&] { come("conn_a;other"); });
    one.join();
    other.join();
    ASSERT_EQ(in, 1) << "round " << round;
    ASSERT_EQ(storage_->tables().accounts.size(), 1U);
  }
}
TEST_F(IdentityMapperTestInvitations, WithoutTheLinkOnlyPointsToTheMail) {
  auto attempt = guest();
  attempt.invitationHash.clear();
  EXPECT_EQ(refusalOf(attempt), DenyCode::kInvitationRequired);
  attempt.identity.emailVerified = true;
  EXPECT_EQ(refusalOf(attempt), DenyCode::kInvitationRequired);
  EXPECT_TRUE(stillOpen());
}
TEST_F(IdentityMapperTestInvitations, AnotherTokenIsNone) {
  auto attempt = guest("");
  attempt.invitationHash = std::string(64, 'b');
  EXPECT_EQ(refusalOf(attempt), DenyCode::kEmailMissing);
  attempt = guest();
  attempt.invitationHash = std::string(64, 'b');
  EXPECT_EQ(refusalOf(attempt), DenyCode::kDomainNotOwned);
}
TEST_F(IdentityMapperTestInvitations, IsForOneAddress) {
  EXPECT_EQ(refusalOf(guest("other@elsewhere.example")), DenyCode::kInvitationOtherAddress);
  EXPECT_TRUE(stillOpen());
  EXPECT_EQ(login(guest("ada@acme.example")).decision.code, DenyCode::kEmailProofRequired)
      << "who has a way in of their own goes that way, and the invitation stays";
  EXPECT_TRUE(stillOpen());
}
TEST_F(IdentityMapperTestInvitations, IsForOneConnection) {
  invite([](Invitation& one) { one.connectionId = "conn_b"; });
  EXPECT_EQ(refusalOf(guest()), DenyCode::kDomainNotOwned);
  auto attempt = guest();
  attempt.invitationHash.clear();
  EXPECT_EQ(refusalOf(attempt), DenyCode::kDomainNotOwned) << "nor is it pointed to";
}
TEST_F(IdentityMapperTestInvitations, IsForOneOrganization) {
  invite([](Invitation& one) { one.organizationId = "org_other"; });
  EXPECT_EQ(refusalOf(guest()), DenyCode::kDomainNotOwned);
}
TEST_F(IdentityMapperTestInvitations, IsWorthNothingOnceTheOrganizationIsAnotherTenants) {
  invite([](Invitation& one) { one.tenantId = "tenant_before"; });
  EXPECT_EQ(refusalOf(guest()), DenyCode::kDomainNotOwned);
}
TEST_F(IdentityMapperTestInvitations, Expires) {
  invite([&](Invitation& one) { one.expiresAt = clock_->now() + seconds(1); });
  EXPECT_TRUE(login(guest()).decision.signsIn());
  storage_->edit([](MemoryTables& tables) { tables = {}; });
  invite([&](Invitation& one) { one.expiresAt = clock_->now(); });
  EXPECT_EQ(login(guest()).decision.code, DenyCode::kInvitationExpired);
}
// Row 24
TEST_F(IdentityMapperTestInvitations, NeverMakesAnOwnerNorGrantsWhatTheHostDoesNotKnow) {
  for (const char* role : {"owner", "emperor"}) {
    invite([&](Invitation& one) { one.role = role; });
    EXPECT_EQ(refusalOf(guest()), DenyCode::kInvitationExpired) << role;
  }
  invite([&](Invitation& one) { one.role = "admin"; });
  EXPECT_TRUE(login(guest()).decision.signsIn());
}
// Row 19 and part 9
TEST_F(IdentityMapperTestInvitations, CountsAgainstSeatsAndCreations) {
  acme_.policy.seatLimit = 1;
  host_->addAccount("somebody@acme.example", "tenant_acme");
  EXPECT_EQ(refusalOf(guest()), DenyCode::kSeatLimit);
  acme_.policy.seatLimit = 0;
  acme_.policy.creationsPerHour = 1;
  storage_->edit([&](MemoryTables& tables) {
    AuditEvent event;
    event.name = kAccountCreated;
    event.connectionId = "conn_a";
    event.at = clock_->now();
    tables.audit.push_back(event);
  });
  EXPECT_EQ(refusalOf(guest()), DenyCode::kCreationLimit);
}
// Row 5
TEST_F(IdentityMapperTestInvitations, NamesTheAddressThatTheIdentityProviderDoesNot) {
  const auto mapped = login(guest(""));
  ASSERT_TRUE(mapped.decision.signsIn());
  EXPECT_EQ(mapped.decision.row, 5);
  EXPECT_EQ(storage_->tables().accounts.at(mapped.accountId).email, kGuest);
  EXPECT_EQ(storage_->tables().identities.begin()->second.email, "") << "what was asserted, which is nothing";
}
TEST_F(IdentityMapperTestInvitations, AMalformedAddressIsNotReplaced) {
  auto attempt = guest("");
  attempt.identity.emailMalformed = true;
  EXPECT_EQ(refusalOf(attempt), DenyCode::kEmailMissing);
}

// ---- row 8 ------------------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestInvitations, AnAccountOfAnotherTenantJoinsOnceProven) {
  const auto stranger = host_->addAccount(kGuest, "tenant_other");
  auto attempt = guest();
  const auto asked = login(attempt);
  EXPECT_EQ(asked.decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(asked.accountId, stranger);
  EXPECT_EQ(storage_->commits(), 0);
  attempt.proof = LinkProof{stranger, clock_->now()};
  const auto mapped = login(attempt);
  ASSERT_TRUE(mapped.decision.signsIn());
  EXPECT_EQ(mapped.accountId, stranger);
  const auto account = storage_->tables().accounts.at(stranger);
  EXPECT_EQ(account.memberships.at("tenant_acme"), Roles{"editor"});
  EXPECT_EQ(account.memberships.at("tenant_other"), Roles{"member"}) << "nothing of the other tenant changes";
  EXPECT_FALSE(stillOpen());
  EXPECT_EQ(auditNames(), (std::vector<std::string>{"sso.membership.added", "sso.invitation.accepted",
                                                    "sso.identity.linked", "sso.login.completed"}));
}
TEST_F(IdentityMapperTestInvitations, NobodyJoinsByTheAddressAlone) {
  const auto stranger = host_->addAccount(kGuest, "tenant_other");
  acme_.domains.push_back("elsewhere.example");
  acme_.policy.linkExisting = LinkRule::kAutomatic;
  auto attempt = guest();
  attempt.identity.emailVerified = true;
  attempt.proof = LinkProof{stranger, clock_->now()};
  attempt.invitationHash.clear();
  EXPECT_EQ(refusalOf(attempt), DenyCode::kNotAMember);
}
TEST_F(IdentityMapperTestInvitations, AHostThatAddsNoMembersLetsNobodyJoin) {
  const auto stranger = host_->addAccount(kGuest, "tenant_other");
  host_->addsMembers = false;
  auto attempt = guest();
  attempt.proof = LinkProof{stranger, clock_->now()};
  EXPECT_THROW(login(attempt), Error);
  EXPECT_EQ(storage_->commits(), 0);
  EXPECT_TRUE(stillOpen());
}
TEST_F(IdentityMapperTestInvitations, JoiningTakesASeat) {
  const auto stranger = host_->addAccount(kGuest, "tenant_other");
  host_->addAccount("somebody@acme.example", "tenant_acme");
  acme_.policy.seatLimit = 1;
  auto attempt = guest();
  attempt.proof = LinkProof{stranger, clock_->now()};
  EXPECT_EQ(refusalOf(attempt), DenyCode::kSeatLimit);
}

// ---- rows 4 and 7 -----------------------------------------------------------------------------------------------

class IdentityMapperTestEmailProof : public IdentityMapperTest {
 protected:
  LoginAttempt unconfirmed(const std::string& provenEmail = "ada@acme.example") const {
    auto identity = person();
    identity.emailVerified = false;
    auto attempt = attemptOf(std::move(identity));
    if (!provenEmail.empty()) attempt.emailProof = EmailProof{provenEmail, clock_->now()};
    return attempt;
  }
};

TEST_F(IdentityMapperTestEmailProof, CreatesTheAccountOfWhoeverHasTheMailbox) {
  EXPECT_EQ(login(unconfirmed("")).decision.outcome, Outcome::kRequireEmailProof);
  EXPECT_EQ(login(unconfirmed("eve@acme.example")).decision.outcome, Outcome::kRequireEmailProof)
      << "a proof of another address is none";
  EXPECT_EQ(storage_->commits(), 0);
  const auto mapped = login(unconfirmed());
  EXPECT_EQ(mapped.decision.outcome, Outcome::kCreate);
  EXPECT_TRUE(storage_->tables().accounts.at(mapped.accountId).emailVerified);
}
TEST_F(IdentityMapperTestEmailProof, LinksTheAccountThatHasTheVerifiedAddress) {
  const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
  const auto mapped = login(unconfirmed());
  EXPECT_EQ(mapped.decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(mapped.accountId, account);
  EXPECT_EQ(storage_->tables().identities.begin()->second.accountId, account);
  EXPECT_EQ(storage_->tables().accounts.at(account).password, "set") << "its owner keeps every way in";
}
TEST_F(IdentityMapperTestEmailProof, NeverLeavesTheOrganizationsDomains) {
  auto attempt = unconfirmed(kGuest);
  attempt.identity.email = kGuest;
  EXPECT_EQ(login(attempt).decision.code, DenyCode::kDomainNotOwned);
}
// Pre-hijacking: somebody registered the address first, and waits with a password, a session and an identity
TEST_F(IdentityMapperTestEmailProof, TakesAnUnverifiedAccountBackAndWipesWhatLetOthersIn) {
  const auto account =
      host_->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& row) { row.emailVerified = false; });
  auto key = person("conn_old;mallory").key;
  key.connectionId = "conn_old";
  storage_->edit([&](MemoryTables& tables) {
    tables.identities[key] = {key, "org_acme", account, "ada@acme.example", clock_->now(), clock_->now()};
    tables.sessions["mallorys"] = {account, "tenant_acme", ""};
  });
  EXPECT_EQ(login(unconfirmed("")).decision.outcome, Outcome::kRequireEmailProof);
  EXPECT_EQ(storage_->commits(), 0);
  const auto mapped = login(unconfirmed());
  ASSERT_TRUE(mapped.decision.signsIn());
  EXPECT_EQ(mapped.accountId, account);
  const auto tables = storage_->tables();
  EXPECT_TRUE(tables.accounts.at(account).emailVerified);
  EXPECT_EQ(tables.accounts.at(account).password, "");
  EXPECT_TRUE(tables.sessions.empty());
  ASSERT_EQ(tables.identities.size(), 1U);
  EXPECT_EQ(tables.identities.begin()->first, person().key);
  EXPECT_EQ(tables.audit.front().name, "sso.account.reclaimed");
  EXPECT_EQ(tables.audit.front().details.at("identities_untied"), "1");
}
// Promise 2 of the design: nothing of this organization ends anything of another
TEST_F(IdentityMapperTestEmailProof, LeavesAnAccountAloneThatIsTiedToAnotherOrganization) {
  const auto account =
      host_->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& row) { row.emailVerified = false; });
  auto key = person("conn_beta;ada").key;
  key.connectionId = "conn_beta";
  storage_->edit([&](MemoryTables& tables) {
    tables.identities[key] = {key, "org_beta", account, "ada@acme.example", clock_->now(), clock_->now()};
  });
  EXPECT_EQ(login(unconfirmed()).decision.code, DenyCode::kEmailUnverifiedAccount);
  EXPECT_EQ(storage_->commits(), 0);
  EXPECT_TRUE(storage_->tables().identities.contains(key));
}
TEST_F(IdentityMapperTestEmailProof, AHostThatHandsNothingOverLetsNobodyIn) {
  host_->addAccount("ada@acme.example", "tenant_acme", [](HostAccount& row) { row.emailVerified = false; });
  host_->reclaims = false;
  EXPECT_THROW(login(unconfirmed()), Error);
  EXPECT_EQ(storage_->commits(), 0);
}

}  // namespace
}  // namespace sso::detail::test
