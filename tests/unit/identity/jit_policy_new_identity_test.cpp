// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 2 to 9, 11, 14, 16, 18 to 20, 27 and 28: an identity that we meet for the first time.
#include "policy_facts.h"

namespace sso::detail::test {

TEST(JitRow02_NewPerson, IsCreated) {
  const auto decision = decide(firstLogin());
  EXPECT_EQ(decision.outcome, Outcome::kCreate);
  EXPECT_EQ(decision.row, 2);
  EXPECT_EQ(decision.whom, Whom::kNewAccount);
  EXPECT_TRUE(decision.signsIn());
}
TEST(JitRow02_NewPerson, IsDeniedWhenJitIsOff) {
  auto facts = firstLogin();
  facts.jitProvisioning = false;
  expectDenied(facts, 2, DenyCode::kJitOff);
}
TEST(JitRow02_NewPerson, WaitsForApprovalWhereThePolicySaysSo) {
  auto facts = firstLogin();
  facts.approvalRequired = true;
  expectDenied(facts, 2, DenyCode::kApprovalRequired, Outcome::kRequestApproval);
  facts.approval = Approval::kPending;
  expectDenied(facts, 2, DenyCode::kApprovalRequired, Outcome::kRequestApproval);
}
TEST(JitRow02_NewPerson, IsCreatedOnceSomebodyHasAgreed) {
  auto facts = firstLogin();
  facts.approvalRequired = true;
  facts.approval = Approval::kGranted;
  EXPECT_EQ(decide(facts).outcome, Outcome::kCreate);
  facts.seats = Seats::kFull;
  expectDenied(facts, 19, DenyCode::kSeatLimit);
  facts.seats = Seats::kFree;
  facts.jitProvisioning = false;
  expectDenied(facts, 2, DenyCode::kJitOff);
}
TEST(JitRow02_NewPerson, IsDeniedOnceSomebodyHasDeclined) {
  auto facts = firstLogin();
  facts.approvalRequired = true;
  facts.approval = Approval::kDeclined;
  expectDenied(facts, 2, DenyCode::kApprovalDeclined);
}
TEST(JitRow02_NewPerson, GroupsGrantNothing) {  // SEC-MP-14
  auto facts = firstLogin();
  facts.groups = GroupsAssertion::kList;
  EXPECT_EQ(decide(facts), decide(firstLogin()));
}

// SEC-MP-07
TEST(JitRow03_ForeignDomain, IsDenied) {
  auto facts = firstLogin();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow03_ForeignDomain, OfAPublicMailProviderIsDenied) {
  auto facts = firstLogin();
  facts.emailDomain = DomainOwner::kPublicMail;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow03_ForeignDomain, IsDeniedOnATrustedConnectionToo) {
  auto facts = firstLogin();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  facts.connectionTrusted = true;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow03_ForeignDomain, NeverLinksAnExistingAccount) {
  auto facts = existingAccount();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  facts.linkExisting = LinkRule::kAutomatic;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow03_ForeignDomain, IsNotOutweighedByAProof) {
  auto facts = existingAccount();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}

// SEC-MP-08
TEST(JitRow04_UnconfirmedEmail, FalseNeedsProof) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kNo;
  expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
}
TEST(JitRow04_UnconfirmedEmail, AbsentNeedsProof) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kAbsent;
  expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
}
TEST(JitRow04_UnconfirmedEmail, FalseOnATrustedConnectionIsBelieved) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kNo;
  facts.connectionTrusted = true;
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
}
TEST(JitRow04_UnconfirmedEmail, AbsentOnATrustedConnectionIsBelieved) {
  auto facts = firstLogin();
  facts.emailVerified = EmailVerification::kAbsent;
  facts.connectionTrusted = true;
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
}
TEST(JitRow04_UnconfirmedEmail, AbsentIsBelievedOfWhoeverHasProvenTheDomain) {
  auto facts = firstLogin();
  facts.believedWhenSilent = true;
  facts.emailVerified = EmailVerification::kAbsent;
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
  facts.emailVerified = EmailVerification::kNo;
  expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
  facts.emailVerified = EmailVerification::kAbsent;
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  expectDenied(facts, 3, DenyCode::kDomainNotOwned);
}
TEST(JitRow04_UnconfirmedEmail, OfAnExistingAccountIsNeverThatAccount) {
  auto facts = existingAccount();
  facts.linkExisting = LinkRule::kAutomatic;
  facts.emailVerified = EmailVerification::kNo;
  expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
}
TEST(JitRow04_UnconfirmedEmail, IsNotOutweighedByAPasswordProof) {
  auto facts = existingAccount();
  facts.emailVerified = EmailVerification::kAbsent;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
}

// SEC-MP-18
TEST(JitRow06_SameEmailMember, AsksForProof) {
  const auto decision = decide(existingAccount());
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(decision.row, 6);
  EXPECT_EQ(decision.whom, Whom::kEmailHolder);
  EXPECT_FALSE(decision.proven);
  EXPECT_FALSE(decision.signsIn());
  EXPECT_EQ(decision.code, DenyCode::kLinkProofRequired);
}
TEST(JitRow06_SameEmailMember, IsLinkedOnceProven) {
  auto facts = existingAccount();
  facts.proof = proofFor("acc_1");
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_TRUE(decision.proven);
  EXPECT_TRUE(decision.signsIn());
  EXPECT_EQ(decision.code, DenyCode::kNone);
}
TEST(JitRow06_SameEmailMember, AnotherAccountsProofIsNone) {
  auto facts = existingAccount();
  facts.proof = proofFor("acc_2");
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, AnEmptyProofIsNone) {
  auto facts = existingAccount();
  facts.proof = proofFor("");
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, AnOldProofIsNone) {
  auto facts = existingAccount();
  facts.proof = proofFor("acc_1", kNow - kProofLifetime - seconds(1));
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, AProofFromTheFutureIsNone) {
  auto facts = existingAccount();
  facts.proof = proofFor("acc_1", kNow + seconds(1));
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, AProofLongAfterTheAssertionIsNone) {
  auto facts = existingAccount();
  facts.verifiedAt = kNow - kProofLifetime - seconds(1);
  facts.issuedAt = facts.authenticatedAt = facts.verifiedAt;
  facts.proof = proofFor("acc_1");
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, IsLinkedAutomaticallyWhereThePolicySaysSo) {
  auto facts = existingAccount();
  facts.linkExisting = LinkRule::kAutomatic;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAutomatically);
  EXPECT_TRUE(decision.notices.has(Notice::kAccountLinked));
  EXPECT_TRUE(decision.signsIn());
}
TEST(JitRow06_SameEmailMember, PrivilegedIsNeverLinkedAutomatically) {
  auto facts = existingAccount();
  facts.linkExisting = LinkRule::kAutomatic;
  facts.holder->privileged = true;
  EXPECT_EQ(decide(facts).outcome, Outcome::kLinkAfterProof);
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, PrivilegedIsLinkedAfterProof) {
  auto facts = existingAccount();
  facts.holder->privileged = true;
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
}
TEST(JitRow06_SameEmailMember, NeverUpdatesTheAccountOnTheWay) {
  auto facts = existingAccount();
  facts.linkExisting = LinkRule::kAutomatic;
  facts.emailDiffers = facts.displayNameDiffers = true;
  EXPECT_FALSE(decide(facts).takeEmail);
  EXPECT_FALSE(decide(facts).takeDisplayName);
}

// SEC-MP-05
TEST(JitRow09_RecycledAddress, IsDenied) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kSameConnection;
  expectDenied(facts, 9, DenyCode::kSubjectConflict);
}
TEST(JitRow09_RecycledAddress, IsNotLinkedAutomatically) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kSameConnection;
  facts.linkExisting = LinkRule::kAutomatic;
  expectDenied(facts, 9, DenyCode::kSubjectConflict);
}
TEST(JitRow09_RecycledAddress, IsNotOutweighedByAProof) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kSameConnection;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 9, DenyCode::kSubjectConflict);
}

TEST(JitRow11_SecondConnection, AsksForProof) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kOtherConnection;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(decision.row, 11);
  EXPECT_FALSE(decision.signsIn());
}
TEST(JitRow11_SecondConnection, IsNeverLinkedAutomatically) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kOtherConnection;
  facts.linkExisting = LinkRule::kAutomatic;
  EXPECT_EQ(decide(facts).outcome, Outcome::kLinkAfterProof);
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow11_SecondConnection, IsLinkedOnceProven) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kOtherConnection;
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
}

Facts ofReplacedConnection(Migration migration) {
  auto facts = existingAccount();
  facts.holderIdentities = HolderIdentities::kRetiredConnection;
  facts.migration = migration;
  return facts;
}
TEST(JitRow14_ReplacedConnection, IsDeniedOutsideOfTheWindow) {
  expectDenied(ofReplacedConnection(Migration::kClosed), 14, DenyCode::kConnectionReplaced);
  expectDenied(ofReplacedConnection(static_cast<Migration>(7)), 14, DenyCode::kConnectionReplaced);
}
TEST(JitRow14_ReplacedConnection, IsNotMatchedByEmailEvenWithAProof) {
  auto facts = ofReplacedConnection(Migration::kClosed);
  facts.linkExisting = LinkRule::kAutomatic;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 14, DenyCode::kConnectionReplaced);
}
TEST(JitRow14_ReplacedConnection, AsksForProofWithinTheWindow) {
  auto facts = ofReplacedConnection(Migration::kAfterProof);
  facts.linkExisting = LinkRule::kAutomatic;  // is about first identities
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(decision.row, 14);
  EXPECT_FALSE(decision.signsIn());
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
  EXPECT_TRUE(decide(facts).relink);
}
TEST(JitRow14_ReplacedConnection, MovesUnprivilegedAccountsByItselfWhereTheWindowSaysSo) {
  auto facts = ofReplacedConnection(Migration::kAutomatic);
  EXPECT_EQ(decide(facts).outcome, Outcome::kLinkAutomatically);
  EXPECT_TRUE(decide(facts).relink);
  EXPECT_TRUE(decide(facts).notices.has(Notice::kAccountLinked));
  facts.holder->privileged = true;
  EXPECT_EQ(decide(facts).outcome, Outcome::kLinkAfterProof);
  EXPECT_FALSE(decide(facts).signsIn());
}
TEST(JitRow14_ReplacedConnection, MovesNobodyWhomNothingElseWouldLink) {
  for (const auto& [change, code] : std::initializer_list<std::pair<void (*)(Facts&), DenyCode>>{
           {[](Facts& f) { f.holder->member = false; }, DenyCode::kNotAMember},
           {[](Facts& f) { f.holder->breakGlass = true; }, DenyCode::kBreakGlass},
           {[](Facts& f) { f.holder->emailVerified = false; }, DenyCode::kEmailUnverifiedAccount},
           {[](Facts& f) { f.holder->state = AccountState::kSuspended; }, DenyCode::kAccountSuspended},
           {[](Facts& f) { f.emailDomain = DomainOwner::kNotThisOrganization; }, DenyCode::kDomainNotOwned},
           {[](Facts& f) { f.emailVerified = EmailVerification::kNo; }, DenyCode::kEmailProofRequired}}) {
    auto facts = ofReplacedConnection(Migration::kAutomatic);
    change(facts);
    EXPECT_EQ(decide(facts).code, code);
  }
}
TEST(JitRow14_ReplacedConnection, AnExternalIdMovesNoAccountThatNobodyConfirmedAndLinksNothingElse) {
  auto facts = ofReplacedConnection(Migration::kAutomatic);
  facts.holderByExternalId = true;
  EXPECT_TRUE(decide(facts).signsIn());
  facts.addressProvenAt = facts.now;
  facts.holder->emailVerified = false;
  expectDenied(facts, 7, DenyCode::kEmailUnverifiedAccount);
  facts.holder->emailVerified = true;
  for (const auto identities : {HolderIdentities::kNone, HolderIdentities::kOtherConnection}) {
    facts.holderIdentities = identities;
    expectDenied(facts, 14, DenyCode::kConnectionReplaced);
  }
}
TEST(JitRow14_ReplacedConnection, MovesNothingWhereAddressAndExternalIdContradict) {
  auto facts = ofReplacedConnection(Migration::kAutomatic);
  facts.externalIdContradicts = true;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 14, DenyCode::kSubjectConflict);
}
TEST(JitRow14_ReplacedConnection, TheWindowIsForItsOwnConnectionsOnly) {
  auto facts = ofReplacedConnection(Migration::kAutomatic);
  facts.holderIdentities = HolderIdentities::kOtherConnection;
  EXPECT_EQ(decide(facts).row, 11);
  EXPECT_FALSE(decide(facts).relink);
  facts.holderIdentities = HolderIdentities::kSameConnection;
  expectDenied(facts, 9, DenyCode::kSubjectConflict);
}

TEST(JitRow15_DeprovisionedHolder, IsNotLinked) {
  auto facts = existingAccount();
  facts.holder->state = AccountState::kDeprovisioned;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow18_SuspendedHolder, IsNotLinked) {
  auto facts = existingAccount();
  facts.holder->state = AccountState::kSuspended;
  facts.linkExisting = LinkRule::kAutomatic;
  expectDenied(facts, 18, DenyCode::kAccountSuspended);
}

TEST(JitRow16_Directory, UnknownPeopleAreDenied) {
  auto facts = firstLogin();
  facts.directoryActive = true;
  expectDenied(facts, 16, DenyCode::kNotProvisioned);
}
TEST(JitRow16_Directory, TurnsJitOffEvenForItsOwnRecords) {
  auto facts = firstLogin();
  facts.directoryActive = true;
  facts.directory = DirectoryRecord::kActive;
  expectDenied(facts, 16, DenyCode::kNotProvisioned);
}
TEST(JitRow16_Directory, MembersLinkAsInRow6) {
  auto facts = existingAccount();
  facts.directoryActive = true;
  EXPECT_EQ(decide(facts).outcome, Outcome::kLinkAfterProof);
}

TEST(JitRow19_SeatLimit, DeniesNewPeople) {
  auto facts = firstLogin();
  facts.seats = Seats::kFull;
  expectDenied(facts, 19, DenyCode::kSeatLimit);
}
TEST(JitRow19_SeatLimit, DeniesWhereNobodyCanCount) {
  for (const auto seats : {Seats::kUnknown, static_cast<Seats>(7)}) {
    auto facts = firstLogin();
    facts.seats = seats;
    expectDenied(facts, 19, DenyCode::kSeatLimit);
  }
}
TEST(JitRow19_SeatLimit, TellsAdministratorsOnceWhoTookTheLastSeat) {
  auto facts = firstLogin();
  EXPECT_FALSE(decide(facts).notices.has(Notice::kLastSeat));
  facts.seats = Seats::kLast;
  EXPECT_EQ(decide(facts).outcome, Outcome::kCreate);
  EXPECT_TRUE(decide(facts).notices.has(Notice::kLastSeat));
}
TEST(JitRow19_SeatLimit, DoesNotTouchMembersWhoLink) {
  auto facts = existingAccount();
  facts.seats = Seats::kFull;
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
}

TEST(JitPart9_CreationLimit, DeniesNewPeople) {
  auto facts = firstLogin();
  facts.creations = Creations::kSpent;
  expectDenied(facts, 2, DenyCode::kCreationLimit);
}
TEST(JitPart9_CreationLimit, DoesNotTouchWhoHasAnAccount) {
  auto facts = existingAccount();
  facts.creations = Creations::kSpent;
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
  facts = knownLogin();
  facts.creations = Creations::kSpent;
  EXPECT_TRUE(decide(facts).signsIn());
}
TEST(JitPart9_CreationLimit, IsToldOnlyWhereAnAccountWouldHaveBeenMade) {
  auto facts = firstLogin();
  facts.creations = Creations::kSpent;
  facts.jitProvisioning = false;
  expectDenied(facts, 2, DenyCode::kJitOff);
}

TEST(JitRow20_DefaultRole, MissingDeniesCreation) {
  auto facts = firstLogin();
  facts.defaultRole = DefaultRole::kMissing;
  expectDenied(facts, 20, DenyCode::kNoDefaultRole);
}
TEST(JitRow20_DefaultRole, UnknownDeniesCreation) {
  auto facts = firstLogin();
  facts.defaultRole = DefaultRole::kUnknown;
  expectDenied(facts, 20, DenyCode::kNoDefaultRole);
}

TEST(JitRow27_BreakGlassHolder, IsNeverLinked) {
  auto facts = existingAccount();
  facts.holder->breakGlass = true;
  expectDenied(facts, 27, DenyCode::kBreakGlass);
}
TEST(JitRow27_BreakGlassHolder, IsNeverLinkedWithItsPassword) {
  auto facts = existingAccount();
  facts.holder->breakGlass = true;
  facts.linkExisting = LinkRule::kAutomatic;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 27, DenyCode::kBreakGlass);
}

TEST(JitRow29_Race, TheLoserFindsTheWinnersIdentityOnItsSecondTry) {
  // What the loser's second run of the unit sees; identity_mapper_test.cpp runs the race itself.
  auto facts = knownLogin();
  facts.holder = facts.linked;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}

}  // namespace sso::detail::test
