// SPDX-License-Identifier: Apache-2.0
#include "tenants/change_organization.h"

#include <utility>

#include "sso/error.h"
#include "sso/reason.h"
#include "tenants/event_by.h"

namespace sso::detail {

OrganizationChanges::OrganizationChanges(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock,
                                         RetryPlan retries)
    : storage_(std::move(storage)), clock_(std::move(clock)), retries_(std::move(retries)) {}

Organization OrganizationChanges::apply(const std::string& organizationId, const Actor& actor, const Change& change,
                                        const EventOf& event, const std::function<void(UnitOfWork&)>& inside) const {
  for (int tried = 1;; ++tried) {
    const auto stored = storage_->organizations().findOrganization(organizationId);
    if (!stored) throw Error(ErrorCode::kConflict, reason::kStorage, "the organization is gone");
    auto changed = change(*stored);
    if (!changed) return *stored;
    changed->id = stored->id;
    changed->version = stored->version;
    try {
      write(*changed, actor, event(*stored, *changed), inside);
      ++changed->version;
      return *std::move(changed);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kConflict || tried >= retries_.maxTries) throw;
    }
    retries_.rest(retries_.pauseAfter(tried));
  }
}

void OrganizationChanges::insert(const Organization& organization, const Actor& actor, const ChangeEvent& event) const {
  write(organization, actor, event, nullptr);
}

void OrganizationChanges::write(const Organization& organization, const Actor& actor, const ChangeEvent& event,
                                const std::function<void(UnitOfWork&)>& inside) const {
  const auto work = storage_->begin();
  if (inside) inside(*work);
  const auto now = clock_->now();
  storage_->organizations().saveOrganization(*work, organization, {actor.accountId, now});
  auto line = eventBy(actor, event.name, organization.id, now);
  line.details = event.details;
  if (!actor.setupLinkId.empty()) line.details["setup_link"] = actor.setupLinkId;
  storage_->audit().record(*work, line);
  work->commit();
}

}  // namespace sso::detail
