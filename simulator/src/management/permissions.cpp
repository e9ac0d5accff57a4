// SPDX-License-Identifier: Apache-2.0
#include "management/permissions.h"

#include <algorithm>
#include <array>

#include "management/field_reader.h"
#include "management/limits.h"
#include "management/role_rules.h"
#include "management/role_scope.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

struct Wanted {
  std::optional<std::string> name, description;
};

Wanted readWanted(const Json& body, bool fresh) {
  std::vector<FieldViolation> violations;
  FieldReader reader(body, "permission", violations);
  Wanted wanted;
  if (fresh) reader.requiredText("name", {1, 64});
  wanted.name = reader.text("name", {1, 64, kPermissionName});
  wanted.description = reader.text("description", {0, 2000});
  reader.finish();
  throwIfAny(std::move(violations));
  return wanted;
}

/// The permission that the argument names; throws NOT_FOUND.
Permission& thePermission(const ApiCall& call, std::size_t index) {
  for (auto& permission : call.environment().permissions) {
    if (permission.name == call.argument(index)) return permission;
  }
  throw notFound("permission");
}

Json createPermission(ApiCall& call) {
  const Wanted wanted = readWanted(call.body(), true);
  auto& permissions = call.environment().permissions;
  if (findPermission(call.environment(), *wanted.name) != nullptr) {
    throw alreadyExists("a permission of this name exists");
  }
  if (permissions.size() >= limits::kPermissions) throw resourceExhausted("there are too many permissions");
  permissions.push_back(
      {call.context.ids.next("perm"), *wanted.name, wanted.description.value_or(""), call.now, call.now});
  call.changed();
  return {{"permission", permissionJson(permissions.back())}};
}

Json listPermissions(ApiCall& call) {
  const std::string type = call.params.getOr("type", "ALL");
  if (type != "ALL" && type != "SCALEKIT" && type != "ENVIRONMENT") {
    throwViolation("type", "value must be in list [ALL, SCALEKIT, ENVIRONMENT]", "string.in");
  }
  // Scalekit's predefined permissions guard its own dashboard and widgets; there are none here.
  std::vector<const Permission*> permissions;
  if (type != "SCALEKIT") {
    for (const auto& permission : call.environment().permissions) permissions.push_back(&permission);
  }
  return pagedAnswer(call, {100, 1, 100}, "permissions", permissions, permissionJson);
}

Json getPermission(ApiCall& call) { return {{"permission", permissionJson(thePermission(call, 0))}}; }

/// The name stays: roles refer to it.
Json updatePermission(ApiCall& call) {
  Permission& permission = thePermission(call, 0);
  const Wanted wanted = readWanted(call.body(), false);
  if (wanted.name && *wanted.name != permission.name) {
    throwViolation("permission.name", "the name of a permission cannot change", "immutable");
  }
  permission.description = wanted.description.value_or(permission.description);
  permission.updatedAt = call.now;
  call.changed();
  return {{"permission", permissionJson(permission)}};
}

/// Roles lose it.
Json deletePermission(ApiCall& call) {
  const std::string name = thePermission(call, 0).name;
  for (auto& role : call.environment().roles) std::erase(role.permissions, name);
  for (auto& organization : call.environment().organizations) {
    for (auto& role : organization.roles) std::erase(role.permissions, name);
  }
  std::erase_if(call.environment().permissions, [&](const Permission& one) { return one.name == name; });
  call.changed();
  return Json::object();
}

Json permissionsAnswer(const RoleScope& scope, bool inherited) {
  Json list = Json::array();
  for (const auto& granted : permissionsOf(scope.environment, nullptr, scope.role(), inherited)) {
    list.push_back(permissionJson(*granted.permission));
  }
  return {{"permissions", std::move(list)}};
}

Json listOfRole(ApiCall& call) { return permissionsAnswer(environmentScope(call), false); }
Json listEffectiveOfRole(ApiCall& call) { return permissionsAnswer(environmentScope(call), true); }

/// What the role has stays.
Json addToRole(ApiCall& call) {
  const RoleScope scope = environmentScope(call);
  Role& role = scope.role();
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "", violations);
  const auto names = reader.texts("permission_names", kMaxRolePermissions, {1, 64});
  if (!names || names->empty()) reader.violation("permission_names", "value is required", "required");
  std::vector<std::string> all = role.permissions;
  for (const auto& name : names.value_or(std::vector<std::string>{})) {
    if (findPermission(scope.environment, name) == nullptr) {
      reader.violation("permission_names", "there is no permission " + name, "permission.exists");
    }
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
  if (all.size() > kMaxRolePermissions) {
    reader.violation("permission_names", "a role has at most 100 permissions", "repeated.max_items");
  }
  reader.finish();
  throwIfAny(std::move(violations));
  role.permissions = std::move(all);
  call.changed();
  return permissionsAnswer(scope, false);
}

Json removeFromRole(ApiCall& call) {
  if (std::erase(environmentScope(call).role().permissions, call.argument(1)) == 0) throw notFound("permission");
  call.changed();
  return Json::object();
}

constexpr std::array kPermissionRoutes = {
    ApiRoute{"POST", "permissions", createPermission, 201},
    ApiRoute{"GET", "permissions", listPermissions},
    ApiRoute{"GET", "permissions/{text}", getPermission},
    ApiRoute{"PUT", "permissions/{text}", updatePermission},
    ApiRoute{"DELETE", "permissions/{text}", deletePermission},
    ApiRoute{"GET", "roles/{id}/permissions", listOfRole},
    ApiRoute{"POST", "roles/{id}/permissions", addToRole},
    ApiRoute{"GET", "roles/{id}/permissions:all", listEffectiveOfRole},
    ApiRoute{"DELETE", "roles/{id}/permissions/{text}", removeFromRole},
};

}  // namespace

std::span<const ApiRoute> permissionRoutes() { return kPermissionRoutes; }

}  // namespace scalekit_simulator
