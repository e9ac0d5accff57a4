// SPDX-License-Identifier: Apache-2.0
#include "seed_parts.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

Json readDetail(ObjectReader& object, const std::string& key) {
  const Json* detail = object.find(key);
  if (detail == nullptr) return Json::object();
  if (!detail->is_object()) object.problem(key, "must be an object");
  return detail->is_object() ? *detail : Json::object();
}

DirectoryUser readDirectoryUser(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  DirectoryUser user;
  user.id = object.id("id", "diruser");
  unique.add("id", user.id, object.at("id"));
  user.email = object.requiredText("email");
  user.preferredUsername = object.text("preferred_username", user.email);
  user.givenName = object.text("given_name");
  user.familyName = object.text("family_name");
  user.groupIds = object.texts("group_ids");
  user.detail = readDetail(object, "user_detail");
  user.updatedAt = object.time("updated_at");
  object.finish();
  return user;
}

DirectoryGroup readDirectoryGroup(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  DirectoryGroup group;
  group.id = object.id("id", "dirgroup");
  unique.add("id", group.id, object.at("id"));
  group.displayName = object.requiredText("display_name");
  group.detail = readDetail(object, "group_detail");
  group.updatedAt = object.time("updated_at");
  object.finish();
  return group;
}

ClientSecret readClientSecret(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  ClientSecret secret;
  secret.id = object.id("id", "sks");
  unique.add("id", secret.id, object.at("id"));
  secret.digest = object.requiredText("sha256");
  static const std::regex kDigest("[0-9a-f]{64}");
  if (!std::regex_match(secret.digest, kDigest)) object.problem("sha256", "must be 64 hexadecimal digits");
  secret.suffix = object.text("secret_suffix");
  secret.createdAt = object.time("create_time");
  object.finish();
  return secret;
}

}  // namespace

Directory readDirectory(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Directory directory;
  directory.id = object.id("id", "dir");
  unique.add("id", directory.id, object.at("id"));
  directory.name = object.text("name");
  directory.type = object.oneOf("directory_type", {"SCIM", "LDAP", "POLL"}, "SCIM");
  directory.provider =
      object.oneOf("directory_provider",
                   {"OKTA", "GOOGLE", "MICROSOFT_AD", "AUTH0", "ONELOGIN", "JUMPCLOUD", "PING_IDENTITY"}, "OKTA");
  directory.status = object.oneOf("status", {"DRAFT", "IN_PROGRESS", "COMPLETED"}, "COMPLETED");
  directory.enabled = object.flag("enabled", true);
  directory.lastSyncedAt = object.optionalTime("last_synced_at");
  object.each("users", [&](const Json& item, const std::string& where) {
    directory.users.push_back(readDirectoryUser(item, where, unique, problems));
  });
  object.each("groups", [&](const Json& item, const std::string& where) {
    directory.groups.push_back(readDirectoryGroup(item, where, unique, problems));
  });
  object.each("role_assignments", [&](const Json& item, const std::string& where) {
    ObjectReader assignment(item, where, problems);
    directory.roleAssignments.push_back({assignment.requiredText("group_id"), assignment.requiredText("role_name")});
    assignment.finish();
  });
  object.finish();
  return directory;
}

MachineClient readMachineClient(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  MachineClient client;
  client.id = object.id("client_id", "m2morg");
  unique.add("id", client.id, object.at("client_id"));
  client.name = object.requiredText("name");
  client.description = object.text("description");
  client.scopes = object.texts("scopes");
  client.audience = object.texts("audience");
  for (const auto& [key, text] : object.textMap("custom_claims")) client.customClaims.emplace_back(key, text);
  client.expirySeconds = object.number("expiry", 3600, 1, 30LL * 86400);
  client.createdAt = object.time("create_time");
  client.updatedAt = object.time("update_time");
  object.each("secrets", [&](const Json& item, const std::string& where) {
    client.secrets.push_back(readClientSecret(item, where, unique, problems));
  });
  object.finish();
  return client;
}

Json writeDirectory(const Directory& directory) {
  Json users = Json::array();
  for (const auto& user : directory.users) {
    users.push_back({{"id", user.id},
                     {"email", user.email},
                     {"preferred_username", user.preferredUsername},
                     {"given_name", user.givenName},
                     {"family_name", user.familyName},
                     {"group_ids", user.groupIds},
                     {"user_detail", user.detail},
                     {"updated_at", rfc3339(user.updatedAt)}});
  }
  Json groups = Json::array();
  for (const auto& group : directory.groups) {
    groups.push_back({{"id", group.id},
                      {"display_name", group.displayName},
                      {"group_detail", group.detail},
                      {"updated_at", rfc3339(group.updatedAt)}});
  }
  Json assignments = Json::array();
  for (const auto& one : directory.roleAssignments) {
    assignments.push_back({{"group_id", one.groupId}, {"role_name", one.roleName}});
  }
  Json json = {{"id", directory.id},
               {"name", directory.name},
               {"directory_type", directory.type},
               {"directory_provider", directory.provider},
               {"status", directory.status},
               {"enabled", directory.enabled},
               {"users", std::move(users)},
               {"groups", std::move(groups)},
               {"role_assignments", std::move(assignments)}};
  if (directory.lastSyncedAt) json["last_synced_at"] = rfc3339(*directory.lastSyncedAt);
  return json;
}

Json writeMachineClient(const MachineClient& client) {
  Json secrets = Json::array();
  for (const auto& secret : client.secrets) {
    secrets.push_back({{"id", secret.id},
                       {"sha256", secret.digest},
                       {"secret_suffix", secret.suffix},
                       {"create_time", rfc3339(secret.createdAt)}});
  }
  Json claims = Json::object();
  for (const auto& [key, value] : client.customClaims) claims[key] = value;
  return {{"client_id", client.id},
          {"name", client.name},
          {"description", client.description},
          {"scopes", client.scopes},
          {"audience", client.audience},
          {"custom_claims", std::move(claims)},
          {"expiry", client.expirySeconds},
          {"create_time", rfc3339(client.createdAt)},
          {"update_time", rfc3339(client.updatedAt)},
          {"secrets", std::move(secrets)}};
}

}  // namespace scalekit_simulator
