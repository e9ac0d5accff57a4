// SPDX-License-Identifier: Apache-2.0
#include "tenants/migration_check.h"

#include <algorithm>
#include <optional>
#include <set>

namespace sso::detail {
namespace {

constexpr std::chrono::hours kLongestWindow{90 * 24};

/// Stored as it is, or longer than it shall be now.
bool isNoMoreThanStored(const OrganizationPolicy& stored, const ConnectionMigration& wanted) {
  return std::any_of(stored.migrations.begin(), stored.migrations.end(), [&](ConnectionMigration before) {
    if (wanted.closesAt <= before.closesAt) before.closesAt = wanted.closesAt;
    return before == wanted;
  });
}

/// The connections that a window of this organization may name.
struct KnownConnections {
  std::set<std::string> any, active;
};

KnownConnections knownConnections(const SetupReader& setups, Storage& storage, const std::string& organizationId) {
  KnownConnections known;
  for (const auto& connection : setups.connectionsOf(organizationId)) {
    known.any.insert(connection.id);
    if (connection.active()) known.active.insert(connection.id);
  }
  // Deleted at Scalekit, and people still have identities of it here.
  for (const auto& id : storage.identities().connectionsWithIdentities(organizationId)) known.any.insert(id);
  return known;
}

}  // namespace

std::vector<std::string> MigrationCheck::problems(const Organization& stored, const OrganizationPolicy& wanted) const {
  std::vector<std::string> found;
  std::optional<KnownConnections> known;
  const auto now = clock_->now();
  for (std::size_t i = 0; i < wanted.migrations.size(); ++i) {
    const auto& window = wanted.migrations[i];
    if (isNoMoreThanStored(stored.policy, window)) continue;
    if (!known) known = knownConnections(*setups_, *storage_, stored.id);
    const std::string path = "policy.migrations[" + std::to_string(i) + "]";
    if (!known->any.contains(window.retired)) found.push_back(path + ".retired: no connection of this organization");
    if (!known->active.contains(window.replacement)) {
      found.push_back(path + ".replacement: no active connection of this organization");
    }
    if (window.closesAt <= now || window.closesAt - now > kLongestWindow) {
      found.push_back(path + ".closesAt: not within the next 90 days");
    }
  }
  return found;
}

}  // namespace sso::detail
