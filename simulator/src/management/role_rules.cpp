// SPDX-License-Identifier: Apache-2.0
#include "management/role_rules.h"

#include <algorithm>
#include <set>

namespace scalekit_simulator {
namespace {

/// Does a membership take the name for the role in question? An organization's own role hides the environment's.
bool means(const Environment& environment, const Organization* organization, const Membership& membership,
           const std::string& name) {
  if (std::find(membership.roles.begin(), membership.roles.end(), name) == membership.roles.end()) return false;
  if (organization != nullptr) return membership.organizationId == organization->id;
  return std::none_of(environment.organizations.begin(), environment.organizations.end(), [&](const auto& other) {
    return other.id == membership.organizationId && findRole(other.roles, name) != nullptr;
  });
}

}  // namespace

const Role* findRole(const std::vector<Role>& roles, const std::string& name) {
  const auto found = std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.name == name; });
  return found == roles.end() ? nullptr : &*found;
}

Role* findRole(std::vector<Role>& roles, const std::string& name) {
  const auto found = std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.name == name; });
  return found == roles.end() ? nullptr : &*found;
}

const Permission* findPermission(const Environment& environment, const std::string& name) {
  const auto found = std::find_if(environment.permissions.begin(), environment.permissions.end(),
                                  [&](const Permission& one) { return one.name == name; });
  return found == environment.permissions.end() ? nullptr : &*found;
}

const Role* roleNamed(const Environment& environment, const Organization* organization, const std::string& name) {
  const Role* own = organization == nullptr ? nullptr : findRole(organization->roles, name);
  return own != nullptr ? own : findRole(environment.roles, name);
}

std::vector<GrantedPermission> permissionsOf(const Environment& environment, const Organization* organization,
                                             const Role& role, bool inherited) {
  std::vector<GrantedPermission> granted;
  std::set<const Role*> seen;
  std::set<const Permission*> listed;
  for (const Role* step = &role; step != nullptr && seen.insert(step).second;) {
    for (const auto& name : step->permissions) {
      const Permission* permission = findPermission(environment, name);
      if (permission != nullptr && listed.insert(permission).second) granted.push_back({permission, step});
    }
    step = inherited && !step->extends.empty() ? roleNamed(environment, organization, step->extends) : nullptr;
  }
  return granted;
}

bool makesCircle(const Environment& environment, const Organization* organization, const std::string& name,
                 const std::string& base) {
  std::set<std::string> seen = {name};
  std::string step = base;
  while (!step.empty()) {
    if (!seen.insert(step).second) return true;
    const Role* role = roleNamed(environment, organization, step);
    step = role == nullptr ? "" : role->extends;
  }
  return false;
}

std::vector<Role*> dependentsOf(Environment& environment, Organization* organization, const std::string& name) {
  std::vector<Role*> dependents;
  const auto collect = [&](std::vector<Role>& roles) {
    for (auto& role : roles) {
      if (role.extends == name) dependents.push_back(&role);
    }
  };
  if (organization != nullptr) {
    collect(organization->roles);
    return dependents;
  }
  collect(environment.roles);
  for (auto& one : environment.organizations) {
    if (findRole(one.roles, name) == nullptr) collect(one.roles);
  }
  return dependents;
}

std::size_t countHolders(const Environment& environment, const Organization* organization, const std::string& name) {
  std::size_t count = 0;
  for (const auto& user : environment.users) {
    for (const auto& membership : user.memberships) {
      if (means(environment, organization, membership, name)) ++count;
    }
  }
  return count;
}

void replaceRole(Environment& environment, const Organization* organization, const std::string& name,
                 const std::string& replacement) {
  for (auto& user : environment.users) {
    for (auto& membership : user.memberships) {
      if (!means(environment, organization, membership, name)) continue;
      const bool both =
          std::find(membership.roles.begin(), membership.roles.end(), replacement) != membership.roles.end();
      if (both) {
        std::erase(membership.roles, name);
      } else {
        std::replace(membership.roles.begin(), membership.roles.end(), name, replacement);
      }
    }
  }
}

std::string defaultMemberRole(const Environment& environment, const Organization& organization) {
  return organization.defaultMemberRole.empty() ? environment.defaultMemberRole : organization.defaultMemberRole;
}

}  // namespace scalekit_simulator
