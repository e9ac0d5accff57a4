// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/connections.h"
#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// A directory that an organization's identity provider provisions into (CONTRACT.md 4.7).
struct Directory {
  std::string id;  ///< "dir_..."
  std::string name, type, provider, organizationId, status;
  std::string endpoint;  ///< SCIM base URL, for the identity provider
  bool enabled = false;
  std::uint64_t totalUsers = 0, totalGroups = 0;
  Time lastSyncTime;
};

struct DirectoryGroup {
  std::string id;  ///< "dirgroup_..."
  std::string displayName;
  std::uint64_t totalUsers = 0;
  Time updateTime;
};

struct DirectoryUser {
  std::string id;  ///< "diruser_..."
  std::string email, preferredUsername, givenName, familyName;
  std::vector<std::string> emails;
  std::vector<DirectoryGroup> groups;
  std::optional<bool> active;  ///< from the details; nullopt where the directory does not say
  Time updateTime;
};

/// Which users or groups; what is empty does not narrow.
struct DirectoryFilter {
  std::string groupId = {};  ///< users only: members of this group
  /// Changed at this moment or later; for reading on where the last read ended.
  std::optional<std::chrono::system_clock::time_point> updatedAfter = std::nullopt;
  std::uint32_t pageSize = 30;  ///< 1 to 30
};

/// Calls on directories. Threads, errors and ids as with Organizations.
class Directories {
 public:
  explicit Directories(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// GET /api/v1/organizations/{organization_id}/directories
  std::vector<Directory> list(std::string_view organizationId) const;
  /// GET …/directories/{id}
  Directory get(std::string_view organizationId, std::string_view id) const;
  /// GET …/directories/{directory_id}/users, with details
  Listing<DirectoryUser> users(std::string_view organizationId, std::string_view id,
                               const DirectoryFilter& filter = {}) const;
  /// GET …/directories/{directory_id}/groups
  Listing<DirectoryGroup> groups(std::string_view organizationId, std::string_view id,
                                 const DirectoryFilter& filter = {}) const;
  /// PATCH …/directories/{id}:enable
  ToggleResult enable(std::string_view organizationId, std::string_view id) const;
  /// PATCH …/directories/{id}:disable
  ToggleResult disable(std::string_view organizationId, std::string_view id) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
