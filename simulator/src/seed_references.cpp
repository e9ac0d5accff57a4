// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "management/role_rules.h"
#include "seed_parts.h"

namespace scalekit_simulator {
namespace {

std::string numbered(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

void checkRoles(const Environment& environment, const Organization* organization, const std::string& path,
                Problems& problems) {
  const auto& roles = organization == nullptr ? environment.roles : organization->roles;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const std::string where = numbered(path, i);
    const Role& role = roles[i];
    if (!role.extends.empty() && roleNamed(environment, organization, role.extends) == nullptr) {
      problems.push_back(where + ".extends: there is no such role");
    } else if (makesCircle(environment, organization, role.name, role.extends)) {
      problems.push_back(where + ".extends: a role cannot extend itself");
    }
    for (const auto& name : role.permissions) {
      if (findPermission(environment, name) == nullptr) {
        problems.push_back(where + ".permissions: there is no permission " + name);
      }
    }
  }
}

void checkDefault(const Environment& environment, const Organization* organization, const std::string& name,
                  const std::string& path, Problems& problems) {
  if (!name.empty() && roleNamed(environment, organization, name) == nullptr) {
    problems.push_back(path + ": there is no such role");
  }
}

void checkUsers(const Environment& environment, Problems& problems) {
  for (std::size_t i = 0; i < environment.users.size(); ++i) {
    const auto& memberships = environment.users[i].memberships;
    for (std::size_t k = 0; k < memberships.size(); ++k) {
      const std::string where = numbered(numbered("users", i) + ".memberships", k);
      const auto organization =
          std::find_if(environment.organizations.begin(), environment.organizations.end(),
                       [&](const Organization& one) { return one.id == memberships[k].organizationId; });
      if (organization == environment.organizations.end()) {
        problems.push_back(where + ".organization_id: there is no such organization");
        continue;
      }
      for (const auto& role : memberships[k].roles) {
        if (roleNamed(environment, &*organization, role) == nullptr) {
          problems.push_back(where + ".roles: there is no role " + role);
        }
      }
    }
  }
}

void checkDirectory(const Directory& directory, const std::string& path, Problems& problems) {
  for (std::size_t i = 0; i < directory.users.size(); ++i) {
    for (const auto& id : directory.users[i].groupIds) {
      if (directory.findGroup(id) == nullptr) {
        problems.push_back(numbered(path + ".users", i) + ".group_ids: there is no group " + id);
      }
    }
  }
  for (const auto& assignment : directory.roleAssignments) {
    if (directory.findGroup(assignment.groupId) == nullptr) {
      problems.push_back(path + ".role_assignments: there is no group " + assignment.groupId);
    }
  }
}

}  // namespace

void checkReferences(const Environment& environment, Problems& problems) {
  checkRoles(environment, nullptr, "roles", problems);
  checkDefault(environment, nullptr, environment.defaultCreatorRole, "environment.default_creator_role", problems);
  checkDefault(environment, nullptr, environment.defaultMemberRole, "environment.default_member_role", problems);
  for (std::size_t i = 0; i < environment.organizations.size(); ++i) {
    const Organization& organization = environment.organizations[i];
    const std::string path = numbered("organizations", i);
    checkRoles(environment, &organization, path + ".roles", problems);
    checkDefault(environment, &organization, organization.defaultMemberRole, path + ".default_member_role", problems);
    for (std::size_t k = 0; k < organization.directories.size(); ++k) {
      checkDirectory(organization.directories[k], numbered(path + ".directories", k), problems);
    }
  }
  checkUsers(environment, problems);
}

}  // namespace scalekit_simulator
