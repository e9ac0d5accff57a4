// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "model.h"

/// What roles mean: where a name is looked up, what a role permits, who has it (CONTRACT.md 4.9). Pure functions.
namespace scalekit_simulator {

constexpr const char* kRoleName = "[a-zA-Z0-9_]{1,64}";
constexpr const char* kPermissionName = "[a-zA-Z0-9_:]{1,64}";
constexpr std::size_t kMaxRolePermissions = 100;

Role* findRole(std::vector<Role>& roles, const std::string& name);
const Role* findRole(const std::vector<Role>& roles, const std::string& name);
const Permission* findPermission(const Environment& environment, const std::string& name);

/// The role that this name means in an organization: its own, else the environment's. Null organization: the
/// environment's alone.
const Role* roleNamed(const Environment& environment, const Organization* organization, const std::string& name);

/// A permission and the role that it comes from.
struct GrantedPermission {
  const Permission* permission;
  const Role* role;
};
/// Own permissions, and those of the roles that it extends when `inherited`. A circle of roles ends where it began.
std::vector<GrantedPermission> permissionsOf(const Environment& environment, const Organization* organization,
                                             const Role& role, bool inherited);

/// Would this role, extending `base`, end up extending itself?
bool makesCircle(const Environment& environment, const Organization* organization, const std::string& name,
                 const std::string& base);

/// The roles that extend this one directly. The environment's roles are extended by organizations' roles as well,
/// unless the organization has a role of that name itself.
std::vector<Role*> dependentsOf(Environment& environment, Organization* organization, const std::string& name);

/// How many memberships hold a role: of this organization, or of all that take the name for the environment's role.
std::size_t countHolders(const Environment& environment, const Organization* organization, const std::string& name);
/// Those memberships get another role instead.
void replaceRole(Environment& environment, const Organization* organization, const std::string& name,
                 const std::string& replacement);

/// The role that a new member gets when nobody names one; empty when there is none.
std::string defaultMemberRole(const Environment& environment, const Organization& organization);

}  // namespace scalekit_simulator
