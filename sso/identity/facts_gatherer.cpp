// SPDX-License-Identifier: Apache-2.0
#include "identity/facts_gatherer.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "identity/creation_key.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

EmailAssertion emailAssertion(const VerifiedIdentity& identity) {
  if (identity.emailMalformed) return EmailAssertion::kMalformed;
  return identity.email.empty() ? EmailAssertion::kAbsent : EmailAssertion::kValid;
}

EmailVerification emailVerification(const std::optional<bool>& claim) {
  if (!claim) return EmailVerification::kAbsent;
  return *claim ? EmailVerification::kYes : EmailVerification::kNo;
}

GroupsAssertion groupsAssertion(const VerifiedIdentity& identity) {
  if (identity.groupsTruncated) return GroupsAssertion::kTruncated;
  if (!identity.groups) return GroupsAssertion::kAbsent;
  return identity.groups->empty() ? GroupsAssertion::kEmpty : GroupsAssertion::kList;
}

DomainOwner ownerOf(std::string_view email, const Organization& organization) {
  const auto domain = domainOf(email);
  // A public mail domain is nobody's, even if one slipped into the list (JIT.md, below the table).
  if (isPublicMailDomain(domain)) return DomainOwner::kPublicMail;
  return contains(organization.domains, domain) ? DomainOwner::kThisOrganization : DomainOwner::kNotThisOrganization;
}

}  // namespace

void readPolicy(const Organization& organization, const ResolvedPolicy& policy, Facts& facts) {
  facts.organization = organization.status == OrganizationStatus::kActive ? OrganizationStanding::kActive
                                                                          : OrganizationStanding::kSuspended;
  facts.mode = organization.policy.mode;
  facts.jitProvisioning = policy.jitProvisioning;
  facts.approvalRequired = policy.approvalRequired;
  facts.updateAttributes = policy.updateAttributes;
  facts.directoryActive = organization.policy.directoryActive;
  facts.connectionTrusted = policy.trusted;
  facts.believedWhenSilent = policy.believedWhenSilent;
  facts.linkExisting = policy.linkExisting;
  facts.defaultRoleName = policy.defaultRole;
  facts.groupMappingConfigured = !policy.groupRoles.empty();
  facts.roleCeiling = policy.roleCeiling;
}

namespace {

void readIdentity(const VerifiedIdentity& identity, const Organization& organization, Facts& facts) {
  facts.email = emailAssertion(identity);
  facts.emailVerified = emailVerification(identity.emailVerified);
  if (facts.email == EmailAssertion::kValid) facts.emailDomain = ownerOf(identity.email, organization);
  facts.groups = groupsAssertion(identity);
}

/// Facts count in whole seconds, so that what is recorded of them is what was decided from.
TimePoint wholeSecond(TimePoint at) { return fromEpochSeconds(toEpochSeconds(at)); }

/// May an identity of the retired connection move now? alone: the account has no other identity.
Migration standingOf(const ConnectionMigration& migration, TimePoint now, bool alone) {
  if (now < migration.opensAt || now >= migration.closesAt) return Migration::kClosed;
  return migration.automatic && alone ? Migration::kAutomatic : Migration::kAfterProof;
}

}  // namespace

FactsGatherer::FactsGatherer(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
                             std::shared_ptr<Clock> clock, std::chrono::seconds clockSkew,
                             std::chrono::seconds maxAssertionAge)
    : storage_(std::move(storage)),
      accounts_(std::move(accounts)),
      clock_(std::move(clock)),
      clockSkew_(clockSkew),
      maxAssertionAge_(maxAssertionAge) {}

GatheredFacts FactsGatherer::gather(UnitOfWork& work, const Organization* organization,
                                    const LoginAttempt& attempt) const {
  const auto& identity = attempt.identity;
  GatheredFacts gathered;
  gathered.facts = factsOf(attempt);
  Facts& facts = gathered.facts;
  // Nothing of an organization other than the token's own is ever looked at.
  if (organization == nullptr || organization->id != identity.organizationId) return gathered;
  const Scope scope{work, *organization, identity, resolvePolicy(organization->policy, identity.key.connectionId)};
  readPolicy(*organization, scope.policy, facts);
  readIdentity(identity, *organization, facts);

  gathered.known = storage_->identities().findIdentity(work, identity.key);
  if (gathered.known) {
    gatherLinkedAccount(scope, *gathered.known, facts);
    return gathered;
  }
  gathered.address = identity.email;
  gatherInvitation(scope, attempt, gathered);
  const bool invited = facts.invitation == InvitationStanding::kAccepted;
  if (attempt.emailProof && attempt.emailProof->email == gathered.address) {
    facts.addressProvenAt = wholeSecond(attempt.emailProof->provenAt);
  }
  if (invited || facts.emailDomain == DomainOwner::kThisOrganization) gatherEmailHolder(scope, attempt, gathered);
  return gathered;
}

GatheredFacts FactsGatherer::gatherHypothetical(UnitOfWork& work, const Organization& organization,
                                                const HypotheticalLogin& login) const {
  LoginAttempt attempt;
  attempt.stateReturned = true;
  attempt.connection = login.connection;
  attempt.verifiedAt = clock_->now();
  auto& identity = attempt.identity;
  identity.key = {login.issuer, login.connectionId, ""};  // no token has an empty subject
  identity.organizationId = organization.id;
  identity.email = login.email;
  identity.emailVerified = true;
  identity.issuedAt = identity.authenticatedAt = attempt.verifiedAt;
  GatheredFacts gathered;
  gathered.facts = factsOf(attempt);
  gathered.address = login.email;
  Facts& facts = gathered.facts;
  const Scope scope{work, organization, identity, resolvePolicy(organization.policy, login.connectionId)};
  readPolicy(organization, scope.policy, facts);
  readIdentity(identity, organization, facts);
  if (!login.accountId.empty()) {
    gathered.known = storage_->identities().findOnConnection(work, login.accountId, login.issuer, login.connectionId);
    if (gathered.known) {
      gatherLinkedAccount(scope, *gathered.known, facts);
      return gathered;
    }
  }
  if (facts.emailDomain != DomainOwner::kThisOrganization) return gathered;

  facts.holder = accounts_->findByEmail(work, login.email, organization.tenantId);
  if (!facts.holder) {
    gatherDefaultRole(scope, facts);
    return gathered;
  }
  gathered.known = storage_->identities().findOnConnection(work, facts.holder->id, login.issuer, login.connectionId);
  if (gathered.known) {
    facts.holder.reset();
    gatherLinkedAccount(scope, *gathered.known, facts);
  } else {
    gatherHolderIdentities(scope, gathered);
  }
  return gathered;
}

Facts FactsGatherer::factsOf(const LoginAttempt& attempt) const {
  const auto& identity = attempt.identity;
  Facts facts;
  facts.origin = attempt.origin;
  facts.stateReturned = attempt.stateReturned;
  facts.organizationMatches =
      attempt.expectedOrganizationId.empty() || attempt.expectedOrganizationId == identity.organizationId;
  facts.connectionMatches =
      attempt.expectedConnectionId.empty() || attempt.expectedConnectionId == identity.key.connectionId;
  facts.issuedAt = wholeSecond(identity.issuedAt);
  facts.authenticatedAt = wholeSecond(identity.authenticatedAt);
  facts.verifiedAt = wholeSecond(attempt.verifiedAt);
  facts.now = wholeSecond(clock_->now());
  facts.clockSkew = clockSkew_;
  facts.maxAssertionAge = maxAssertionAge_;
  facts.connection = attempt.connection;
  facts.proof = attempt.proof;
  if (facts.proof) facts.proof->provenAt = wholeSecond(facts.proof->provenAt);
  return facts;
}

void FactsGatherer::gatherLinkedAccount(const Scope& scope, const Identity& known, Facts& facts) const {
  facts.identityKnown = true;
  facts.identityOfThisOrganization = known.organizationId == scope.organization.id;
  if (!facts.identityOfThisOrganization) return;
  facts.linked = accounts_->findAccount(scope.work, known.accountId, scope.organization.tenantId);
  if (!facts.linked) return;
  facts.linkedDormant = isDormant(scope, *facts.linked, std::max(known.linkedAt, known.lastLoginAt), facts.now);
  gatherGrantedRoles(scope, facts);
  if (!facts.updateAttributes) return;
  const auto& account = *facts.linked;
  const auto& identity = scope.identity;
  facts.displayNameDiffers =
      account.displayName && !identity.displayName.empty() && *account.displayName != identity.displayName;
  facts.emailDiffers = facts.email == EmailAssertion::kValid && account.email != identity.email;
  if (!facts.emailDiffers) return;
  facts.linkedEmailOwned = ownerOf(account.email, scope.organization) == DomainOwner::kThisOrganization;
  facts.holder = accounts_->findByEmail(scope.work, identity.email, scope.organization.tenantId);
  if (facts.holder && facts.holder->id == account.id) {  // the host knows the address under another spelling
    facts.holder.reset();
    facts.emailDiffers = false;
  }
}

/// Rows 21 to 25. One read, and only where the groups say something that the policy maps.
void FactsGatherer::gatherGrantedRoles(const Scope& scope, Facts& facts) const {
  if (!facts.groupMappingConfigured) return;
  if (facts.groups != GroupsAssertion::kList && facts.groups != GroupsAssertion::kEmpty) return;
  facts.grantedRoles = accounts_->rolesFromSso(scope.work, facts.linked->id, scope.organization.tenantId);
  gatherMappedRoles(scope, facts);
  if (facts.grantedRoles) gatherDefaultRole(scope, facts);
}

void FactsGatherer::gatherEmailHolder(const Scope& scope, const LoginAttempt& attempt, GatheredFacts& gathered) const {
  Facts& facts = gathered.facts;
  facts.holder = accounts_->findByEmail(scope.work, gathered.address, scope.organization.tenantId);
  const bool unfinished = facts.holder && isUnfinished(scope.work, *facts.holder, scope.identity.key);
  // An account that is there already takes no further seat.
  const bool seated = unfinished && facts.holder->member;
  if (unfinished) facts.holder.reset();
  // An invitation is for an address, and an unfinished account is this very person's.
  if (!unfinished && facts.invitation != InvitationStanding::kAccepted) gatherExternalMatch(scope, attempt, gathered);
  if (!facts.holder) return gatherCreation(scope, seated, gathered);
  gatherHolderIdentities(scope, gathered);
  const bool mayJoin = !facts.holder->member && facts.invitation == InvitationStanding::kAccepted;
  if (mayJoin) gatherSeats(scope, facts);
}

void FactsGatherer::gatherHolderIdentities(const Scope& scope, GatheredFacts& gathered) const {
  Facts& facts = gathered.facts;
  auto& identities = storage_->identities();
  const auto& key = scope.identity.key;
  // Not there when the identity was looked for, there now: the same person's other login was committed in between
  // (JIT.md rows 14, 29). Looked at again from the beginning, it is an ordinary login and no conflict of subjects.
  const auto requireNotLinked = [&key](const Identity& identity) {
    if (identity.key == key)
      throw Error(ErrorCode::kConflict, reason::kStorage, "the identity was linked a moment ago");
  };
  const auto linked = identities.findOnConnection(scope.work, facts.holder->id, key.issuer, key.connectionId);
  if (linked) {
    requireNotLinked(*linked);
    facts.holderIdentities = HolderIdentities::kSameConnection;
    return;
  }
  const auto others = identities.identitiesOf(scope.work, facts.holder->id);
  if (others.empty()) return;
  std::for_each(others.begin(), others.end(), requireNotLinked);
  facts.holderIdentities = HolderIdentities::kOtherConnection;
  facts.holderElsewhere = std::any_of(others.begin(), others.end(), [&](const Identity& other) {
    return other.organizationId != scope.organization.id;
  });
  TimePoint lastSignIn;
  for (const auto& other : others) lastSignIn = std::max({lastSignIn, other.linkedAt, other.lastLoginAt});
  facts.holderDormant = isDormant(scope, *facts.holder, lastSignIn, facts.now);
  gatherMigration(scope, others, gathered);
}

/// Row 14, before the address: the one identity of a retired connection of this organization that the same external id
/// was asserted for. Of two accounts it is nobody's: then the address alone counts, with a proof.
void FactsGatherer::gatherExternalMatch(const Scope& scope, const LoginAttempt& attempt,
                                        GatheredFacts& gathered) const {
  const auto& key = scope.identity.key;
  if (!scope.identity.externalId) return;
  std::vector<Identity> matches;
  for (const auto& migration : scope.organization.policy.migrations) {
    if (migration.replacement != key.connectionId) continue;
    const auto found = storage_->identities().findByExternalId(scope.work, scope.organization.id, key.issuer,
                                                               migration.retired, *scope.identity.externalId);
    matches.insert(matches.end(), found.begin(), found.end());
  }
  Facts& facts = gathered.facts;
  if (matches.empty()) return;
  const auto& accountId = matches.front().accountId;
  facts.externalIdAmbiguous =
      std::any_of(matches.begin(), matches.end(), [&](const Identity& match) { return match.accountId != accountId; });
  if (facts.externalIdAmbiguous) return;
  if (facts.holder) {
    facts.externalIdContradicts = facts.holder->id != accountId;
    return;
  }
  facts.holder = accounts_->findAccount(scope.work, accountId, scope.organization.tenantId);
  if (!facts.holder) return;
  facts.holderByExternalId = true;
  const auto& proof = attempt.emailProof;
  if (proof && proof->email == facts.holder->email) facts.holderAddressProvenAt = wholeSecond(proof->provenAt);
}

/// Row 14: an identity that this organization itself had on a connection that it says this one replaced.
void FactsGatherer::gatherMigration(const Scope& scope, const std::vector<Identity>& others,
                                    GatheredFacts& gathered) const {
  Facts& facts = gathered.facts;
  const auto& key = scope.identity.key;
  for (const auto& migration : scope.organization.policy.migrations) {
    if (migration.replacement != key.connectionId) continue;
    const auto old = std::find_if(others.begin(), others.end(), [&](const Identity& other) {
      return other.organizationId == scope.organization.id && other.key.issuer == key.issuer &&
             other.key.connectionId == migration.retired;
    });
    if (old == others.end() || facts.migration != Migration::kClosed) continue;
    facts.holderIdentities = HolderIdentities::kRetiredConnection;
    const auto& asserted = scope.identity.externalId;
    // The old connection named the person and the new one leaves that out: their address alone is no such word.
    const bool nameless = !old->externalId.empty() && !asserted;
    facts.migration = standingOf(migration, facts.now, others.size() == 1 && !facts.externalIdAmbiguous && !nameless);
    gathered.retired = *old;
    // The address was given to somebody else meanwhile.
    if (asserted && !old->externalId.empty() && old->externalId != *asserted) facts.externalIdContradicts = true;
  }
}

}  // namespace sso::detail
