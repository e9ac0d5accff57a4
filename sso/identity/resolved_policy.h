// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "sso/organization_policy.h"

namespace sso::detail {

/// An organization's policy as it holds for one connection: the organization's own, with what the connection overrides.
/// A view; the policy must outlive it. Whatever a connection cannot override is read from the organization.
struct ResolvedPolicy {
  bool jitProvisioning, trusted, updateAttributes;
  LinkRule linkExisting;
  std::string_view defaultRole;
  std::span<const GroupRole> groupRoles;
  /// Row 4: see Facts. A connection that the operator calls untrusted is not.
  bool believedWhenSilent;
  bool approvalRequired;    ///< row 2
  RoleCeiling roleCeiling;  ///< row 24
};
ResolvedPolicy resolvePolicy(const OrganizationPolicy& policy, std::string_view connectionId);

}  // namespace sso::detail
