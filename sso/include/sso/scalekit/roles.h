// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/organizations.h"
#include "sso/scalekit/users.h"

namespace sso::scalekit {

/// A role of the environment, or of one organization (CONTRACT.md 4.9).
struct Role {
  std::string id, name, displayName, description;
  std::string extends;  ///< name of the role whose permissions it inherits; may be empty
  bool defaultCreator = false, defaultMember = false, ofOrganization = false;
  std::vector<Permission> permissions;  ///< its own; empty unless they were asked for
};

struct NewRole {
  std::string name = {};         ///< [a-zA-Z0-9_]{1,64}
  std::string displayName = {};  ///< required
  std::string description = {}, extends = {};
  std::vector<std::string> permissions = {};  ///< names
};

struct RoleChange {
  std::optional<std::string> displayName = std::nullopt, description = std::nullopt, extends = std::nullopt;
  std::optional<std::vector<std::string>> permissions = std::nullopt;
};

/// Whose roles: nullopt is the environment, whose roles every organization has. An empty id is refused, not taken for
/// it.
using OrganizationScope = std::optional<std::string_view>;

/// Calls on roles, of the environment or of one organization. Threads, errors and ids as with Organizations.
class Roles {
 public:
  explicit Roles(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// GET /api/v1/roles, or /api/v1/organizations/{org_id}/roles, with include=permissions
  std::vector<Role> list(OrganizationScope organizationId = std::nullopt) const;
  Role get(std::string_view name, OrganizationScope organizationId = std::nullopt) const;  ///< GET …/{role_name}
  Role create(const NewRole& role,
              OrganizationScope organizationId = std::nullopt) const;  ///< POST; never repeated by itself
  Role update(std::string_view name, const RoleChange& change,
              OrganizationScope organizationId = std::nullopt) const;  ///< PUT
  /// DELETE …/{role_name}; reassignTo: the role that its members get, may be empty where nobody has it.
  void remove(std::string_view name, std::string_view reassignTo = {},
              OrganizationScope organizationId = std::nullopt) const;
  /// PATCH /api/v1/roles:set_defaults; what is empty stays.
  void setDefaults(std::string_view creatorRole, std::string_view memberRole) const;
  /// PATCH /api/v1/organizations/{org_id}/roles:set_defaults
  void setDefaultMemberRole(std::string_view organizationId, std::string_view memberRole) const;

  /// GET, POST /api/v1/roles/{role_name}/permissions and DELETE …/permissions/{permission_name}
  std::vector<Permission> permissions(std::string_view roleName) const;
  void addPermissions(std::string_view roleName, const std::vector<std::string>& names) const;
  void removePermission(std::string_view roleName, std::string_view name) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

/// Calls on permissions, /api/v1/permissions[/{permission_name}]. Threads, errors and ids as with Organizations.
class Permissions {
 public:
  explicit Permissions(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  Listing<Permission> list() const;
  Permission get(std::string_view name) const;
  /// name: [a-zA-Z0-9_:]{1,64}. Never repeated by itself.
  Permission create(std::string_view name, std::string_view description) const;
  Permission update(std::string_view name, std::string_view description) const;
  void remove(std::string_view name) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
