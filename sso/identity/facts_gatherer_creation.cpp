// SPDX-License-Identifier: Apache-2.0
// What only somebody who comes the first time has to be judged by: invitation, approval, roles, seats, how many came.
#include <unordered_set>
#include <utility>

#include "identity/creation_key.h"
#include "identity/facts_gatherer.h"

namespace sso::detail {
namespace {

constexpr std::chrono::hours kCreationWindow{1};  // OrganizationPolicy::creationsPerHour

}  // namespace

/// Rows 3, 5, 8 and 28. The invitation whose link this login began with, or else the one that was sent to the asserted
/// address, which then is only pointed to. Another organization's, or another connection's, is none.
void FactsGatherer::gatherInvitation(const Scope& scope, const LoginAttempt& attempt, GatheredFacts& gathered) const {
  Facts& facts = gathered.facts;
  const bool byLink = !attempt.invitationHash.empty();
  if (!byLink && facts.email != EmailAssertion::kValid) return;
  auto& invitations = storage_->invitations();
  auto found = byLink ? invitations.findInvitation(scope.work, attempt.invitationHash)
                      : invitations.findInvitationFor(scope.work, scope.organization.id, scope.identity.email);
  if (!found || found->organizationId != scope.organization.id || found->tenantId != scope.organization.tenantId ||
      found->connectionId != scope.identity.key.connectionId) {
    return;
  }
  const bool asserted = facts.email == EmailAssertion::kValid;
  if (asserted && found->email != scope.identity.email) {
    facts.invitation = InvitationStanding::kOtherAddress;
  } else if (found->expiresAt <= facts.now || !mayInvite(scope, found->role)) {
    facts.invitation = InvitationStanding::kExpired;
  } else if (!byLink) {
    facts.invitation = InvitationStanding::kOpen;
  } else if (facts.email != EmailAssertion::kMalformed) {
    facts.invitation = InvitationStanding::kAccepted;
    facts.invitationRole = found->role;
    gathered.address = found->email;
    gathered.invitation = std::move(found);
  }
}

/// Whatever was invited to then: nobody becomes an owner by signing in (row 24).
bool FactsGatherer::mayInvite(const Scope& scope, const std::string& role) const {
  const auto& tenant = scope.organization.tenantId;
  const auto kind = accounts_->kindOfRole(scope.work, tenant, role);
  return (kind == RoleKind::kOrdinary || kind == RoleKind::kAdmin) && accounts_->knowsRole(scope.work, tenant, role);
}

/// What only a creation needs to know. Both counts are locked until the unit is over, so they are asked only where an
/// account may come out of it.
void FactsGatherer::gatherCreation(const Scope& scope, bool seated, GatheredFacts& gathered) const {
  Facts& facts = gathered.facts;
  gatherDefaultRole(scope, facts);
  if (facts.invitation != InvitationStanding::kAccepted) {
    if (!facts.jitProvisioning || facts.directoryActive) return;
    if (facts.approvalRequired) {
      gatherApproval(scope, gathered);
      if (facts.approval != Approval::kGranted) return;
    }
    if (facts.defaultRole != DefaultRole::kKnown) return;
    gatherMappedRoles(scope, facts);
  }
  if (!seated) gatherSeats(scope, facts);
  if (facts.seats != Seats::kFree && facts.seats != Seats::kLast) return;
  const auto created =
      storage_->audit().accountsCreated(scope.work, scope.identity.key.connectionId, facts.now - kCreationWindow);
  facts.creations = created < scope.organization.policy.creationsPerHour ? Creations::kAllowed : Creations::kSpent;
}

/// Row 19.
void FactsGatherer::gatherSeats(const Scope& scope, Facts& facts) const {
  const auto limit = scope.organization.policy.seatLimit;
  if (limit == 0) return;
  const auto members = accounts_->countMembers(scope.work, scope.organization.tenantId);
  facts.seats = !members ? Seats::kUnknown : *members < limit ? Seats::kFree : Seats::kFull;
  if (members && *members + 1 == limit) facts.seats = Seats::kLast;
}

/// Row 2. What somebody agreed to is this person with this address: under another one they ask again.
void FactsGatherer::gatherApproval(const Scope& scope, GatheredFacts& gathered) const {
  gathered.request = storage_->accessRequests().findRequest(scope.work, scope.identity.key);
  const auto& request = gathered.request;
  if (!request || request->organizationId != scope.organization.id || request->email != scope.identity.email) return;
  switch (request->state) {
    case AccessRequestState::kPending:
      gathered.facts.approval = Approval::kPending;
      break;
    case AccessRequestState::kApproved:
      gathered.facts.approval = Approval::kGranted;
      break;
    case AccessRequestState::kDeclined:
      gathered.facts.approval = Approval::kDeclined;
      break;
  }
}

void FactsGatherer::gatherDefaultRole(const Scope& scope, Facts& facts) const {
  const std::string_view role = scope.policy.defaultRole;
  if (role.empty()) return;
  const auto& tenant = scope.organization.tenantId;
  // Whatever the host thinks that it can grant: nobody becomes an owner by signing in (row 24).
  const bool usable = accounts_->knowsRole(scope.work, tenant, role) &&
                      accounts_->kindOfRole(scope.work, tenant, role) != RoleKind::kOwner;
  facts.defaultRole = usable ? DefaultRole::kKnown : DefaultRole::kUnknown;
}

void FactsGatherer::gatherMappedRoles(const Scope& scope, Facts& facts) const {
  if (facts.groups != GroupsAssertion::kList) return;
  const std::unordered_set<std::string_view> groups(scope.identity.groups->begin(), scope.identity.groups->end());
  std::unordered_set<std::string_view> asked;
  for (const auto& [group, role] : scope.policy.groupRoles) {
    if (!groups.contains(group) || !asked.insert(role).second) continue;
    facts.mappedRoles.push_back({role, accounts_->kindOfRole(scope.work, scope.organization.tenantId, role)});
  }
}

/// The account that this very identity's first login made on a host's own database before our commit failed (ADR 5):
/// to be created "again", not somebody's to be proven. Whoever else has its address does not have its key.
bool FactsGatherer::isUnfinished(UnitOfWork& work, const AccountFacts& account, const IdentityKey& key) const {
  return account.creationKey == creationKeyOf(key) && account.state == AccountState::kActive && !account.breakGlass &&
         storage_->identities().identitiesOf(work, account.id).empty();
}

}  // namespace sso::detail
