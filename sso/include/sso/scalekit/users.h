// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/memberships.h"
#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

struct UserProfile {
  std::string givenName, familyName, name, preferredUsername, locale, phoneNumber, picture, gender;
  bool emailVerified = false, phoneNumberVerified = false;
  std::vector<std::string> groups;
  Metadata metadata, customAttributes;
};

/// A person as Scalekit knows them in full-stack mode (CONTRACT.md 4.8). An application with its own users does not
/// need these; a directory or a migration may.
struct User {
  std::string id;  ///< "usr_..."
  std::string email, externalId;
  Time createTime, updateTime, lastLoginTime;
  Metadata metadata;
  std::vector<Membership> memberships;
  UserProfile profile;
};

/// What of a profile is sent; what is empty is left out.
struct ProfileChange {
  std::optional<std::string> givenName = std::nullopt, familyName = std::nullopt, name = std::nullopt,
                             preferredUsername = std::nullopt, locale = std::nullopt, phoneNumber = std::nullopt,
                             picture = std::nullopt, gender = std::nullopt;
  std::optional<Metadata> metadata = std::nullopt, customAttributes = std::nullopt;
};

struct NewUser {
  std::string email = {};  ///< required
  std::string externalId = {};
  NewMembership membership = {};
  ProfileChange profile = {};
  Metadata metadata = {};  ///< at most 20 pairs
};

/// What is set is changed, the rest stays. The address of a user cannot be changed.
struct UserChange {
  std::optional<std::string> externalId = std::nullopt;
  std::optional<Metadata> metadata = std::nullopt;
  ProfileChange profile = {};
};

struct Permission {
  std::string id, name, description;
};

/// Calls on users. Threads, errors and ids as with Organizations. "By external id" is a form of its own: an external id
/// is never tried as an id.
class Users {
 public:
  explicit Users(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// POST /api/v1/organizations/{organization_id}/users: the user and a membership at once. Never repeated by itself.
  User create(std::string_view organizationId, const NewUser& user) const;
  /// GET /api/v1/users
  Listing<User> list() const;
  /// GET /api/v1/organizations/{organization_id}/users
  Listing<User> listOf(std::string_view organizationId) const;
  /// GET /api/v1/users:search; words: 3 to 100 characters
  Listing<User> search(std::string_view words) const;
  /// GET /api/v1/organizations/{organization_id}/users:search
  Listing<User> searchIn(std::string_view organizationId, std::string_view words) const;
  /// GET /api/v1/users/{id}
  User get(std::string_view id) const;
  /// GET /api/v1/users:external/{external_id}; nullopt when there is none.
  std::optional<User> byExternalId(std::string_view externalId) const;
  /// PATCH /api/v1/users/{id}
  User update(std::string_view id, const UserChange& change) const;
  /// DELETE /api/v1/users/{id}, with all memberships.
  void remove(std::string_view id) const;
  /// GET /api/v1/organizations/{organization_id}/users/{user_id}/roles
  std::vector<RoleName> roles(std::string_view organizationId, std::string_view id) const;
  /// GET /api/v1/organizations/{organization_id}/users/{user_id}/permissions
  std::vector<Permission> permissions(std::string_view organizationId, std::string_view id) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
