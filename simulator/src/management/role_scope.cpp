// SPDX-License-Identifier: Apache-2.0
#include "management/role_scope.h"

#include "encoding.h"
#include "management/field_reader.h"
#include "management/role_rules.h"

namespace scalekit_simulator {

using Json = nlohmann::json;

Role& RoleScope::role() const {
  Role* found = findRole(roles(), roleName);
  if (found == nullptr) throw notFound("role");
  return *found;
}

RoleScope environmentScope(const ApiCall& call) {
  return {call.environment(), nullptr, call.arguments.empty() ? "" : call.argument(0)};
}

RoleScope organizationScope(const ApiCall& call) {
  return {call.environment(), &call.organization(), call.arguments.size() < 2 ? "" : call.argument(1)};
}

std::string includeParameter(const ApiCall& call) {
  std::string include = call.params.getOr("include", "");
  if (!include.empty() && include != "permissions" && include != "permissions:all") {
    throwViolation("include", "value must be in list [permissions, permissions:all]", "string.in");
  }
  return include;
}

Json roleJson(const RoleScope& scope, const Role& role, const std::string& include) {
  const bool own = scope.organization != nullptr && findRole(scope.organization->roles, role.name) == &role;
  Organization* organization = own ? scope.organization : nullptr;
  Json json = {{"id", role.id},
               {"name", role.name},
               {"display_name", role.displayName},
               {"description", role.description},
               {"extends", role.extends},
               {"default_creator", !own && scope.environment.defaultCreatorRole == role.name},
               {"default_member", scope.organization != nullptr
                                      ? defaultMemberRole(scope.environment, *scope.organization) == role.name
                                      : scope.environment.defaultMemberRole == role.name},
               {"dependent_roles_count", dependentsOf(scope.environment, organization, role.name).size()},
               {"is_org_role", own}};
  if (include.empty()) return json;
  json["permissions"] = Json::array();
  for (const auto& granted : permissionsOf(scope.environment, organization, role, include == "permissions:all")) {
    Json permission = permissionJson(*granted.permission);
    permission.erase("is_scalekit_permission");
    permission["role_name"] = granted.role->name;
    json["permissions"].push_back(std::move(permission));
  }
  return json;
}

Json permissionJson(const Permission& permission) {
  return {{"id", permission.id},
          {"name", permission.name},
          {"description", permission.description},
          {"create_time", rfc3339(permission.createdAt)},
          {"update_time", rfc3339(permission.updatedAt)},
          {"is_scalekit_permission", false}};
}

}  // namespace scalekit_simulator
