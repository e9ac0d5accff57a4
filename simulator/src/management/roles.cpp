// SPDX-License-Identifier: Apache-2.0
#include "management/roles.h"

#include <array>

#include "management/field_reader.h"
#include "management/limits.h"
#include "management/role_rules.h"
#include "management/role_scope.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Reads what a body says of a role into a copy; nothing is changed when there is a violation.
Role readRole(const RoleScope& scope, const Json& body, Role role, bool fresh) {
  std::vector<FieldViolation> violations;
  FieldReader reader(body, "role", violations);
  if (fresh) role.name = reader.requiredText("name", {1, 64, kRoleName});
  if (fresh) reader.requiredText("display_name", {1, 100});
  role.displayName = reader.text("display_name", {1, 100}).value_or(role.displayName);
  role.description = reader.text("description", {0, 2000}).value_or(role.description);
  role.extends = reader.text("extends", {0, 64}).value_or(role.extends);
  if (!role.extends.empty() && roleNamed(scope.environment, scope.organization, role.extends) == nullptr) {
    reader.violation("extends", "there is no such role", "role.exists");
  } else if (makesCircle(scope.environment, scope.organization, role.name, role.extends)) {
    reader.violation("extends", "a role cannot extend itself", "role.circle");
  }
  // A list replaces the old one.
  role.permissions = reader.texts("permissions", kMaxRolePermissions, {1, 64}).value_or(role.permissions);
  for (const auto& name : role.permissions) {
    if (findPermission(scope.environment, name) == nullptr) {
      reader.violation("permissions", "there is no permission " + name, "permission.exists");
    }
  }
  reader.finish();
  throwIfAny(std::move(violations));
  return role;
}

Json create(ApiCall& call, const RoleScope& scope) {
  Role role = readRole(scope, call.body(), {}, true);
  if (findRole(scope.roles(), role.name) != nullptr) throw alreadyExists("a role of this name exists");
  const std::size_t most = scope.organization == nullptr ? limits::kRoles : limits::kOrganizationRoles;
  if (scope.roles().size() >= most) throw resourceExhausted("there are too many roles");
  role.id = call.context.ids.next("role");
  scope.roles().push_back(std::move(role));
  call.changed();
  return {{"role", roleJson(scope, scope.roles().back(), "permissions")}};
}

/// An organization's list holds the environment's roles too.
Json list(ApiCall& call, const RoleScope& scope) {
  const std::string include = includeParameter(call);
  Json roles = Json::array();
  for (const auto& role : scope.environment.roles) roles.push_back(roleJson(scope, role, include));
  if (scope.organization != nullptr) {
    for (const auto& role : scope.organization->roles) roles.push_back(roleJson(scope, role, include));
  }
  return {{"roles", std::move(roles)}};
}

Json get(ApiCall& call, const RoleScope& scope) {
  const Role* role = roleNamed(scope.environment, scope.organization, scope.roleName);
  if (role == nullptr) throw notFound("role");
  return {{"role", roleJson(scope, *role, includeParameter(call))}};
}

Json update(ApiCall& call, const RoleScope& scope) {
  Role& role = scope.role();
  role = readRole(scope, call.body(), role, false);
  call.changed();
  return {{"role", roleJson(scope, role, "permissions")}};
}

/// The replacement that the query names, for the role's members and for what extends it; null when it names none.
const Role* replacementOf(const ApiCall& call, const RoleScope& scope) {
  const auto name = call.params.get("reassign_role_name");
  const auto id = call.params.get("reassign_role_id");
  if (!name && !id) return nullptr;
  for (const auto* roles :
       {scope.organization == nullptr ? nullptr : &scope.organization->roles, &scope.environment.roles}) {
    if (roles == nullptr) continue;
    for (const auto& role : *roles) {
      const bool wanted = (!name || role.name == *name) && (!id || role.id == *id || role.name == *id);
      if (wanted && role.name != scope.roleName) return &role;
    }
  }
  throwViolation("reassign_role_name", "there is no such role", "role.exists");
}

Json remove(ApiCall& call, const RoleScope& scope) {
  const std::string name = scope.role().name;
  const Role* replacement = replacementOf(call, scope);
  const auto dependents = dependentsOf(scope.environment, scope.organization, name);
  if (replacement == nullptr && !dependents.empty()) throw failedPrecondition("other roles extend this role");
  if (replacement == nullptr && countHolders(scope.environment, scope.organization, name) > 0) {
    throw failedPrecondition("users have this role; reassign_role_name must say which one they get");
  }
  const std::string successor = replacement == nullptr ? "" : replacement->name;
  replaceRole(scope.environment, scope.organization, name, successor);
  // The successor cannot extend itself; what it inherited from the role that goes is gone.
  for (Role* dependent : dependents) dependent->extends = dependent->name == successor ? "" : successor;
  auto& defaultMember =
      scope.organization == nullptr ? scope.environment.defaultMemberRole : scope.organization->defaultMemberRole;
  if (defaultMember == name) defaultMember = successor;
  if (scope.organization == nullptr) {
    if (scope.environment.defaultCreatorRole == name) scope.environment.defaultCreatorRole = successor;
    for (auto& one : scope.environment.organizations) {
      const bool means = one.defaultMemberRole == name && findRole(one.roles, name) == nullptr;
      if (means) one.defaultMemberRole = successor;
    }
  }
  std::erase_if(scope.roles(), [&](const Role& role) { return role.name == name; });
  call.changed();
  return Json::object();
}

/// `<which>_role` as a name, or `<which>` as an object with name or id, which is the older form.
std::optional<std::string> readDefault(FieldReader& reader, std::vector<FieldViolation>& violations,
                                       const RoleScope& scope, const std::string& which) {
  auto name = reader.text(which + "_role", {0, 64});
  if (const Json* older = reader.object(which)) {
    FieldReader inner(*older, which, violations);
    const auto olderName = inner.text("name", {0, 64});
    const auto id = inner.text("id", {0, 32});
    inner.finish();
    for (const auto& role : scope.environment.roles) {
      if (!name && ((olderName && role.name == *olderName) || (id && role.id == *id))) name = role.name;
    }
  }
  if (name && roleNamed(scope.environment, scope.organization, *name) == nullptr) {
    reader.violation(which + "_role", "there is no such role", "role.exists");
  }
  return name;
}

Json setEnvironmentDefaults(ApiCall& call) {
  const RoleScope scope = environmentScope(call);
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "", violations);
  const auto creator = readDefault(reader, violations, scope, "default_creator");
  const auto member = readDefault(reader, violations, scope, "default_member");
  reader.finish();
  throwIfAny(std::move(violations));
  if (creator) scope.environment.defaultCreatorRole = *creator;
  if (member) scope.environment.defaultMemberRole = *member;
  call.changed();
  Json answer = Json::object();
  const auto show = [&](const char* key, const std::string& name) {
    const Role* role = findRole(scope.environment.roles, name);
    if (role != nullptr) answer[key] = roleJson(scope, *role, "permissions");
  };
  show("default_creator", scope.environment.defaultCreatorRole);
  show("default_member", scope.environment.defaultMemberRole);
  return answer;
}

Json setOrganizationDefault(ApiCall& call) {
  const RoleScope scope = organizationScope(call);
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "", violations);
  const std::string name = reader.requiredText("default_member_role", {1, 64});
  const Role* role = roleNamed(scope.environment, scope.organization, name);
  if (role == nullptr) reader.violation("default_member_role", "there is no such role", "role.exists");
  reader.finish();
  throwIfAny(std::move(violations));
  scope.organization->defaultMemberRole = name;
  call.changed();
  return {{"default_member", roleJson(scope, *role, "permissions")}};
}

Json count(ApiCall&, const RoleScope& scope) {
  scope.role();
  return {{"count", std::to_string(countHolders(scope.environment, scope.organization, scope.roleName))}};
}

Json dependents(ApiCall&, const RoleScope& scope) {
  scope.role();
  Json roles = Json::array();
  for (const Role* role : dependentsOf(scope.environment, scope.organization, scope.roleName)) {
    roles.push_back(roleJson(scope, *role, ""));
  }
  return {{"roles", std::move(roles)}};
}

using Operation = Json (*)(ApiCall&, const RoleScope&);
template <Operation operation>
Json ofEnvironment(ApiCall& call) {
  return operation(call, environmentScope(call));
}
template <Operation operation>
Json ofOrganization(ApiCall& call) {
  return operation(call, organizationScope(call));
}

constexpr std::array kRoleRoutes = {
    ApiRoute{"POST", "roles", ofEnvironment<create>, 201},
    ApiRoute{"GET", "roles", ofEnvironment<list>},
    ApiRoute{"PATCH", "roles:set_defaults", setEnvironmentDefaults},
    ApiRoute{"PATCH", "roles/default", setEnvironmentDefaults},
    ApiRoute{"GET", "roles/{id}", ofEnvironment<get>},
    ApiRoute{"PUT", "roles/{id}", ofEnvironment<update>},
    ApiRoute{"DELETE", "roles/{id}", ofEnvironment<remove>},
    ApiRoute{"GET", "roles/{id}/users:count", ofEnvironment<count>},
    ApiRoute{"GET", "roles/{id}/dependents", ofEnvironment<dependents>},
    ApiRoute{"POST", "organizations/{id}/roles", ofOrganization<create>, 201},
    ApiRoute{"GET", "organizations/{id}/roles", ofOrganization<list>},
    ApiRoute{"PATCH", "organizations/{id}/roles:set_defaults", setOrganizationDefault},
    ApiRoute{"GET", "organizations/{id}/roles/{id}", ofOrganization<get>},
    ApiRoute{"PUT", "organizations/{id}/roles/{id}", ofOrganization<update>},
    ApiRoute{"DELETE", "organizations/{id}/roles/{id}", ofOrganization<remove>},
    ApiRoute{"GET", "organizations/{id}/roles/{id}/users:count", ofOrganization<count>},
};

}  // namespace

std::span<const ApiRoute> roleRoutes() { return kRoleRoutes; }

}  // namespace scalekit_simulator
