// SPDX-License-Identifier: Apache-2.0
#include "identity/resolved_policy.h"

#include <algorithm>
#include <string>

namespace sso::detail {

ResolvedPolicy resolvePolicy(const OrganizationPolicy& policy, std::string_view connectionId) {
  const auto& trusted = policy.trustedConnections;
  ResolvedPolicy resolved{policy.jitProvisioning,
                          std::find(trusted.begin(), trusted.end(), connectionId) != trusted.end(),
                          policy.updateAttributes,
                          policy.linkExisting,
                          policy.defaultRole,
                          policy.groupRoles,
                          policy.domainAuthority == DomainAuthority::kScalekit,
                          policy.approvalRequired,
                          policy.roleCeiling};
  if (policy.connections.empty()) return resolved;
  const auto found = policy.connections.find(std::string(connectionId));
  if (found == policy.connections.end()) return resolved;
  const ConnectionPolicy& own = found->second;
  resolved.jitProvisioning = own.jitProvisioning.value_or(resolved.jitProvisioning);
  resolved.trusted = own.trusted.value_or(resolved.trusted);
  resolved.believedWhenSilent = resolved.believedWhenSilent && own.trusted.value_or(true);
  resolved.updateAttributes = own.updateAttributes.value_or(resolved.updateAttributes);
  resolved.linkExisting = own.linkExisting.value_or(resolved.linkExisting);
  if (own.defaultRole) resolved.defaultRole = *own.defaultRole;
  if (own.groupRoles) resolved.groupRoles = *own.groupRoles;
  resolved.approvalRequired = own.approvalRequired.value_or(resolved.approvalRequired);
  resolved.roleCeiling = own.roleCeiling.value_or(resolved.roleCeiling);
  return resolved;
}

}  // namespace sso::detail
