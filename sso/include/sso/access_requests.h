// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/identity.h"
#include "sso/runtime.h"
#include "sso/storage.h"
#include "sso/tenants.h"

/// Where an organization's policy asks for approval (OrganizationPolicy::approvalRequired, JIT.md row 2), whoever comes
/// the first time gets no account but a place in this queue; once an administrator has agreed, their next sign-in makes
/// the account.
namespace sso {

/// The queue of one tenant, for its administrators. Take the tenant from the session of an administrator, never from a
/// request. Immutable; thread-safe. Errors: Error(kStorage).
class AccessRequests {
 public:
  AccessRequests(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock);

  /// Who waits, the longest first, then who was declined, the latest first; at most kMostListed. Empty for a tenant
  /// without single sign-on.
  std::vector<AccessRequest> list(std::string_view tenantId) const;
  /// The person's next sign-in with this very address makes their account. False: nobody of this tenant waits under
  /// this id or was declined. Audited: sso.access.approved.
  bool approve(std::string_view tenantId, std::string_view requestId, const Actor& actor) const;
  /// False: nobody of this tenant waits under this id. Audited: sso.access.declined.
  bool decline(std::string_view tenantId, std::string_view requestId, const Actor& actor) const;

  static constexpr std::size_t kMostListed = 200;

 private:
  bool decide(std::string_view tenantId, std::string_view requestId, AccessRequestState state,
              const Actor& actor) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso
