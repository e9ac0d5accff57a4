// SPDX-License-Identifier: Apache-2.0
#include "management/user_views.h"

#include <algorithm>

#include "encoding.h"
#include "management/role_rules.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

void addTime(Json& json, const char* key, const std::optional<EpochSeconds>& time) {
  if (time) json[key] = rfc3339(*time);
}

void addText(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json membershipJson(const ApiCall& call, const Membership& membership) {
  const Organization* organization = call.environment().findOrganization(membership.organizationId);
  Json roles = Json::array();
  for (const auto& name : membership.roles) roles.push_back(shortRoleJson(call.environment(), organization, name));
  Json permissions = Json::array();
  for (const Permission* one : permissionsOfMember(call.environment(), organization, membership)) {
    permissions.push_back(one->name);
  }
  const std::string name = organization == nullptr ? "" : organization->displayName;
  Json json = {{"organization_id", membership.organizationId},
               {"name", name},
               {"display_name", name},
               {"membership_status", membershipStatus(membership, call.now)},
               {"roles", std::move(roles)},
               {"permissions", std::move(permissions)},
               {"metadata", membership.metadata},
               {"created_at", rfc3339(membership.createdAt)},
               {"provisioning_method", "api"}};
  addText(json, "inviter_email", membership.inviterEmail);
  addTime(json, "join_time", membership.acceptedAt);
  addTime(json, "accepted_at", membership.acceptedAt);
  addTime(json, "expires_at", membership.inviteExpiresAt);
  return json;
}

Json profileJson(const UserProfile& profile) {
  Json json = {{"id", profile.id},
               {"given_name", profile.givenName},
               {"family_name", profile.familyName},
               {"name", profile.name},
               {"email_verified", false},
               {"phone_number_verified", false},
               {"groups", profile.groups},
               {"metadata", profile.metadata},
               {"custom_attributes", profile.customAttributes},
               {"external_identities", Json::array()}};
  addText(json, "preferred_username", profile.preferredUsername);
  addText(json, "locale", profile.locale);
  addText(json, "phone_number", profile.phoneNumber);
  addText(json, "picture", profile.picture);
  addText(json, "gender", profile.gender);
  return json;
}

}  // namespace

std::string membershipStatus(const Membership& membership, EpochSeconds now) {
  const bool over =
      membership.status == "PENDING_INVITE" && membership.inviteExpiresAt && now >= *membership.inviteExpiresAt;
  return over ? "INVITE_EXPIRED" : membership.status;
}

Json shortRoleJson(const Environment& environment, const Organization* organization, const std::string& name) {
  const Role* role = roleNamed(environment, organization, name);
  if (role == nullptr) return {{"name", name}};
  return {{"id", role->id}, {"name", role->name}, {"display_name", role->displayName}};
}

std::vector<const Permission*> permissionsOfMember(const Environment& environment, const Organization* organization,
                                                   const Membership& membership) {
  std::vector<const Permission*> permissions;
  for (const auto& name : membership.roles) {
    const Role* role = roleNamed(environment, organization, name);
    if (role == nullptr) continue;
    for (const auto& granted : permissionsOf(environment, organization, *role, true)) {
      const bool listed = std::find(permissions.begin(), permissions.end(), granted.permission) != permissions.end();
      if (!listed) permissions.push_back(granted.permission);
    }
  }
  return permissions;
}

Json userJson(const ApiCall& call, const User& user) {
  Json memberships = Json::array();
  for (const auto& membership : user.memberships) memberships.push_back(membershipJson(call, membership));
  Json json = {{"id", user.id},
               {"email", user.email},
               {"external_id", user.externalId},
               {"create_time", rfc3339(user.createdAt)},
               {"update_time", rfc3339(user.updatedAt)},
               {"metadata", user.metadata},
               {"memberships", std::move(memberships)},
               {"user_profile", profileJson(user.profile)}};
  addTime(json, "last_login_time", user.lastLoginAt);
  return json;
}

}  // namespace scalekit_simulator
