// SPDX-License-Identifier: Apache-2.0
#include "tenants/decision_reviewer.h"

#include <charconv>
#include <utility>

#include "base/error_detail.h"
#include "identity/decision_record.h"
#include "identity/jit_policy.h"
#include "identity/run_unit_of_work.h"
#include "identity/told_decision.h"
#include "oidc/id_token_checks.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "tenants/claims_file.h"

namespace sso::detail {
namespace {

/// 0: the organization was not known, or the detail is none of ours.
std::int64_t policyVersionOf(const AuditEvent& event) {
  const auto found = event.details.find("policy_version");
  if (found == event.details.end()) return 0;
  const auto& text = found->second;
  std::int64_t version = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), version);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() ? version : 0;
}

LoginAttempt attemptAs(const ClaimedPerson& person, const Organization& organization, std::string_view connectionId,
                       TimePoint now) {
  LoginAttempt attempt;
  attempt.identity = person.identity;
  attempt.stateReturned = true;
  attempt.expectedOrganizationId = organization.id;
  attempt.expectedConnectionId = connectionId;
  attempt.verifiedAt = now;
  return attempt;
}

}  // namespace

std::vector<ReplayedDecision> DecisionReviewer::replay(std::string_view reference) const {
  std::vector<ReplayedDecision> found;
  for (const auto& event : parts_.storage->audit().decisionsOf(reference)) found.push_back(replayed(event));
  return found;
}

ReplayedDecision DecisionReviewer::replayed(const AuditEvent& event) const {
  ReplayedDecision replayed;
  replayed.event = event.name;
  replayed.reference = event.reference;
  replayed.at = event.at;
  replayed.organizationId = event.organizationId;
  replayed.connectionId = event.connectionId;
  replayed.accountId = event.accountId;
  replayed.policyVersion = policyVersionOf(event);
  lookUpPolicy(replayed);
  try {
    const auto recorded = readDecisionRecord(event.decision);
    const auto now = decide(recorded.facts);
    for (auto& [name, value] : factsInWords(recorded.facts)) replayed.facts.push_back({name, value});
    replayed.then = told(recorded.decision);
    replayed.now = told(now);
    replayed.same = now == recorded.decision;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalidRequest) throw;
    replayed.problem = detailOf(error);
  }
  return replayed;
}

void DecisionReviewer::lookUpPolicy(ReplayedDecision& replayed) const {
  if (replayed.policyVersion <= 0) return;
  auto& organizations = parts_.storage->organizations();
  replayed.policy = organizations.policyAt(replayed.organizationId, replayed.policyVersion);
  const auto present = organizations.findOrganization(replayed.organizationId);
  if (replayed.policy && present) replayed.changedSince = differencesOf(replayed.policy->policy, present->policy);
}

std::vector<DryRunLogin> DecisionReviewer::dryRun(const Organization& organization, std::string_view connectionId,
                                                  std::string_view claims) const {
  if (!connectionId.empty() && !isConnectionId(connectionId)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "connection: not a connection id (conn_...)");
  }
  const auto now = parts_.clock->now();
  const auto people = readClaimsFile(claims, {parts_.issuers, organization.id, std::string(connectionId), now});
  std::vector<DryRunLogin> logins;
  for (const auto& person : people) {
    auto attempt = attemptAs(person, organization, connectionId, now);
    const auto& connection = attempt.identity.key.connectionId;
    attempt.connection = parts_.standingOf(organization.id, connection);
    Decision decision;
    // Run again where a login would be, and never committed.
    runUnitOfWork(*parts_.storage, [&](UnitOfWork& work) {
      decision = decide(parts_.facts->gather(work, &organization, attempt).facts);
    });
    logins.push_back({person.line, told(decision)});
  }
  return logins;
}

}  // namespace sso::detail

namespace sso {

std::vector<ReplayedDecision> DecisionReview::replay(std::string_view reference) const {
  return reviewer_->replay(reference);
}

std::vector<DryRunLogin> DecisionReview::dryRun(const Organization& organization, std::string_view connectionId,
                                                std::string_view claims) const {
  return reviewer_->dryRun(organization, connectionId, claims);
}

}  // namespace sso
