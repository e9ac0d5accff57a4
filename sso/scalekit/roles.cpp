// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/roles.h"

#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"
#include "scalekit/user_fields.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

Role roleFrom(const json& object) {
  Role role;
  role.id = textField(object, "id");
  role.name = idField(object, "name");
  role.displayName = textField(object, "display_name");
  role.description = textField(object, "description");
  role.extends = textField(object, "extends");
  role.defaultCreator = flagField(object, "default_creator");
  role.defaultMember = flagField(object, "default_member");
  role.ofOrganization = flagField(object, "is_org_role");
  role.permissions = listField<Permission>(object, "permissions", permissionFrom);
  return role;
}

Role roleIn(const json& answer) { return roleFrom(requiredObject(answer, "role")); }

ApiPath rolesOf(OrganizationScope organizationId) {
  return organizationId ? ApiPath("organizations").id(*organizationId).word("roles") : ApiPath("roles");
}

ApiPath permissionsOf(std::string_view roleName) { return ApiPath("roles").id(roleName).word("permissions"); }

}  // namespace

std::vector<Role> Roles::list(OrganizationScope organizationId) const {
  return listField<Role>(api_->get("roles.list", rolesOf(organizationId), {{"include", "permissions"}}), "roles",
                         roleFrom);
}

Role Roles::get(std::string_view name, OrganizationScope organizationId) const {
  return roleIn(api_->get("roles.get", rolesOf(organizationId).id(name), {{"include", "permissions"}}));
}

Role Roles::create(const NewRole& role, OrganizationScope organizationId) const {
  json body = {{"name", role.name}, {"display_name", role.displayName}};
  if (!role.description.empty()) body["description"] = role.description;
  if (!role.extends.empty()) body["extends"] = role.extends;
  if (!role.permissions.empty()) body["permissions"] = role.permissions;
  return roleIn(api_->once("roles.create", "POST", rolesOf(organizationId), std::move(body)));
}

Role Roles::update(std::string_view name, const RoleChange& change, OrganizationScope organizationId) const {
  json body = json::object();
  if (change.displayName) body["display_name"] = *change.displayName;
  if (change.description) body["description"] = *change.description;
  if (change.extends) body["extends"] = *change.extends;
  if (change.permissions) body["permissions"] = *change.permissions;
  return roleIn(api_->change("roles.update", "PUT", rolesOf(organizationId).id(name), std::move(body)));
}

void Roles::remove(std::string_view name, std::string_view reassignTo, OrganizationScope organizationId) const {
  ManagementRequest::Query query;
  if (!reassignTo.empty()) query.emplace_back("reassign_role_name", reassignTo);
  api_->once("roles.remove", "DELETE", rolesOf(organizationId).id(name), std::nullopt, std::move(query));
}

void Roles::setDefaults(std::string_view creatorRole, std::string_view memberRole) const {
  json body = json::object();
  if (!creatorRole.empty()) body["default_creator_role"] = creatorRole;
  if (!memberRole.empty()) body["default_member_role"] = memberRole;
  api_->change("roles.setDefaults", "PATCH", ApiPath("roles:set_defaults"), std::move(body));
}

void Roles::setDefaultMemberRole(std::string_view organizationId, std::string_view memberRole) const {
  api_->change("roles.setDefaultMemberRole", "PATCH", rolesOf(organizationId).verb("set_defaults"),
               json{{"default_member_role", memberRole}});
}

std::vector<Permission> Roles::permissions(std::string_view roleName) const {
  return listField<Permission>(api_->get("roles.permissions", permissionsOf(roleName)), "permissions", permissionFrom);
}

void Roles::addPermissions(std::string_view roleName, const std::vector<std::string>& names) const {
  api_->once("roles.addPermissions", "POST", permissionsOf(roleName), json{{"permission_names", names}});
}

void Roles::removePermission(std::string_view roleName, std::string_view name) const {
  api_->once("roles.removePermission", "DELETE", permissionsOf(roleName).name(name));
}

Listing<Permission> Permissions::list() const {
  return Listing<Permission>([api = api_](const std::string& pageToken) {
    return pageOf<Permission>(api->get("permissions.list", ApiPath("permissions"), pageQuery(kLargePage, pageToken)),
                              "permissions", permissionFrom);
  });
}

Permission Permissions::get(std::string_view name) const {
  return permissionFrom(requiredObject(api_->get("permissions.get", ApiPath("permissions").name(name)), "permission"));
}

Permission Permissions::create(std::string_view name, std::string_view description) const {
  const auto answer = api_->once("permissions.create", "POST", ApiPath("permissions"),
                                 json{{"name", name}, {"description", description}});
  return permissionFrom(requiredObject(answer, "permission"));
}

Permission Permissions::update(std::string_view name, std::string_view description) const {
  const auto answer = api_->change("permissions.update", "PUT", ApiPath("permissions").name(name),
                                   json{{"name", name}, {"description", description}});
  return permissionFrom(requiredObject(answer, "permission"));
}

void Permissions::remove(std::string_view name) const {
  api_->once("permissions.remove", "DELETE", ApiPath("permissions").name(name));
}

}  // namespace sso::scalekit
