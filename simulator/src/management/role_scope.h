// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// The roles that a call is about: those of the environment, or those of the organization in its path. The operations
/// on both kinds are the same but for the place.
struct RoleScope {
  Environment& environment;
  Organization* organization;  ///< Null: the environment's roles.
  std::string roleName;        ///< Empty when the path names none.

  std::vector<Role>& roles() const { return organization == nullptr ? environment.roles : organization->roles; }
  Role& role() const;  ///< The named one; throws NOT_FOUND.
};

RoleScope environmentScope(const ApiCall& call);
RoleScope organizationScope(const ApiCall& call);

/// With its permissions as the query's `include` asks: `permissions`, `permissions:all`, or none.
nlohmann::json roleJson(const RoleScope& scope, const Role& role, const std::string& include);
/// The `include` parameter; throws INVALID_ARGUMENT on another value.
std::string includeParameter(const ApiCall& call);

nlohmann::json permissionJson(const Permission& permission);

}  // namespace scalekit_simulator
