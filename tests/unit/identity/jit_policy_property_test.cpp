// SPDX-License-Identifier: Apache-2.0
// What must hold for every combination of facts, tried on many random ones from a fixed seed.
#include <algorithm>

#include "facts_generator.h"

namespace sso::detail::test {
namespace {

constexpr int kRounds = 200'000;

const AccountFacts* accountOf(const Decision& decision, const Facts& facts) {
  if (decision.whom == Whom::kLinkedAccount) return facts.linked ? &*facts.linked : nullptr;
  if (decision.whom == Whom::kEmailHolder) return facts.holder ? &*facts.holder : nullptr;
  return nullptr;
}

bool anyGateShut(const Facts& facts) {
  return !facts.stateReturned || !facts.organizationMatches || !facts.connectionMatches ||
         facts.organization != OrganizationStanding::kActive || facts.mode == SsoMode::kOff ||
         facts.connection == ConnectionStanding::kInactive || facts.tombstone ||
         facts.directory == DirectoryRecord::kDeprovisioned || facts.issuedAt > facts.verifiedAt + facts.clockSkew ||
         facts.authenticatedAt > facts.verifiedAt + facts.clockSkew ||
         facts.verifiedAt - facts.issuedAt > facts.maxAssertionAge + facts.clockSkew;
}

/// What the decision gives that account: nothing above the ceiling, nothing against silence, nothing of a last owner.
void expectSoundRoles(const Decision& decision, const Facts& facts) {
  if (!decision.roles) return;
  if (decision.join || decision.outcome == Outcome::kUseInvitation) {
    ASSERT_EQ(*decision.roles, std::vector<std::string>{facts.invitationRole}) << "what the inviter fixed, and no more";
    return;
  }
  ASSERT_TRUE(decision.outcome == Outcome::kCreate || decision.outcome == Outcome::kLogin);
  for (const auto& role : *decision.roles) {
    if (role == facts.defaultRoleName) continue;
    const auto kind =
        std::find_if(kRoles.begin(), kRoles.end(), [&](const auto& one) { return one.role == role; })->kind;
    ASSERT_TRUE(kind == RoleKind::kOrdinary || (kind == RoleKind::kAdmin && facts.roleCeiling == RoleCeiling::kAdmin));
    ASSERT_TRUE(facts.groupMappingConfigured);
    ASSERT_EQ(facts.groups, GroupsAssertion::kList);
    ASSERT_TRUE(std::any_of(facts.mappedRoles.begin(), facts.mappedRoles.end(),
                            [&](const auto& one) { return one.role == role; }));
  }
  if (decision.outcome == Outcome::kCreate) {
    ASSERT_FALSE(decision.roles->empty());
    return;
  }
  ASSERT_TRUE(facts.groupMappingConfigured);
  ASSERT_TRUE(facts.groups == GroupsAssertion::kList || facts.groups == GroupsAssertion::kEmpty);
  ASSERT_TRUE(facts.grantedRoles);
  ASSERT_FALSE(facts.grantedRoles->lastOwner);
  ASSERT_NE(*decision.roles, facts.grantedRoles->roles);
}

bool cameBack(const Facts& facts, const std::optional<TimePoint>& at) {
  return at && *at <= facts.now && facts.now - *at <= kProofLifetime && *at - facts.verifiedAt <= kEmailProofLifetime;
}
bool mailboxProven(const Facts& facts) { return cameBack(facts, facts.addressProvenAt); }

bool cameByInvitation(const Facts& facts) {
  return facts.invitation == InvitationStanding::kAccepted && facts.email != EmailAssertion::kMalformed;
}

/// Linking needs the owner's fresh proof, or the automatic rule and nobody of rank.
void expectSoundLink(const Decision& decision, const Facts& facts) {
  ASSERT_NE(facts.holderIdentities, HolderIdentities::kSameConnection);
  ASSERT_EQ(decision.reclaim, !facts.holder->emailVerified);
  ASSERT_EQ(decision.join, !facts.holder->member);
  // An external id moves identities between connections, where nothing speaks against it, and does nothing else.
  ASSERT_FALSE(facts.externalIdContradicts && !decision.reclaim);
  ASSERT_FALSE(facts.holderDormant && !facts.directoryActive && !decision.reclaim);
  ASSERT_TRUE(!facts.holderByExternalId || (decision.relink && facts.holder->emailVerified) || decision.join);
  if (decision.reclaim) {
    ASSERT_TRUE(mailboxProven(facts) && facts.holder->member && !facts.holder->privileged && !facts.holderElsewhere);
    ASSERT_FALSE(decision.join || decision.relink);
    return;
  }
  const bool moves = facts.holderIdentities == HolderIdentities::kRetiredConnection && !decision.join;
  ASSERT_EQ(decision.relink, moves);
  ASSERT_TRUE(!moves || facts.migration != Migration::kClosed);
  ASSERT_TRUE(facts.connectionTrusted || facts.emailVerified == EmailVerification::kYes || mailboxProven(facts) ||
              cameByInvitation(facts) ||
              (facts.believedWhenSilent && facts.emailVerified == EmailVerification::kAbsent));
  // Who was found by an external id has another address: that one has to be proven.
  const bool mailed = facts.holderByExternalId ? cameBack(facts, facts.holderAddressProvenAt) : mailboxProven(facts);
  const bool proven =
      mailed || (facts.proof && facts.proof->accountId == "holder" && facts.proof->provenAt <= facts.now &&
                 facts.now - facts.proof->provenAt <= kProofLifetime);
  const bool automatic =
      moves ? facts.migration == Migration::kAutomatic
            : facts.linkExisting == LinkRule::kAutomatic && facts.holderIdentities == HolderIdentities::kNone;
  ASSERT_TRUE(proven || (automatic && !facts.holder->privileged && !decision.join));
  if (decision.join) {
    ASSERT_TRUE(cameByInvitation(facts));
    ASSERT_TRUE(facts.seats == Seats::kFree || facts.seats == Seats::kLast);
  }
}

/// A new account is somebody's for whom the organization speaks, or whom somebody invited.
void expectSoundCreation(const Decision& decision, const Facts& facts) {
  ASSERT_FALSE(facts.holder || facts.identityKnown);
  ASSERT_EQ(facts.creations, Creations::kAllowed);
  ASSERT_TRUE(facts.seats == Seats::kFree || facts.seats == Seats::kLast);
  ASSERT_TRUE(decision.roles);
  const bool owned = facts.emailDomain == DomainOwner::kThisOrganization;
  if (decision.outcome == Outcome::kUseInvitation) {
    ASSERT_TRUE(cameByInvitation(facts));
    ASSERT_FALSE(owned && facts.directoryActive);
    return;
  }
  ASSERT_FALSE(facts.directoryActive);
  ASSERT_TRUE(facts.jitProvisioning && (!facts.approvalRequired || facts.approval == Approval::kGranted));
  ASSERT_EQ(facts.defaultRole, DefaultRole::kKnown);
}

TEST(JitPolicyProperty, HoldsForManyRandomFacts) {
  FactsGenerator generator;
  int signedIn = 0, linked = 0, created = 0, denied = 0, moved = 0, changed = 0, invited = 0, joined = 0, reclaimed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Facts facts = generator.next();
    const Decision decision = decide(facts);
    SCOPED_TRACE(round);
    ASSERT_EQ(decision, decide(facts)) << "the same facts, another decision";
    ASSERT_GE(decision.row, 1);
    ASSERT_LE(decision.row, 32);
    ASSERT_EQ(decision.code == DenyCode::kNone, decision.signsIn());

    const bool names = decision.whom == Whom::kLinkedAccount || decision.whom == Whom::kEmailHolder;
    const AccountFacts* account = accountOf(decision, facts);
    ASSERT_EQ(names, account != nullptr);
    if (decision.outcome == Outcome::kDeny) {
      ASSERT_EQ(decision.whom, Whom::kNobody);
      ASSERT_FALSE(decision.takeEmail || decision.takeDisplayName || decision.relink || decision.roles);
      ASSERT_FALSE(decision.join || decision.reclaim);
      ++denied;
      continue;
    }
    // Nothing but a denial touches a stranger's, a suspended or a break-glass account ...
    if (account != nullptr) {
      ASSERT_TRUE(account->member || decision.join);
      ASSERT_FALSE(account->breakGlass);
      ASSERT_EQ(account->state, AccountState::kActive);
    }
    // ... or comes through a shut gate ...
    ASSERT_FALSE(anyGateShut(facts));
    // ... or crosses organizations: a known identity is its own organization's, a new one has an owned address.
    if (facts.identityKnown) {
      ASSERT_TRUE(facts.identityOfThisOrganization);
      ASSERT_EQ(decision.whom, Whom::kLinkedAccount);
    } else {
      const bool spokenFor =
          facts.emailDomain == DomainOwner::kThisOrganization && facts.email == EmailAssertion::kValid;
      ASSERT_TRUE(spokenFor || cameByInvitation(facts));
    }
    if (decision.whom == Whom::kEmailHolder && decision.signsIn()) {
      ASSERT_NO_FATAL_FAILURE(expectSoundLink(decision, facts));
      moved += decision.relink ? 1 : 0;
      joined += decision.join ? 1 : 0;
      reclaimed += decision.reclaim ? 1 : 0;
      ++linked;
    }
    if (decision.whom == Whom::kNewAccount) {
      ASSERT_NO_FATAL_FAILURE(expectSoundCreation(decision, facts));
      ++(decision.outcome == Outcome::kUseInvitation ? invited : created);
    }
    // An address moves only onto a free one, between the organization's own domains.
    if (decision.takeEmail) {
      ASSERT_EQ(decision.outcome, Outcome::kLogin);
      ASSERT_FALSE(facts.holder);
      ASSERT_TRUE(facts.linkedEmailOwned);
      ASSERT_EQ(facts.emailDomain, DomainOwner::kThisOrganization);
    }
    ASSERT_NO_FATAL_FAILURE(expectSoundRoles(decision, facts));
    if (decision.outcome == Outcome::kLogin && decision.roles) ++changed;
    if (decision.signsIn()) ++signedIn;
  }
  // The generator reaches everything, or the property would be shown for nothing.
  EXPECT_GT(signedIn, kRounds / 100);
  EXPECT_GT(linked, kRounds / 1000);
  EXPECT_GT(created, kRounds / 1000);
  EXPECT_GT(denied, kRounds / 10);
  EXPECT_GT(moved, kRounds / 10000);
  EXPECT_GT(changed, kRounds / 200);
  EXPECT_GT(invited, kRounds / 1000);
  EXPECT_GT(joined, kRounds / 10000);
  EXPECT_GT(reclaimed, kRounds / 10000);
}

}  // namespace
}  // namespace sso::detail::test
