// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/users.h"

#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"
#include "scalekit/user_fields.h"
#include "sso/scalekit/api_error.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

User userIn(const json& answer) { return userFrom(requiredObject(answer, "user")); }

json profileBody(const ProfileChange& profile) {
  const std::pair<const char*, const std::optional<std::string>&> texts[] = {
      {"given_name", profile.givenName},
      {"family_name", profile.familyName},
      {"name", profile.name},
      {"preferred_username", profile.preferredUsername},
      {"locale", profile.locale},
      {"phone_number", profile.phoneNumber},
      {"picture", profile.picture},
      {"gender", profile.gender}};
  json body = json::object();
  for (const auto& [name, value] : texts) {
    if (value) body[name] = *value;
  }
  if (profile.metadata) body["metadata"] = *profile.metadata;
  if (profile.customAttributes) body["custom_attributes"] = *profile.customAttributes;
  return body;
}

Listing<User> usersOf(const std::shared_ptr<const RestApi>& api, std::string_view operation, const ApiPath& path,
                      std::uint32_t pageSize, const std::string& words = {}) {
  return Listing<User>([=](const std::string& pageToken) {
    auto query = pageQuery(pageSize, pageToken);
    if (!words.empty()) query.emplace_back("query", words);
    return pageOf<User>(api->get(operation, path, query), "users", userFrom);
  });
}

}  // namespace

User Users::create(std::string_view organizationId, const NewUser& user) const {
  json body = {{"email", user.email}, {"membership", membershipBody(user.membership)}};
  if (!user.externalId.empty()) body["external_id"] = user.externalId;
  if (!user.metadata.empty()) body["metadata"] = user.metadata;
  if (json profile = profileBody(user.profile); !profile.empty()) body["user_profile"] = std::move(profile);
  return userIn(api_->once("users.create", "POST", ApiPath("organizations").id(organizationId).word("users"),
                           std::move(body),
                           {{"send_invitation_email", user.membership.sendInvitationEmail ? "true" : "false"}}));
}

Listing<User> Users::list() const { return usersOf(api_, "users.list", ApiPath("users"), kLargePage); }

Listing<User> Users::listOf(std::string_view organizationId) const {
  return usersOf(api_, "users.listOf", ApiPath("organizations").id(organizationId).word("users"), kLargePage);
}

Listing<User> Users::search(std::string_view words) const {
  return usersOf(api_, "users.search", ApiPath("users:search"), kSmallPage, std::string(words));
}

Listing<User> Users::searchIn(std::string_view organizationId, std::string_view words) const {
  return usersOf(api_, "users.searchIn", ApiPath("organizations").id(organizationId).word("users").verb("search"),
                 kSmallPage, std::string(words));
}

User Users::get(std::string_view id) const {
  User user = userIn(api_->get("users.get", ApiPath("users").id(id)));
  requireAsked(user.id, id);
  return user;
}

std::optional<User> Users::byExternalId(std::string_view externalId) const {
  try {
    User found = userIn(api_->get("users.byExternalId", ApiPath("users:external").id(externalId)));
    requireAsked(found.externalId, externalId);
    return found;
  } catch (const ApiError& error) {
    if (error.saysNotFound()) return std::nullopt;
    throw;
  }
}

User Users::update(std::string_view id, const UserChange& change) const {
  json body = json::object();
  if (change.externalId) body["external_id"] = *change.externalId;
  if (change.metadata) body["metadata"] = *change.metadata;
  if (json profile = profileBody(change.profile); !profile.empty()) body["user_profile"] = std::move(profile);
  return userIn(api_->change("users.update", "PATCH", ApiPath("users").id(id), std::move(body)));
}

void Users::remove(std::string_view id) const { api_->once("users.remove", "DELETE", ApiPath("users").id(id)); }

std::vector<RoleName> Users::roles(std::string_view organizationId, std::string_view id) const {
  const auto path = ApiPath("organizations").id(organizationId).word("users").id(id).word("roles");
  return listField<RoleName>(api_->get("users.roles", path), "roles", roleNameFrom);
}

std::vector<Permission> Users::permissions(std::string_view organizationId, std::string_view id) const {
  const auto path = ApiPath("organizations").id(organizationId).word("users").id(id).word("permissions");
  return listField<Permission>(api_->get("users.permissions", path), "permissions", permissionFrom);
}

}  // namespace sso::scalekit
