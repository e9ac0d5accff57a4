// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 4, 5, 7, 8 and 28: who comes in by an invitation, and by a link that came back from a mailbox.
#include <functional>

#include "policy_facts.h"

namespace sso::detail::test {
namespace {

/// Somebody with another company's address, which nobody confirmed, who came by the link of an invitation.
Facts invitedGuest() {
  auto facts = firstLogin();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  facts.emailVerified = EmailVerification::kAbsent;
  facts.invitation = InvitationStanding::kAccepted;
  facts.invitationRole = "editor";
  return facts;
}

/// The same, and the address belongs to an account of another tenant.
Facts invitedStranger() {
  auto facts = invitedGuest();
  facts.holder = memberAccount("acc_1");
  facts.holder->member = false;
  return facts;
}

Facts unverifiedAccount() {
  auto facts = existingAccount();
  facts.holder->emailVerified = false;
  return facts;
}

}  // namespace

// SEC-MP-09
TEST(JitRow05_NoEmail, IsDenied) {
  auto facts = firstLogin();
  facts.email = EmailAssertion::kAbsent;
  expectDenied(facts, 5, DenyCode::kEmailMissing);
}
// SEC-MP-10
TEST(JitRow05_NoEmail, MalformedIsDenied) {
  auto facts = firstLogin();
  facts.email = EmailAssertion::kMalformed;
  expectDenied(facts, 5, DenyCode::kEmailMissing);
}
TEST(JitRow07_UnverifiedLocalEmail, IsNeverLinked) {
  auto facts = existingAccount();
  facts.holder->emailVerified = false;
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount, Outcome::kRequireEmailProof);
}
TEST(JitRow07_UnverifiedLocalEmail, IsNeverLinkedAutomatically) {
  auto facts = existingAccount();
  facts.holder->emailVerified = false;
  facts.linkExisting = LinkRule::kAutomatic;
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount, Outcome::kRequireEmailProof);
}
TEST(JitRow07_UnverifiedLocalEmail, IsNotOutweighedByThePreHijackersPassword) {
  auto facts = existingAccount();
  facts.holder->emailVerified = false;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount, Outcome::kRequireEmailProof);
}

TEST(JitRow08_NotAMember, IsNeverLinkedByEmail) {
  auto facts = existingAccount();
  facts.holder->member = false;
  expectDenied(facts, 8, DenyCode::kNotAMember);
}
TEST(JitRow08_NotAMember, IsNeverLinkedAutomatically) {
  auto facts = existingAccount();
  facts.holder->member = false;
  facts.linkExisting = LinkRule::kAutomatic;
  expectDenied(facts, 8, DenyCode::kNotAMember);
}
TEST(JitRow08_NotAMember, IsNotOutweighedByAProof) {
  auto facts = existingAccount();
  facts.holder->member = false;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 8, DenyCode::kNotAMember);
}
TEST(JitRow08_NotAMember, StateOfTheStrangersAccountIsNotTold) {
  for (const auto state : {AccountState::kSuspended, AccountState::kDeprovisioned}) {
    auto facts = existingAccount();
    facts.holder->member = false;
    facts.holder->state = state;
    facts.holder->breakGlass = true;
    expectDenied(facts, 8, DenyCode::kNotAMember);
  }
}

// SEC-MP-09
TEST(JitRow05_NoEmail, IsTheInvitationsAddressForWhoeverCameByItsLink) {
  auto facts = invitedGuest();
  facts.email = EmailAssertion::kAbsent;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kUseInvitation);
  EXPECT_EQ(decision.row, 5);
  EXPECT_EQ(decision.roles, std::vector<std::string>{"editor"});
}
TEST(JitRow05_NoEmail, IsNobodysWhileTheInvitationIsOnlyOpen) {
  auto facts = invitedGuest();
  facts.email = EmailAssertion::kAbsent;
  facts.invitation = InvitationStanding::kOpen;
  expectDenied(facts, 5, DenyCode::kEmailMissing);
  facts.invitation = InvitationStanding::kExpired;
  expectDenied(facts, 5, DenyCode::kInvitationExpired);
}
TEST(JitRow05_NoEmail, MalformedIsDeniedWithAnInvitation) {
  auto facts = invitedGuest();
  facts.email = EmailAssertion::kMalformed;
  expectDenied(facts, 5, DenyCode::kEmailMissing);
}

TEST(JitRow28_Guest, ComesInWithTheInvitersRole) {
  const auto decision = decide(invitedGuest());
  EXPECT_EQ(decision.outcome, Outcome::kUseInvitation);
  EXPECT_EQ(decision.row, 28);
  EXPECT_EQ(decision.whom, Whom::kNewAccount);
  EXPECT_TRUE(decision.signsIn());
  EXPECT_EQ(decision.roles, std::vector<std::string>{"editor"}) << "whatever groups or the default role say";
}
TEST(JitRow28_Guest, MustComeByTheLink) {
  auto facts = invitedGuest();
  facts.invitation = InvitationStanding::kOpen;
  expectDenied(facts, 28, DenyCode::kInvitationRequired);
  facts.emailVerified = EmailVerification::kYes;
  facts.connectionTrusted = true;
  expectDenied(facts, 28, DenyCode::kInvitationRequired);
}
TEST(JitRow28_Guest, WithAnExpiredInvitationIsDenied) {
  auto facts = invitedGuest();
  facts.invitation = InvitationStanding::kExpired;
  expectDenied(facts, 28, DenyCode::kInvitationExpired);
}
TEST(JitRow28_Guest, WithSomebodyElsesInvitationIsDenied) {
  auto facts = invitedGuest();
  facts.invitation = InvitationStanding::kOtherAddress;
  expectDenied(facts, 28, DenyCode::kInvitationOtherAddress);
}
TEST(JitRow28_Guest, FromAPublicMailDomainComesByInvitationAlone) {
  auto facts = invitedGuest();
  facts.emailDomain = DomainOwner::kPublicMail;
  EXPECT_EQ(decide(facts).outcome, Outcome::kUseInvitation);
  facts.invitation = InvitationStanding::kNone;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow28_Guest, NeedsNoDefaultRoleNorJitNorApproval) {
  auto facts = invitedGuest();
  facts.defaultRole = DefaultRole::kMissing;
  facts.jitProvisioning = false;
  facts.approvalRequired = true;
  EXPECT_EQ(decide(facts).outcome, Outcome::kUseInvitation);
}
// Row 19 and part 9 hold for guests, too
TEST(JitRow28_Guest, TakesASeatAndCountsAsACreation) {
  auto facts = invitedGuest();
  facts.seats = Seats::kFull;
  expectDenied(facts, 19, DenyCode::kSeatLimit);
  facts.seats = Seats::kUnknown;
  expectDenied(facts, 19, DenyCode::kSeatLimit);
  facts.seats = Seats::kLast;
  EXPECT_TRUE(decide(facts).notices.has(Notice::kLastSeat));
  facts.creations = Creations::kSpent;
  expectDenied(facts, 28, DenyCode::kCreationLimit);
}
TEST(JitRow28_Guest, IsNotStoppedByADirectoryThatKnowsOnlyItsOwn) {
  auto facts = invitedGuest();
  facts.directoryActive = true;
  EXPECT_EQ(decide(facts).outcome, Outcome::kUseInvitation);
  facts.emailDomain = DomainOwner::kThisOrganization;
  expectDenied(facts, 16, DenyCode::kNotProvisioned);
}
TEST(JitRow28_Guest, IsNothingToAKnownIdentity) {
  auto facts = knownLogin();
  facts.invitation = InvitationStanding::kAccepted;
  facts.invitationRole = "admin";
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_FALSE(decision.roles);
}
TEST(JitRow03_DomainNotOwned, AColleagueIsPointedToTheInvitationWhereAccountsAreMadeByHand) {
  auto facts = firstLogin();
  facts.jitProvisioning = false;
  facts.invitation = InvitationStanding::kOpen;
  expectDenied(facts, 28, DenyCode::kInvitationRequired);
  facts.invitation = InvitationStanding::kAccepted;
  EXPECT_EQ(decide(facts).outcome, Outcome::kUseInvitation);
}
TEST(JitRow03_DomainNotOwned, IsNotOutweighedByAProvenMailbox) {
  auto facts = firstLogin();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  facts.addressProvenAt = kNow;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}

TEST(JitRow08_NotAMember, IsAskedForProofWhenInvited) {
  auto facts = invitedStranger();
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(decision.row, 8);
  EXPECT_EQ(decision.code, DenyCode::kLinkProofRequired);
  EXPECT_FALSE(decision.signsIn()) << "that the mail was sent there days ago is no proof";
}
TEST(JitRow08_NotAMember, JoinsWithTheInvitersRoleOnceProven) {
  auto facts = invitedStranger();
  facts.proof = proofFor("acc_1");
  const auto decision = decide(facts);
  EXPECT_TRUE(decision.signsIn());
  EXPECT_TRUE(decision.join);
  EXPECT_EQ(decision.roles, std::vector<std::string>{"editor"});
}
TEST(JitRow08_NotAMember, NeverJoinsAutomatically) {
  auto facts = invitedStranger();
  facts.linkExisting = LinkRule::kAutomatic;
  facts.emailDomain = DomainOwner::kThisOrganization;
  facts.emailVerified = EmailVerification::kYes;
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow08_NotAMember, IsNotLetInByAnInvitationThatIsNotTheirs) {
  for (const auto standing : {InvitationStanding::kNone, InvitationStanding::kOpen, InvitationStanding::kOtherAddress,
                              InvitationStanding::kExpired}) {
    auto facts = invitedStranger();
    facts.invitation = standing;
    facts.proof = proofFor("acc_1");
    EXPECT_FALSE(decide(facts).signsIn());
    facts.emailDomain = DomainOwner::kThisOrganization;
    facts.emailVerified = EmailVerification::kYes;
    expectDenied(facts, 8, DenyCode::kNotAMember);
  }
}
TEST(JitRow08_NotAMember, TakesASeatWhenJoining) {
  auto facts = invitedStranger();
  facts.proof = proofFor("acc_1");
  facts.seats = Seats::kFull;
  expectDenied(facts, 19, DenyCode::kSeatLimit);
}
TEST(JitRow08_NotAMember, ClosedAccountsDoNotJoin) {
  auto facts = invitedStranger();
  facts.proof = proofFor("acc_1");
  facts.holder->breakGlass = true;
  expectDenied(facts, 27, DenyCode::kBreakGlass);
  facts.holder->breakGlass = false;
  facts.holder->state = AccountState::kSuspended;
  expectDenied(facts, 18, DenyCode::kAccountSuspended);
  facts.holder->state = AccountState::kActive;
  facts.holder->emailVerified = false;
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount);
  facts.holder->emailVerified = true;
  facts.holderIdentities = HolderIdentities::kSameConnection;
  expectDenied(facts, 9, DenyCode::kSubjectConflict);
}

TEST(JitRow04_UnconfirmedEmail, IsConfirmedByALinkThatCameBack) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kNo;
  facts.addressProvenAt = kNow;
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
}
TEST(JitRow04_UnconfirmedEmail, ALinkThatCameBackProvesTheAccountThatHasTheAddress) {
  auto facts = existingAccount();
  facts.emailVerified = EmailVerification::kNo;
  facts.addressProvenAt = kNow;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_TRUE(decision.signsIn());
}
TEST(JitRow04_UnconfirmedEmail, ALinkFromLongAgoOrTheFutureOrAfterTooLongAWaitIsNone) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kAbsent;
  const auto denied = [&] { expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof); };
  facts.addressProvenAt = kNow + seconds(1);
  denied();
  facts.verifiedAt = facts.issuedAt = facts.authenticatedAt = kNow - kProofLifetime - seconds(60);
  facts.addressProvenAt = kNow - kProofLifetime - seconds(1);
  denied();
  facts.verifiedAt = facts.issuedAt = facts.authenticatedAt = kNow - kEmailProofLifetime - seconds(1);
  facts.addressProvenAt = kNow;
  denied();
  facts.verifiedAt = facts.issuedAt = facts.authenticatedAt = kNow - kEmailProofLifetime;
  EXPECT_TRUE(decide(facts).signsIn());
}

TEST(JitRow07_UnverifiedLocalEmail, IsHandedToWhoeverOwnsTheMailbox) {
  auto facts = unverifiedAccount();
  facts.addressProvenAt = kNow;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(decision.row, 7);
  EXPECT_TRUE(decision.signsIn());
  EXPECT_TRUE(decision.reclaim) << "what let the pre-hijacker in goes";
}
TEST(JitRow07_UnverifiedLocalEmail, IsNotHandedOverForAnInvitation) {
  auto facts = unverifiedAccount();
  facts.invitation = InvitationStanding::kAccepted;
  facts.invitationRole = "member";
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount, Outcome::kRequireEmailProof);
}
TEST(JitRow07_UnverifiedLocalEmail, IsNeverHandedOverWhereItIsMoreThanAPlainMembersAccount) {
  const auto denied = [](const std::function<void(Facts&)>& change) {
    auto facts = unverifiedAccount();
    facts.addressProvenAt = kNow;
    change(facts);
    expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount);
  };
  denied([](Facts& facts) { facts.holder->member = false; });
  denied([](Facts& facts) { facts.holder->privileged = true; });
  denied([](Facts& facts) { facts.holder->breakGlass = true; });
  denied([](Facts& facts) { facts.holder->state = AccountState::kSuspended; });
  denied([](Facts& facts) { facts.holder->state = AccountState::kDeprovisioned; });
  denied([](Facts& facts) { facts.holderIdentities = HolderIdentities::kSameConnection; });
  denied([](Facts& facts) { facts.holderElsewhere = true; });
}

}  // namespace sso::detail::test
