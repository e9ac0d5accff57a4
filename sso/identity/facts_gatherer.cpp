// SPDX-License-Identifier: Apache-2.0
#include "identity/facts_gatherer.h"

#include <algorithm>
#include <utility>

#include "identity/creation_key.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::chrono::hours kCreationWindow{1};  // OrganizationPolicy::creationsPerHour

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

void readPolicy(const Organization& organization, std::string_view connectionId, Facts& facts) {
  const auto& policy = organization.policy;
  facts.organization = organization.status == OrganizationStatus::kActive ? OrganizationStanding::kActive
                                                                          : OrganizationStanding::kSuspended;
  facts.mode = policy.mode;
  facts.jitProvisioning = policy.jitProvisioning;
  facts.updateAttributes = policy.updateAttributes;
  facts.directoryActive = policy.directoryActive;
  facts.connectionTrusted = contains(policy.trustedConnections, connectionId);
  facts.linkExisting = policy.linkExisting;
}

void readIdentity(const VerifiedIdentity& identity, const Organization& organization, Facts& facts) {
  facts.email = emailAssertion(identity);
  facts.emailVerified = emailVerification(identity.emailVerified);
  if (facts.email == EmailAssertion::kValid) facts.emailDomain = ownerOf(identity.email, organization);
  facts.groups = groupsAssertion(identity);
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
  Facts& facts = gathered.facts;
  facts.origin = attempt.origin;
  facts.stateReturned = attempt.stateReturned;
  facts.organizationMatches =
      attempt.expectedOrganizationId.empty() || attempt.expectedOrganizationId == identity.organizationId;
  facts.connectionMatches =
      attempt.expectedConnectionId.empty() || attempt.expectedConnectionId == identity.key.connectionId;
  facts.issuedAt = identity.issuedAt;
  facts.authenticatedAt = identity.authenticatedAt;
  facts.verifiedAt = attempt.verifiedAt;
  facts.now = clock_->now();
  facts.clockSkew = clockSkew_;
  facts.maxAssertionAge = maxAssertionAge_;
  facts.connection = attempt.connection;
  facts.proof = attempt.proof;
  // Nothing of an organization other than the token's own is ever looked at.
  if (organization == nullptr || organization->id != identity.organizationId) return gathered;
  readPolicy(*organization, identity.key.connectionId, facts);
  readIdentity(identity, *organization, facts);

  gathered.known = storage_->identities().findIdentity(work, identity.key);
  if (gathered.known) {
    gatherLinkedAccount(work, *organization, identity, *gathered.known, facts);
  } else if (facts.emailDomain == DomainOwner::kThisOrganization) {
    gatherEmailHolder(work, *organization, identity, facts);
  }
  return gathered;
}

void FactsGatherer::gatherLinkedAccount(UnitOfWork& work, const Organization& organization,
                                        const VerifiedIdentity& identity, const Identity& known, Facts& facts) const {
  facts.identityKnown = true;
  facts.identityOfThisOrganization = known.organizationId == organization.id;
  if (!facts.identityOfThisOrganization) return;
  facts.linked = accounts_->findAccount(work, known.accountId, organization.tenantId);
  if (!facts.linked || !facts.updateAttributes) return;
  const auto& account = *facts.linked;
  facts.displayNameDiffers =
      account.displayName && !identity.displayName.empty() && *account.displayName != identity.displayName;
  facts.emailDiffers = facts.email == EmailAssertion::kValid && account.email != identity.email;
  if (!facts.emailDiffers) return;
  facts.linkedEmailOwned = ownerOf(account.email, organization) == DomainOwner::kThisOrganization;
  facts.holder = accounts_->findByEmail(work, identity.email, organization.tenantId);
  if (facts.holder && facts.holder->id == account.id) {  // the host knows the address under another spelling
    facts.holder.reset();
    facts.emailDiffers = false;
  }
}

void FactsGatherer::gatherEmailHolder(UnitOfWork& work, const Organization& organization,
                                      const VerifiedIdentity& identity, Facts& facts) const {
  facts.holder = accounts_->findByEmail(work, identity.email, organization.tenantId);
  if (facts.holder && isUnfinished(work, *facts.holder, identity.key)) facts.holder.reset();
  if (!facts.holder) return gatherCreation(work, organization, identity, facts);
  auto& identities = storage_->identities();
  const auto linked =
      identities.findOnConnection(work, facts.holder->id, identity.key.issuer, identity.key.connectionId);
  if (linked && linked->key == identity.key) {
    // Not there when the identity was looked for, there now: the same person's other first login was committed in
    // between (JIT.md row 29). Looked at again from the beginning, it is an ordinary login and no conflict of subjects.
    throw Error(ErrorCode::kConflict, reason::kStorage, "the identity was linked a moment ago");
  }
  if (linked) {
    facts.holderIdentities = HolderIdentities::kSameConnection;
  } else if (!identities.identitiesOf(work, facts.holder->id).empty()) {
    facts.holderIdentities = HolderIdentities::kOtherConnection;
  }
}

/// What only a creation needs to know.
void FactsGatherer::gatherCreation(UnitOfWork& work, const Organization& organization, const VerifiedIdentity& identity,
                                   Facts& facts) const {
  const auto& policy = organization.policy;
  if (policy.defaultRole.empty()) return;
  const bool exists = accounts_->knowsRole(work, organization.tenantId, policy.defaultRole);
  facts.defaultRole = exists ? DefaultRole::kKnown : DefaultRole::kUnknown;
  // Locks the connection's count until the unit is over, so it is asked only where an account may come out of it.
  if (!exists || !policy.jitProvisioning || policy.directoryActive) return;
  const auto created = storage_->audit().accountsCreated(work, identity.key.connectionId, facts.now - kCreationWindow);
  facts.creations = created < policy.creationsPerHour ? Creations::kAllowed : Creations::kSpent;
}

/// The account that this very identity's first login made on a host's own database before our commit failed (ADR 5):
/// to be created "again", not somebody's to be proven. Whoever else has its address does not have its key.
bool FactsGatherer::isUnfinished(UnitOfWork& work, const AccountFacts& account, const IdentityKey& key) const {
  return account.creationKey == creationKeyOf(key) && account.state == AccountState::kActive && !account.breakGlass &&
         storage_->identities().identitiesOf(work, account.id).empty();
}

}  // namespace sso::detail
