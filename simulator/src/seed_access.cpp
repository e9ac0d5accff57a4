// SPDX-License-Identifier: Apache-2.0
#include "management/role_rules.h"
#include "seed.h"
#include "seed_parts.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

std::string readName(ObjectReader& object, const char* form) {
  const std::string name = object.requiredText("name");
  if (!name.empty() && !std::regex_match(name, std::regex(form)))
    object.problem("name", std::string("must fit ") + form);
  return name;
}

Membership readMembership(const Json& value, const std::string& path, Problems& problems) {
  ObjectReader object(value, path, problems);
  Membership membership;
  membership.organizationId = object.id("organization_id", "org");
  membership.status = object.oneOf("status", {"ACTIVE", "INACTIVE", "PENDING_INVITE", "INVITE_EXPIRED"}, "ACTIVE");
  membership.roles = object.texts("roles");
  membership.metadata = object.textMap("metadata");
  membership.inviterEmail = object.text("inviter_email");
  membership.createdAt = object.time("created_at");
  membership.acceptedAt = object.optionalTime("accepted_at");
  membership.inviteExpiresAt = object.optionalTime("expires_at");
  membership.resentAt = object.optionalTime("resent_at");
  membership.resentCount = static_cast<int>(object.number("resent_count", 0, 0, 1'000'000));
  object.finish();
  return membership;
}

UserProfile readProfile(const Json& value, const std::string& path, Problems& problems) {
  ObjectReader object(value, path, problems);
  UserProfile profile;
  profile.givenName = object.text("given_name");
  profile.familyName = object.text("family_name");
  profile.name = object.text("name");
  profile.preferredUsername = object.text("preferred_username");
  profile.locale = object.text("locale");
  profile.phoneNumber = object.text("phone_number");
  profile.picture = object.text("picture");
  profile.gender = object.text("gender");
  profile.groups = object.texts("groups");
  profile.metadata = object.textMap("metadata");
  profile.customAttributes = object.textMap("custom_attributes");
  object.finish();
  return profile;
}

Json writeProfile(const UserProfile& profile) {
  return {{"given_name", profile.givenName},
          {"family_name", profile.familyName},
          {"name", profile.name},
          {"preferred_username", profile.preferredUsername},
          {"locale", profile.locale},
          {"phone_number", profile.phoneNumber},
          {"picture", profile.picture},
          {"gender", profile.gender},
          {"groups", profile.groups},
          {"metadata", profile.metadata},
          {"custom_attributes", profile.customAttributes}};
}

Json writeMembership(const Membership& membership) {
  Json json = {{"organization_id", membership.organizationId},
               {"status", membership.status},
               {"roles", membership.roles},
               {"metadata", membership.metadata},
               {"inviter_email", membership.inviterEmail},
               {"created_at", rfc3339(membership.createdAt)},
               {"resent_count", membership.resentCount}};
  if (membership.acceptedAt) json["accepted_at"] = rfc3339(*membership.acceptedAt);
  if (membership.inviteExpiresAt) json["expires_at"] = rfc3339(*membership.inviteExpiresAt);
  if (membership.resentAt) json["resent_at"] = rfc3339(*membership.resentAt);
  return json;
}

}  // namespace

Permission readPermission(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Permission permission;
  permission.id = object.id("id", "perm");
  unique.add("id", permission.id, object.at("id"));
  permission.name = readName(object, kPermissionName);
  unique.add("permission name", permission.name, object.at("name"));
  permission.description = object.text("description");
  permission.createdAt = object.time("create_time");
  permission.updatedAt = object.time("update_time");
  object.finish();
  return permission;
}

Role readRole(const Json& value, const std::string& path, const std::string& kind, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Role role;
  role.id = object.id("id", "role");
  unique.add("id", role.id, object.at("id"));
  role.name = readName(object, kRoleName);
  unique.add(kind, role.name, object.at("name"));
  role.displayName = object.text("display_name", role.name);
  role.description = object.text("description");
  role.extends = object.text("extends");
  role.permissions = object.texts("permissions");
  object.finish();
  return role;
}

User readUser(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  User user;
  user.id = object.id("id", "usr");
  unique.add("id", user.id, object.at("id"));
  user.email = object.requiredText("email");
  unique.add("user email", toLower(user.email), object.at("email"));
  const std::string problem = personProblem(Person{.email = user.email});
  if (!user.email.empty() && !problem.empty()) object.problem("email", problem.substr(problem.find(' ') + 1));
  user.externalId = object.text("external_id");
  unique.add("user external id", user.externalId, object.at("external_id"));
  user.metadata = object.textMap("metadata");
  if (const Json* profile = object.find("user_profile")) {
    user.profile = readProfile(*profile, object.at("user_profile"), problems);
  }
  user.profile.id = object.text("user_profile_id", "usp_" + user.id.substr(user.id.find('_') + 1));
  user.createdAt = object.time("create_time");
  user.updatedAt = object.time("update_time");
  user.lastLoginAt = object.optionalTime("last_login_time");
  object.each("memberships", [&](const Json& item, const std::string& where) {
    user.memberships.push_back(readMembership(item, where, problems));
    unique.add("membership of " + user.id, user.memberships.back().organizationId, where + ".organization_id");
  });
  object.finish();
  return user;
}

Json writePermission(const Permission& permission) {
  return {{"id", permission.id},
          {"name", permission.name},
          {"description", permission.description},
          {"create_time", rfc3339(permission.createdAt)},
          {"update_time", rfc3339(permission.updatedAt)}};
}

Json writeRole(const Role& role) {
  return {{"id", role.id},
          {"name", role.name},
          {"display_name", role.displayName},
          {"description", role.description},
          {"extends", role.extends},
          {"permissions", role.permissions}};
}

Json writeUser(const User& user) {
  Json memberships = Json::array();
  for (const auto& membership : user.memberships) memberships.push_back(writeMembership(membership));
  Json json = {{"id", user.id},
               {"email", user.email},
               {"external_id", user.externalId},
               {"metadata", user.metadata},
               {"user_profile", writeProfile(user.profile)},
               {"user_profile_id", user.profile.id},
               {"create_time", rfc3339(user.createdAt)},
               {"update_time", rfc3339(user.updatedAt)},
               {"memberships", std::move(memberships)}};
  if (user.lastLoginAt) json["last_login_time"] = rfc3339(*user.lastLoginAt);
  return json;
}

}  // namespace scalekit_simulator
