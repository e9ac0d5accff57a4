// SPDX-License-Identifier: Apache-2.0
#include "identity/identity_mapper.h"

#include <utility>

#include "identity/creation_key.h"
#include "identity/decision_record.h"
#include "identity/jit_policy.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMostPending = 500;  // access requests of one organization
constexpr std::size_t kMostListed = 1000;  // bytes of one detail of the audit trail

/// "admin,member"; what does not fit is told by an ellipsis.
std::string listOf(const std::vector<std::string>& roles) {
  std::string list;
  for (const auto& role : roles) {
    if (list.size() + role.size() > kMostListed) return list + ",...";
    if (!list.empty()) list += ',';
    list += role;
  }
  return list;
}

}  // namespace

IdentityMapper::IdentityMapper(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
                               std::shared_ptr<Clock> clock, std::chrono::seconds clockSkew,
                               std::chrono::seconds maxAssertionAge)
    : storage_(std::move(storage)),
      accounts_(std::move(accounts)),
      clock_(std::move(clock)),
      gatherer_(storage_, accounts_, clock_, clockSkew, maxAssertionAge) {}

MappedLogin IdentityMapper::map(UnitOfWork& work, const Organization* organization, const LoginAttempt& attempt) const {
  const auto gathered = gatherer_.gather(work, organization, attempt);
  const Facts& facts = gathered.facts;
  MappedLogin mapped;
  mapped.decision = decide(facts);
  mapped.record = decisionRecord(facts, mapped.decision);
  if (organization != nullptr) {
    mapped.tenantId = organization->tenantId;
    mapped.policyVersion = organization->version;
  }
  if (mapped.decision.whom == Whom::kEmailHolder) mapped.accountId = facts.holder->id;
  if (mapped.decision.whom == Whom::kLinkedAccount) mapped.accountId = facts.linked->id;
  if (mapped.decision.takeEmail) mapped.previousEmail = facts.linked->email;
  if (mapped.decision.signsIn() && organization != nullptr) {
    mapped.accountId = apply(work, *organization, attempt, mapped, gathered);
  } else if (mapped.decision.outcome == Outcome::kRequestApproval && facts.approval == Approval::kNone) {
    mapped.filed = fileRequest(work, *organization, attempt, mapped.decision);
  }
  return mapped;
}

std::string IdentityMapper::apply(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                                  const MappedLogin& mapped, const GatheredFacts& gathered) const {
  const auto& facts = gathered.facts;
  const auto& decision = mapped.decision;
  std::string accountId;
  switch (decision.outcome) {
    case Outcome::kLogin:
      accountId = facts.linked->id;
      updateLinkedAccount(work, organization, attempt, decision, *gathered.known);
      break;
    case Outcome::kCreate:
    case Outcome::kUseInvitation:
      accountId = createAccount(work, organization, attempt, decision, gathered);
      break;
    default:
      accountId = facts.holder->id;
      prepareHolder(work, organization, attempt, decision, gathered);
  }
  if (!gathered.known) linkIdentity(work, organization, attempt, decision, gathered, accountId);
  auto completed = eventOf(kLoginCompleted, organization, attempt, decision, accountId);
  completed.decision = mapped.record;
  storage_->audit().record(work, completed);
  return accountId;
}

std::string IdentityMapper::createAccount(UnitOfWork& work, const Organization& organization,
                                          const LoginAttempt& attempt, const Decision& decision,
                                          const GatheredFacts& gathered) const {
  const auto& identity = attempt.identity;
  const bool invited = decision.outcome == Outcome::kUseInvitation;
  if (gathered.request) storage_->accessRequests().removeRequest(work, identity.key);
  NewAccount account;
  account.tenantId = organization.tenantId;
  account.email = gathered.address;
  account.displayName = identity.displayName;
  account.emailVerified = true;
  account.roles = decision.roles.value();
  account.grantedBy = invited ? RoleGrant::kInviter : RoleGrant::kSingleSignOn;
  account.creationKey = creationKeyOf(identity.key);
  auto accountId = accounts_->createAccount(work, account);
  audit(work, kAccountCreated, organization, attempt, decision, accountId, {{"roles", listOf(*decision.roles)}});
  if (invited) useUpInvitation(work, organization, attempt, decision, gathered, accountId);
  return accountId;
}

/// Rows 7 and 8: what an existing account needs before the identity is tied to it.
void IdentityMapper::prepareHolder(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                                   const Decision& decision, const GatheredFacts& gathered) const {
  const auto& accountId = gathered.facts.holder->id;
  if (decision.reclaim) {
    auto& identities = storage_->identities();
    // Whatever the account is tied to was tied by somebody who never showed that the address is theirs.
    const auto others = identities.identitiesOf(work, accountId);
    for (const auto& other : others) identities.unlinkIdentity(work, other.key);
    if (!accounts_->reclaimAccount(work, accountId)) {
      throw Error(ErrorCode::kNotAllowed, reason::kHost, "the host hands no unconfirmed account over");
    }
    audit(work, "sso.account.reclaimed", organization, attempt, decision, accountId,
          {{"identities_untied", std::to_string(others.size())}});
  }
  if (decision.join) {
    if (!accounts_->addMember(work, accountId, organization.tenantId, decision.roles.value())) {
      throw Error(ErrorCode::kNotAllowed, reason::kHost, "the host adds no members");
    }
    audit(work, "sso.membership.added", organization, attempt, decision, accountId,
          {{"roles", listOf(*decision.roles)}});
    useUpInvitation(work, organization, attempt, decision, gathered, accountId);
  }
}

/// An invitation brings in one person. Whoever comes second finds it gone, and is judged again without it.
void IdentityMapper::useUpInvitation(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                                     const Decision& decision, const GatheredFacts& gathered,
                                     std::string_view accountId) const {
  const auto& invitation = gathered.invitation.value();
  if (!storage_->invitations().removeInvitation(work, organization.tenantId, invitation.id)) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the invitation was used a moment ago");
  }
  audit(work, "sso.invitation.accepted", organization, attempt, decision, accountId,
        {{"invitation", invitation.id}, {"invited_by", invitation.invitedBy}});
}

void IdentityMapper::linkIdentity(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                                  const Decision& decision, const GatheredFacts& gathered,
                                  std::string_view accountId) const {
  auto& identities = storage_->identities();
  if (decision.relink && !identities.unlinkIdentity(work, gathered.retired.value().key)) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the retired identity went a moment ago");
  }
  const auto& now = gathered.facts.now;
  identities.linkIdentity(work, {attempt.identity.key, organization.id, std::string(accountId), attempt.identity.email,
                                 now, now, attempt.identity.externalId.value_or("")});
  Details more;
  if (decision.relink) {
    more.emplace("retired_connection", gathered.retired->key.connectionId);
    more.emplace("matched", gathered.facts.holderByExternalId ? "external_id" : "address");
  }
  audit(work, decision.relink ? "sso.identity.relinked" : "sso.identity.linked", organization, attempt, decision,
        accountId, std::move(more));
}

/// Row 2. An identity provider that asserts people without end fills no table: above the bound nobody is added.
bool IdentityMapper::fileRequest(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                                 const Decision& decision) const {
  auto& requests = storage_->accessRequests();
  if (requests.countPending(work, organization.id) >= kMostPending) return false;
  AccessRequest request;
  // Of this person with this address: whoever looks at one request never agrees to another that took its place.
  request.id = "req_" + sha256Hex(creationKeyOf(attempt.identity.key) + "\n" + attempt.identity.email).substr(0, 32);
  request.key = attempt.identity.key;
  request.organizationId = organization.id;
  request.email = attempt.identity.email;
  request.displayName = attempt.identity.displayName;
  request.requestedAt = clock_->now();
  requests.fileRequest(work, request);
  audit(work, "sso.access.requested", organization, attempt, decision, "", {{"request", request.id}});
  return true;
}

void IdentityMapper::updateLinkedAccount(UnitOfWork& work, const Organization& organization,
                                         const LoginAttempt& attempt, const Decision& decision,
                                         const Identity& known) const {
  const auto& identity = attempt.identity;
  if (decision.takeEmail || decision.takeDisplayName || decision.roles) {
    AccountChange change;
    if (decision.takeEmail) change.email = identity.email;
    if (decision.takeDisplayName) change.displayName = identity.displayName;
    change.roles = decision.roles;
    accounts_->updateAccount(work, known.accountId, organization.tenantId, change);
  }
  if (decision.takeEmail) {
    audit(work, "sso.account.email_changed", organization, attempt, decision, known.accountId);
  }
  if (decision.roles) {
    audit(work, "sso.account.roles_changed", organization, attempt, decision, known.accountId,
          {{"roles", listOf(*decision.roles)}});
  }
  storage_->identities().recordLogin(work, identity.key, identity.email.empty() ? known.email : identity.email,
                                     identity.externalId.value_or(known.externalId), clock_->now());
}

void IdentityMapper::audit(UnitOfWork& work, std::string_view name, const Organization& organization,
                           const LoginAttempt& attempt, const Decision& decision, std::string_view accountId,
                           Details more) const {
  auto event = eventOf(name, organization, attempt, decision, accountId);
  event.details.merge(more);
  storage_->audit().record(work, event);
}

AuditEvent IdentityMapper::eventOf(std::string_view name, const Organization& organization, const LoginAttempt& attempt,
                                   const Decision& decision, std::string_view accountId) const {
  AuditEvent event;
  event.name = name;
  event.reference = attempt.reference;
  event.organizationId = organization.id;
  event.accountId = accountId;
  event.connectionId = attempt.identity.key.connectionId;
  event.remoteAddress = attempt.remoteAddress;
  event.details = auditDetails(decision, attempt.origin, organization.version);
  event.at = clock_->now();
  return event;
}

std::map<std::string, std::string> auditDetails(const Decision& decision, LoginOrigin origin,
                                                std::int64_t policyVersion) {
  std::map<std::string, std::string> details{
      {"outcome", std::string(nameOf(decision.outcome))},
      {"row", std::to_string(decision.row)},
      {"origin", origin == LoginOrigin::kServiceProvider ? "application" : "identity_provider"}};
  if (!decision.notices.empty()) details.emplace("notices", decision.notices.toString());
  if (policyVersion > 0) details.emplace("policy_version", std::to_string(policyVersion));
  return details;
}

}  // namespace sso::detail
