// SPDX-License-Identifier: Apache-2.0
#include "management/directories.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/field_reader.h"
#include "management/user_input.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr PageLimits kDirectoryPage{10, 1, 30};

template <typename Item>
EpochSeconds latest(const std::vector<Item>& items) {
  EpochSeconds time = kSeedTime;
  for (const auto& item : items) time = std::max(time, item.updatedAt);
  return time;
}

Json directoryJson(const ApiCall& call, const Organization& organization, const Directory& directory) {
  Json assignments = Json::array();
  for (const auto& one : directory.roleAssignments) {
    assignments.push_back({{"group_id", one.groupId}, {"role_name", one.roleName}});
  }
  Json json = {{"id", directory.id},
               {"name", directory.name},
               {"directory_type", directory.type},
               {"organization_id", organization.id},
               {"enabled", directory.enabled},
               {"directory_provider", directory.provider},
               {"directory_endpoint", call.context.baseUrl + "/directory/" + directory.id + "/scim/v2"},
               {"total_users", directory.users.size()},
               {"total_groups", directory.groups.size()},
               {"secrets", Json::array()},
               {"stats",
                {{"total_users", directory.users.size()},
                 {"total_groups", directory.groups.size()},
                 {"group_updated_at", rfc3339(latest(directory.groups))},
                 {"user_updated_at", rfc3339(latest(directory.users))}}},
               {"role_assignments", {{"assignments", std::move(assignments)}}},
               {"attribute_mappings", {{"attributes", Json::array()}}},
               {"status", directory.status}};
  if (directory.lastSyncedAt) json["last_synced_at"] = rfc3339(*directory.lastSyncedAt);
  return json;
}

std::size_t membersOf(const Directory& directory, const std::string& groupId) {
  return static_cast<std::size_t>(
      std::count_if(directory.users.begin(), directory.users.end(), [&](const DirectoryUser& user) {
        return std::find(user.groupIds.begin(), user.groupIds.end(), groupId) != user.groupIds.end();
      }));
}

Json groupJson(const Directory& directory, const DirectoryGroup& group, bool detail) {
  Json json = {{"id", group.id},
               {"display_name", group.displayName},
               {"total_users", membersOf(directory, group.id)},
               {"updated_at", rfc3339(group.updatedAt)}};
  if (detail) json["group_detail"] = group.detail;
  return json;
}

Json userJson(const Directory& directory, const DirectoryUser& user, bool detail) {
  Json groups = Json::array();
  for (const auto& id : user.groupIds) {
    const DirectoryGroup* group = directory.findGroup(id);
    if (group != nullptr) groups.push_back(groupJson(directory, *group, false));
  }
  Json json = {{"id", user.id},
               {"email", user.email},
               {"preferred_username", user.preferredUsername},
               {"given_name", user.givenName},
               {"family_name", user.familyName},
               {"updated_at", rfc3339(user.updatedAt)},
               {"emails", Json::array({user.email})},
               {"groups", std::move(groups)}};
  if (detail) json["user_detail"] = user.detail;
  return json;
}

Directory& theDirectory(const ApiCall& call) {
  for (auto& directory : call.organization().directories) {
    if (directory.id == call.argument(1)) return directory;
  }
  throw notFound("directory");
}

Json listDirectories(ApiCall& call) {
  const Organization& organization = call.organization();
  Json list = Json::array();
  for (const auto& directory : organization.directories) list.push_back(directoryJson(call, organization, directory));
  return {{"directories", std::move(list)}};
}

Json getDirectory(ApiCall& call) {
  const Directory& directory = theDirectory(call);
  return {{"directory", directoryJson(call, call.organization(), directory)}};
}

Json listUsers(ApiCall& call) {
  const Directory& directory = theDirectory(call);
  const bool detail = flagParameter(call, "include_detail", false);
  const auto group = call.params.get("directory_group_id");
  const auto after = timeParameter(call, "updated_after");
  if (group && group->size() > 37) {
    throwViolation("directory_group_id", "value length must be at most 37 characters", "string.max_len");
  }
  std::vector<const DirectoryUser*> users;
  for (const auto& user : directory.users) {
    const bool inGroup = !group || std::find(user.groupIds.begin(), user.groupIds.end(), *group) != user.groupIds.end();
    if (inGroup && (!after || user.updatedAt > *after)) users.push_back(&user);
  }
  return pagedAnswer(call, kDirectoryPage, "users", users,
                     [&](const DirectoryUser& user) { return userJson(directory, user, detail); });
}

/// `include_external_groups` makes no difference: groups come from the seed alone.
Json listGroups(ApiCall& call) {
  const Directory& directory = theDirectory(call);
  const bool detail = flagParameter(call, "include_detail", false);
  flagParameter(call, "include_external_groups", false);
  const auto after = timeParameter(call, "updated_after");
  std::vector<const DirectoryGroup*> groups;
  for (const auto& group : directory.groups) {
    if (!after || group.updatedAt > *after) groups.push_back(&group);
  }
  return pagedAnswer(call, kDirectoryPage, "groups", groups,
                     [&](const DirectoryGroup& group) { return groupJson(directory, group, detail); });
}

/// 200 even when nothing changes; the caller must look at `enabled`, as for connections.
Json switchDirectory(ApiCall& call, bool wanted) {
  Directory& directory = theDirectory(call);
  const bool possible = !wanted || directory.status == "COMPLETED";
  if (possible && directory.enabled != wanted) {
    directory.enabled = wanted;
    call.changed();
  }
  return {{"enabled", directory.enabled},
          {"error_message", possible ? "" : "the directory is not completely configured"}};
}

Json enableDirectory(ApiCall& call) { return switchDirectory(call, true); }
Json disableDirectory(ApiCall& call) { return switchDirectory(call, false); }

constexpr std::array kDirectoryRoutes = {
    ApiRoute{"GET", "organizations/{id}/directories", listDirectories},
    ApiRoute{"GET", "organizations/{id}/directories/{id}", getDirectory},
    ApiRoute{"GET", "organizations/{id}/directories/{id}/users", listUsers},
    ApiRoute{"GET", "organizations/{id}/directories/{id}/groups", listGroups},
    ApiRoute{"PATCH", "organizations/{id}/directories/{id}:enable", enableDirectory},
    ApiRoute{"PATCH", "organizations/{id}/directories/{id}:disable", disableDirectory},
};

}  // namespace

std::span<const ApiRoute> directoryRoutes() { return kDirectoryRoutes; }

}  // namespace scalekit_simulator
