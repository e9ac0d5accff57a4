// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include "identity/jit_policy.h"

/// Starting points for the table of JIT.md: a login that works, from which each case takes one thing away.
namespace sso::detail::test {

using std::chrono::minutes;
using std::chrono::seconds;

inline const TimePoint kNow = fromEpochSeconds(1'700'000'000);

inline AccountFacts memberAccount(std::string id = "acc_1") {
  AccountFacts account;
  account.id = std::move(id);
  account.email = "ada@acme.example";
  account.emailVerified = true;
  account.member = true;
  return account;
}

/// Row 2: a new subject with a confirmed address in an owned domain, no account, creation allowed.
inline Facts firstLogin() {
  Facts facts;
  facts.stateReturned = facts.organizationMatches = facts.connectionMatches = true;
  facts.issuedAt = facts.authenticatedAt = kNow - seconds(5);
  facts.verifiedAt = facts.now = kNow;
  facts.organization = OrganizationStanding::kActive;
  facts.connection = ConnectionStanding::kActive;
  facts.mode = SsoMode::kOptional;
  facts.jitProvisioning = facts.updateAttributes = true;
  facts.defaultRole = DefaultRole::kKnown;
  facts.defaultRoleName = "member";
  facts.email = EmailAssertion::kValid;
  facts.emailVerified = EmailVerification::kYes;
  facts.emailDomain = DomainOwner::kThisOrganization;
  return facts;
}

/// Row 1: a known subject with an active account.
inline Facts knownLogin() {
  Facts facts = firstLogin();
  facts.identityKnown = facts.identityOfThisOrganization = true;
  facts.linked = memberAccount();
  facts.linkedEmailOwned = true;
  return facts;
}

/// Row 6: a new subject, and a confirmed member account that holds the address.
inline Facts existingAccount() {
  Facts facts = firstLogin();
  facts.holder = memberAccount();
  return facts;
}

inline LinkProof proofFor(const std::string& accountId, TimePoint at = kNow) { return {accountId, at}; }

inline void expectDenied(const Facts& facts, int row, DenyCode code, Outcome outcome = Outcome::kDeny) {
  const Decision decision = decide(facts);
  EXPECT_EQ(decision.outcome, outcome) << nameOf(decision.outcome);
  EXPECT_EQ(decision.row, row);
  EXPECT_EQ(decision.code, code);
  EXPECT_EQ(decision.whom, Whom::kNobody);
  EXPECT_FALSE(decision.signsIn());
  EXPECT_FALSE(decision.takeEmail || decision.takeDisplayName || decision.relink || decision.roles);
}

inline void expectOutcome(const Facts& facts, int row, Outcome outcome, Whom whom) {
  const Decision decision = decide(facts);
  EXPECT_EQ(decision.outcome, outcome) << nameOf(decision.outcome);
  EXPECT_EQ(decision.row, row);
  EXPECT_EQ(decision.whom, whom);
}

}  // namespace sso::detail::test
