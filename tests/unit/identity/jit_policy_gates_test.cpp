// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 15, 17, 26, 30 and 31: the safety gates, asked before anybody is looked up.
#include "policy_facts.h"

namespace sso::detail::test {

TEST(JitRow26_IdpInitiated, IsDeniedBeforeOurStateReturned) {
  auto facts = firstLogin();
  facts.origin = LoginOrigin::kIdentityProvider;
  facts.stateReturned = false;
  expectDenied(facts, 26, DenyCode::kStateNotReturned);
}
TEST(JitRow26_IdpInitiated, OnceConvertedFollowsTheOrdinaryRowsForNewPeople) {
  auto facts = firstLogin();
  facts.origin = LoginOrigin::kIdentityProvider;
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
}
TEST(JitRow26_IdpInitiated, OnceConvertedFollowsTheOrdinaryRowsForKnownPeople) {
  auto facts = knownLogin();
  facts.origin = LoginOrigin::kIdentityProvider;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow26_IdpInitiated, NeverLinksAutomaticallyWithoutOurState) {
  auto facts = existingAccount();
  facts.linkExisting = LinkRule::kAutomatic;
  facts.stateReturned = false;
  expectDenied(facts, 26, DenyCode::kStateNotReturned);
}
TEST(JitRow26_ServiceProviderInitiated, NeedsOurStateJustTheSame) {
  auto facts = knownLogin();
  facts.stateReturned = false;
  expectDenied(facts, 26, DenyCode::kStateNotReturned);
}

// SEC-MP-12
TEST(JitRow30_TenantMismatch, OfOrganizationIsDenied) {
  auto facts = knownLogin();
  facts.organizationMatches = false;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
}
// SEC-MP-13
TEST(JitRow30_TenantMismatch, OfConnectionIsDenied) {
  auto facts = knownLogin();
  facts.connectionMatches = false;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
}
TEST(JitRow30_TenantMismatch, DeniesCreationToo) {
  auto facts = firstLogin();
  facts.organizationMatches = false;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
}
TEST(JitRow30_TenantMismatch, IsNotOutweighedByAProof) {
  auto facts = existingAccount();
  facts.proof = proofFor("acc_1");
  facts.connectionMatches = false;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
}
TEST(JitRow30_TenantMismatch, OfTheStoredIdentityIsDenied) {
  auto facts = knownLogin();
  facts.identityOfThisOrganization = false;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
}
TEST(JitRow30_UnknownOrganization, IsDenied) {
  auto facts = firstLogin();
  facts.organization = OrganizationStanding::kUnknown;
  expectDenied(facts, 30, DenyCode::kUnknownOrganization);
}

TEST(JitRow31_StaleAssertion, OlderThanAllowedIsDenied) {
  auto facts = knownLogin();
  facts.issuedAt = kNow - seconds(661);
  expectDenied(facts, 31, DenyCode::kStaleAssertion);
}
TEST(JitRow31_StaleAssertion, AtTheLimitOfAgeAndSkewIsAccepted) {
  auto facts = knownLogin();
  facts.issuedAt = facts.authenticatedAt = kNow - seconds(660);
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow31_StaleAssertion, FromTheFutureBeyondTheSkewIsDenied) {
  auto facts = knownLogin();
  facts.issuedAt = kNow + seconds(61);
  expectDenied(facts, 31, DenyCode::kStaleAssertion);
}
TEST(JitRow31_StaleAssertion, FromTheFutureWithinTheSkewIsAccepted) {
  auto facts = knownLogin();
  facts.issuedAt = facts.authenticatedAt = kNow + seconds(60);
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow31_StaleAssertion, AuthenticatedInTheFutureIsDenied) {
  auto facts = knownLogin();
  facts.authenticatedAt = kNow + seconds(61);
  expectDenied(facts, 31, DenyCode::kStaleAssertion);
}
TEST(JitRow31_StaleAssertion, AgeIsCountedToTheVerificationNotToTheProof) {
  auto facts = existingAccount();
  facts.issuedAt = facts.authenticatedAt = kNow - minutes(18);
  facts.verifiedAt = kNow - minutes(9);
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
}

TEST(JitRow17_Suspended, OrganizationIsDeniedForKnownPeople) {
  auto facts = knownLogin();
  facts.organization = OrganizationStanding::kSuspended;
  expectDenied(facts, 17, DenyCode::kOrganizationSuspended);
}
TEST(JitRow17_Suspended, OrganizationIsDeniedForNewPeople) {
  auto facts = firstLogin();
  facts.organization = OrganizationStanding::kSuspended;
  expectDenied(facts, 17, DenyCode::kOrganizationSuspended);
}
TEST(JitRow17_Disabled, ConnectionIsDenied) {
  auto facts = knownLogin();
  facts.connection = ConnectionStanding::kInactive;
  expectDenied(facts, 17, DenyCode::kConnectionDisabled);
}
TEST(JitRow17_Disabled, ConnectionThatCouldNotBeAskedIsLeftToTheStoredOrganization) {
  auto facts = knownLogin();
  facts.connection = ConnectionStanding::kUnknown;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow17_Disabled, SsoOffIsDenied) {
  auto facts = knownLogin();
  facts.mode = SsoMode::kOff;
  expectDenied(facts, 17, DenyCode::kSsoOff);
}
TEST(JitRow17_Disabled, RequiredSsoIsOpen) {
  auto facts = knownLogin();
  facts.mode = SsoMode::kRequired;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow17_Unknown, ValueOfTheModeIsDenied) {
  auto facts = knownLogin();
  facts.mode = static_cast<SsoMode>(99);
  expectDenied(facts, 17, DenyCode::kSsoOff);
}
TEST(JitRow17_Unknown, ValueOfTheConnectionIsDenied) {
  auto facts = knownLogin();
  facts.connection = static_cast<ConnectionStanding>(99);
  expectDenied(facts, 17, DenyCode::kConnectionDisabled);
}
TEST(JitRow17_Unknown, ValueOfTheStatusIsDenied) {
  auto facts = knownLogin();
  facts.organization = static_cast<OrganizationStanding>(99);
  expectDenied(facts, 17, DenyCode::kOrganizationSuspended);
}
TEST(JitRow17_BeforeRedirect, AsksTheSameGates) {
  const auto ask = refusalBeforeRedirect;
  EXPECT_EQ(ask(OrganizationStanding::kActive, SsoMode::kOptional, ConnectionStanding::kActive), DenyCode::kNone);
  EXPECT_EQ(ask(OrganizationStanding::kActive, SsoMode::kRequired, ConnectionStanding::kUnknown), DenyCode::kNone);
  EXPECT_EQ(ask(OrganizationStanding::kActive, SsoMode::kOff, ConnectionStanding::kActive), DenyCode::kSsoOff);
  EXPECT_EQ(ask(OrganizationStanding::kSuspended, SsoMode::kRequired, ConnectionStanding::kActive),
            DenyCode::kOrganizationSuspended);
  EXPECT_EQ(ask(OrganizationStanding::kActive, SsoMode::kOptional, ConnectionStanding::kInactive),
            DenyCode::kConnectionDisabled);
}

// SEC-MP-20
TEST(JitRow15_Deprovisioned, TombstoneIsDenied) {
  auto facts = firstLogin();
  facts.tombstone = true;
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow15_Deprovisioned, TombstoneOutranksALinkedActiveAccount) {
  auto facts = knownLogin();
  facts.tombstone = true;
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow15_Deprovisioned, DirectoryOutranksALinkedActiveAccount) {
  auto facts = knownLogin();
  facts.directory = DirectoryRecord::kDeprovisioned;
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow15_Deprovisioned, DirectoryOutranksAProof) {
  auto facts = existingAccount();
  facts.directory = DirectoryRecord::kDeprovisioned;
  facts.proof = proofFor("acc_1");
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}

TEST(JitGates, StandInAFixedOrder) {
  auto facts = knownLogin();
  facts.tombstone = true;
  facts.organization = OrganizationStanding::kSuspended;
  facts.issuedAt = kNow - minutes(60);
  facts.organizationMatches = false;
  facts.stateReturned = false;
  expectDenied(facts, 26, DenyCode::kStateNotReturned);
  facts.stateReturned = true;
  expectDenied(facts, 30, DenyCode::kTenantMismatch);
  facts.organizationMatches = true;
  expectDenied(facts, 31, DenyCode::kStaleAssertion);
  facts.issuedAt = kNow;
  expectDenied(facts, 17, DenyCode::kOrganizationSuspended);
  facts.organization = OrganizationStanding::kActive;
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitGates, EmptyFactsAreDenied) { expectDenied(Facts{}, 26, DenyCode::kStateNotReturned); }

}  // namespace sso::detail::test
