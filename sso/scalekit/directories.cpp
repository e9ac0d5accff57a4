// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/directories.h"

#include "base/strict_json.h"
#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"
#include "scalekit/toggle.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

Directory directoryFrom(const json& object) {
  Directory directory;
  directory.id = idField(object);
  directory.name = textField(object, "name");
  directory.type = textField(object, "directory_type");
  directory.provider = textField(object, "directory_provider");
  directory.organizationId = textField(object, "organization_id");
  directory.status = textField(object, "status");
  directory.endpoint = textField(object, "directory_endpoint");
  directory.enabled = flagField(object, "enabled");
  directory.totalUsers = countField(object, "total_users");
  directory.totalGroups = countField(object, "total_groups");
  directory.lastSyncTime = timeField(object, "last_synced_at");
  return directory;
}

DirectoryGroup groupFrom(const json& object) {
  return {idField(object), textField(object, "display_name"), countField(object, "total_users"),
          timeField(object, "updated_at")};
}

DirectoryUser directoryUserFrom(const json& object) {
  DirectoryUser user;
  user.id = idField(object);
  user.email = textField(object, "email");
  user.preferredUsername = textField(object, "preferred_username");
  user.givenName = textField(object, "given_name");
  user.familyName = textField(object, "family_name");
  user.emails = textsField(object, "emails");
  user.groups = listField<DirectoryGroup>(object, "groups", groupFrom);
  user.active = booleanMember(objectField(object, "user_detail"), "active");
  user.updateTime = timeField(object, "updated_at");
  return user;
}

ApiPath directoryPath(std::string_view organizationId, std::string_view id) {
  return ApiPath("organizations").id(organizationId).word("directories").id(id);
}

ManagementRequest::Query queryOf(const DirectoryFilter& filter, const std::string& pageToken) {
  auto query = pageQuery(filter.pageSize, pageToken);
  query.emplace_back("include_detail", "true");
  if (filter.updatedAfter) query.emplace_back("updated_after", timeText(*filter.updatedAfter));
  return query;
}

}  // namespace

std::vector<Directory> Directories::list(std::string_view organizationId) const {
  return listField<Directory>(
      api_->get("directories.list", ApiPath("organizations").id(organizationId).word("directories")), "directories",
      directoryFrom);
}

Directory Directories::get(std::string_view organizationId, std::string_view id) const {
  Directory directory =
      directoryFrom(requiredObject(api_->get("directories.get", directoryPath(organizationId, id)), "directory"));
  requireAsked(directory.id, id);
  requireAsked(directory.organizationId, organizationId);
  return directory;
}

Listing<DirectoryUser> Directories::users(std::string_view organizationId, std::string_view id,
                                          const DirectoryFilter& filter) const {
  const ApiPath path = directoryPath(organizationId, id).word("users");
  return Listing<DirectoryUser>([api = api_, path, filter](const std::string& pageToken) {
    auto query = queryOf(filter, pageToken);
    if (!filter.groupId.empty()) query.emplace_back("directory_group_id", filter.groupId);
    return pageOf<DirectoryUser>(api->get("directories.users", path, query), "users", directoryUserFrom);
  });
}

Listing<DirectoryGroup> Directories::groups(std::string_view organizationId, std::string_view id,
                                            const DirectoryFilter& filter) const {
  const ApiPath path = directoryPath(organizationId, id).word("groups");
  return Listing<DirectoryGroup>([api = api_, path, filter](const std::string& pageToken) {
    return pageOf<DirectoryGroup>(api->get("directories.groups", path, queryOf(filter, pageToken)), "groups",
                                  groupFrom);
  });
}

ToggleResult Directories::enable(std::string_view organizationId, std::string_view id) const {
  return toggleResult(api_->once("directories.enable", "PATCH", directoryPath(organizationId, id).verb("enable")));
}

ToggleResult Directories::disable(std::string_view organizationId, std::string_view id) const {
  return toggleResult(api_->once("directories.disable", "PATCH", directoryPath(organizationId, id).verb("disable")));
}

}  // namespace sso::scalekit
