// SPDX-License-Identifier: Apache-2.0
#include "scalekit/user_fields.h"

#include "scalekit/json_fields.h"

namespace sso::detail {
namespace {

using nlohmann::json;

scalekit::Membership membershipFrom(const json& object) {
  scalekit::Membership membership;
  membership.organizationId = idField(object, "organization_id");
  membership.organizationName = textField(object, "name");
  membership.organizationDisplayName = textField(object, "display_name");
  membership.status = textField(object, "membership_status");
  membership.roles = listField<scalekit::RoleName>(object, "roles", roleNameFrom);
  membership.permissions = textsField(object, "permissions");
  membership.metadata = pairsField(object, "metadata");
  membership.inviterEmail = textField(object, "inviter_email");
  membership.provisioningMethod = textField(object, "provisioning_method");
  membership.createTime = timeField(object, "created_at");
  membership.joinTime = timeField(object, "join_time");
  membership.acceptTime = timeField(object, "accepted_at");
  membership.expiryTime = timeField(object, "expires_at");
  return membership;
}

/// given_name and family_name, or the older names of the same (CONTRACT.md 4.8).
std::string nameField(const json& object, std::string_view name, std::string_view older) {
  std::string value = textField(object, name);
  return value.empty() ? textField(object, older) : value;
}

scalekit::UserProfile profileFrom(const json& object) {
  scalekit::UserProfile profile;
  profile.givenName = nameField(object, "given_name", "first_name");
  profile.familyName = nameField(object, "family_name", "last_name");
  profile.name = textField(object, "name");
  profile.preferredUsername = textField(object, "preferred_username");
  profile.locale = textField(object, "locale");
  profile.phoneNumber = textField(object, "phone_number");
  profile.picture = textField(object, "picture");
  profile.gender = textField(object, "gender");
  profile.emailVerified = flagField(object, "email_verified");
  profile.phoneNumberVerified = flagField(object, "phone_number_verified");
  profile.groups = textsField(object, "groups");
  profile.metadata = pairsField(object, "metadata");
  profile.customAttributes = pairsField(object, "custom_attributes");
  return profile;
}

}  // namespace

scalekit::RoleName roleNameFrom(const json& object) {
  return {textField(object, "id"), idField(object, "name"), textField(object, "display_name")};
}

scalekit::Permission permissionFrom(const json& object) {
  return {textField(object, "id"), idField(object, "name"), textField(object, "description")};
}

scalekit::User userFrom(const json& object) {
  scalekit::User user;
  user.id = idField(object);
  user.email = textField(object, "email");
  user.externalId = textField(object, "external_id");
  user.createTime = timeField(object, "create_time");
  user.updateTime = timeField(object, "update_time");
  user.lastLoginTime = timeField(object, "last_login_time");
  user.metadata = pairsField(object, "metadata");
  user.memberships = listField<scalekit::Membership>(object, "memberships", membershipFrom);
  user.profile = profileFrom(objectField(object, "user_profile"));
  return user;
}

json membershipBody(const scalekit::NewMembership& membership) {
  json body = json::object();
  for (const auto& role : membership.roles) body["roles"].push_back({{"name", role}});
  if (!membership.metadata.empty()) body["metadata"] = membership.metadata;
  if (!membership.inviterEmail.empty()) body["inviter_email"] = membership.inviterEmail;
  return body;
}

}  // namespace sso::detail
