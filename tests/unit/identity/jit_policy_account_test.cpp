// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 1, 8, 10, 12, 13, 15, 18, 27 and 32: an identity that we know uses its own account, or none.
#include "policy_facts.h"

namespace sso::detail::test {

TEST(JitRow01_KnownIdentity, SignsInToItsAccount) {
  const auto decision = decide(knownLogin());
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_EQ(decision.row, 1);
  EXPECT_EQ(decision.whom, Whom::kLinkedAccount);
  EXPECT_EQ(decision.code, DenyCode::kNone);
  EXPECT_TRUE(decision.signsIn());
}
TEST(JitRow01_KnownIdentity, ChangesNothingWhenNothingChanged) {
  const auto decision = decide(knownLogin());
  EXPECT_FALSE(decision.takeEmail);
  EXPECT_FALSE(decision.takeDisplayName);
  EXPECT_TRUE(decision.notices.empty());
}
TEST(JitRow01_KnownIdentity, TakesAChangedName) {
  auto facts = knownLogin();
  facts.displayNameDiffers = true;
  EXPECT_TRUE(decide(facts).takeDisplayName);
}
TEST(JitRow01_KnownIdentity, FrozenAttributesStay) {
  auto facts = knownLogin();
  facts.displayNameDiffers = facts.emailDiffers = true;
  facts.updateAttributes = false;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_FALSE(decision.takeDisplayName);
  EXPECT_FALSE(decision.takeEmail);
  EXPECT_TRUE(decision.notices.empty());
}
TEST(JitRow01_KnownIdentity, NeedsNoAddress) {
  auto facts = knownLogin();
  facts.email = EmailAssertion::kAbsent;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow01_KnownIdentity, DoesNotDependOnJitOrDefaultRole) {
  auto facts = knownLogin();
  facts.jitProvisioning = false;
  facts.defaultRole = DefaultRole::kMissing;
  facts.seats = Seats::kFull;
  facts.directoryActive = true;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}
TEST(JitRow01_KnownIdentity, NeverBecomesTheAccountThatHoldsTheAddress) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.holder = memberAccount("acc_victim");
  EXPECT_EQ(decide(facts).whom, Whom::kLinkedAccount);
}
TEST(JitRow01_KnownIdentity, WhoseAccountTheHostDeletedIsDenied) {
  auto facts = knownLogin();
  facts.linked.reset();
  expectDenied(facts, 15, DenyCode::kAccountGone);
}

TEST(JitRow10_SameSubjectElsewhere, IsADifferentPerson) {
  // The same subject on another connection has another key: it arrives here as an unknown identity.
  auto facts = firstLogin();
  facts.identityKnown = false;
  facts.linked = memberAccount();  // must not matter
  expectOutcome(facts, 2, Outcome::kCreate, Whom::kNewAccount);
}

TEST(JitRow12_EmailChanged, TakesTheNewAddress) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_EQ(decision.row, 12);
  EXPECT_TRUE(decision.takeEmail);
  EXPECT_TRUE(decision.notices.has(Notice::kEmailChanged));
}
TEST(JitRow12_EmailChanged, ToAForeignDomainKeepsTheOld) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_FALSE(decision.takeEmail);
  EXPECT_TRUE(decision.notices.has(Notice::kEmailKept));
}
TEST(JitRow12_EmailChanged, ToAPublicMailDomainKeepsTheOld) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.emailDomain = DomainOwner::kPublicMail;
  EXPECT_FALSE(decide(facts).takeEmail);
}
TEST(JitRow12_EmailChanged, UnconfirmedKeepsTheOld) {
  for (const auto verified : {EmailVerification::kNo, EmailVerification::kAbsent}) {
    auto facts = knownLogin();
    facts.emailDiffers = true;
    facts.emailVerified = verified;
    EXPECT_FALSE(decide(facts).takeEmail);
    EXPECT_TRUE(decide(facts).notices.has(Notice::kEmailKept));
  }
}
TEST(JitRow12_EmailChanged, UnconfirmedByATrustedConnectionIsTaken) {
  auto facts = knownLogin();
  facts.emailDiffers = facts.connectionTrusted = true;
  facts.emailVerified = EmailVerification::kAbsent;
  EXPECT_TRUE(decide(facts).takeEmail);
}
TEST(JitRow12_EmailChanged, NeverMovesAnAddressOfSomebodyElsesDomain) {
  // An account of several organizations whose mail lives elsewhere: one of them must not move it to itself.
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.linkedEmailOwned = false;
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_FALSE(decision.takeEmail);
  EXPECT_TRUE(decision.notices.has(Notice::kEmailKept));
}
TEST(JitRow12_EmailChanged, MalformedIsIgnored) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.email = EmailAssertion::kMalformed;
  EXPECT_FALSE(decide(facts).takeEmail);
  EXPECT_EQ(decide(facts).row, 1);
}

TEST(JitRow13_EmailCollision, KeepsTheOldAddressAndSignsIn) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.holder = memberAccount("acc_2");
  const auto decision = decide(facts);
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
  EXPECT_EQ(decision.row, 13);
  EXPECT_FALSE(decision.takeEmail);
  EXPECT_TRUE(decision.notices.has(Notice::kEmailCollision));
}
TEST(JitRow13_EmailCollision, WithAStrangersAccountIsTheSame) {
  auto facts = knownLogin();
  facts.emailDiffers = true;
  facts.holder = memberAccount("acc_2");
  facts.holder->member = false;
  EXPECT_FALSE(decide(facts).takeEmail);
  EXPECT_EQ(decide(facts).whom, Whom::kLinkedAccount);
}

// SEC-MP-17
TEST(JitRow18_SuspendedAccount, IsDenied) {
  auto facts = knownLogin();
  facts.linked->state = AccountState::kSuspended;
  expectDenied(facts, 18, DenyCode::kAccountSuspended);
}
TEST(JitRow18_SuspendedAccount, IsNotTouchedByChangedAttributes) {
  auto facts = knownLogin();
  facts.linked->state = AccountState::kSuspended;
  facts.emailDiffers = facts.displayNameDiffers = true;
  expectDenied(facts, 18, DenyCode::kAccountSuspended);
}
TEST(JitRow15_DeprovisionedAccount, IsDenied) {
  auto facts = knownLogin();
  facts.linked->state = AccountState::kDeprovisioned;
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow15_UnknownAccountState, IsDenied) {
  auto facts = knownLogin();
  facts.linked->state = static_cast<AccountState>(42);
  expectDenied(facts, 15, DenyCode::kDeprovisioned);
}
TEST(JitRow08_NoLongerAMember, IsDeniedAlthoughTheIdentityIsKnown) {
  auto facts = knownLogin();
  facts.linked->member = false;
  expectDenied(facts, 8, DenyCode::kNotAMember);
}
TEST(JitRow27_BreakGlass, LinkedAccountIsDenied) {
  auto facts = knownLogin();
  facts.linked->breakGlass = true;
  expectDenied(facts, 27, DenyCode::kBreakGlass);
}
TEST(JitRow32_Dormant, AccountIsDenied) {
  auto facts = knownLogin();
  facts.linkedDormant = true;
  expectDenied(facts, 32, DenyCode::kAccountDormant);
}
TEST(JitRow32_Dormant, AccountOfADirectoryIsTheDirectorysBusiness) {
  auto facts = knownLogin();
  facts.linkedDormant = facts.directoryActive = true;
  expectOutcome(facts, 1, Outcome::kLogin, Whom::kLinkedAccount);
}

}  // namespace sso::detail::test
