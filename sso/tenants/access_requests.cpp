// SPDX-License-Identifier: Apache-2.0
#include "sso/access_requests.h"

#include <utility>

#include "identity/run_unit_of_work.h"
#include "tenants/event_by.h"

namespace sso {

std::string_view nameOf(AccessRequestState state) {
  switch (state) {
    case AccessRequestState::kPending:
      return "pending";
    case AccessRequestState::kApproved:
      return "approved";
    case AccessRequestState::kDeclined:
      return "declined";
  }
  return "declined";
}

AccessRequests::AccessRequests(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock)
    : storage_(std::move(storage)), clock_(std::move(clock)) {}

std::vector<AccessRequest> AccessRequests::list(std::string_view tenantId) const {
  const auto organization = storage_->organizations().findByTenant(tenantId);
  if (!organization) return {};
  return storage_->accessRequests().listRequests(organization->id, kMostListed);
}

bool AccessRequests::approve(std::string_view tenantId, std::string_view requestId, const Actor& actor) const {
  return decide(tenantId, requestId, AccessRequestState::kApproved, actor);
}

bool AccessRequests::decline(std::string_view tenantId, std::string_view requestId, const Actor& actor) const {
  return decide(tenantId, requestId, AccessRequestState::kDeclined, actor);
}

bool AccessRequests::decide(std::string_view tenantId, std::string_view requestId, AccessRequestState state,
                            const Actor& actor) const {
  const auto organization = storage_->organizations().findByTenant(tenantId);
  if (!organization) return false;
  bool decided = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    decided = storage_->accessRequests().decideRequest(work, organization->id, requestId, state, clock_->now());
    if (!decided) return;
    const bool approved = state == AccessRequestState::kApproved;
    auto event = detail::eventBy(actor, approved ? "sso.access.approved" : "sso.access.declined", organization->id,
                                 clock_->now());
    event.details = {{"request", std::string(requestId)}};
    storage_->audit().record(work, event);
    work.commit();
  });
  return decided;
}

}  // namespace sso
