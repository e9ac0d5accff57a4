// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/retry.h"
#include "sso/storage.h"
#include "sso/tenants.h"

namespace sso::detail {

/// What changes an organization: looks at it as it is stored now and returns what is to be written, or nullopt when
/// there is nothing to do. May throw. It runs again whenever somebody else was faster.
using Change = std::function<std::optional<Organization>(const Organization& stored)>;
/// The audit event of a change; the rest of it is filled in here.
struct ChangeEvent {
  std::string name;
  std::map<std::string, std::string> details;
};
using EventOf = std::function<ChangeEvent(const Organization& before, const Organization& after)>;

/// Changes what is stored, with its audit event in the same commit, and returns what is stored then. Each try looks
/// afresh, outside of the unit (see OrganizationStore). Throws Error(kConflict) after the plan's last try, or when the
/// organization is gone; Error(kStorage).
class OrganizationChanges {
 public:
  OrganizationChanges(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock, RetryPlan retries);
  Organization apply(const std::string& organizationId, const Actor& actor, const Change& change, const EventOf& event,
                     const std::function<void(UnitOfWork&)>& inside = nullptr) const;
  /// Version 0 of an organization and its event. Throws Error(kConflict) when id or tenant are there already.
  void insert(const Organization& organization, const Actor& actor, const ChangeEvent& event) const;

 private:
  void write(const Organization& organization, const Actor& actor, const ChangeEvent& event,
             const std::function<void(UnitOfWork&)>& inside) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
  RetryPlan retries_;
};

}  // namespace sso::detail
