// SPDX-License-Identifier: Apache-2.0
#include "sso/organization_policy.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/text_checks.h"

namespace sso {
namespace {

using detail::isScalekitId;
using detail::isText;

constexpr std::uint32_t kMaxCreationsPerHour = 100'000;
constexpr std::uint32_t kMaxSeats = 1'000'000;
constexpr std::uint32_t kShortestDormancy = 30, kLongestDormancy = 1095;  // days
constexpr std::size_t kMaxRoleBytes = 64;
constexpr std::size_t kMaxGroupBytes = 256;
constexpr std::size_t kMaxTrusted = 100;
constexpr std::size_t kMaxGroupRoles = 200;
constexpr std::size_t kMaxOverrides = 50;
constexpr std::size_t kMaxMigrations = 10;
constexpr std::size_t kMaxStoredBytes = 60'000;  // the stored text has room for 65536
constexpr std::chrono::hours kLongestMigration{24 * 90};

using Problems = std::vector<std::string>;

bool isRoleCeiling(RoleCeiling ceiling) { return ceiling == RoleCeiling::kOrdinary || ceiling == RoleCeiling::kAdmin; }

bool isLinkRule(LinkRule rule) { return rule == LinkRule::kAfterProof || rule == LinkRule::kAutomatic; }

void checkTrusted(const std::vector<std::string>& connections, Problems& problems) {
  if (connections.size() > kMaxTrusted) problems.push_back("policy.trustedConnections: more than 100");
  std::set<std::string_view> seen;
  std::size_t position = 0;
  for (const auto& connection : connections) {
    const std::string name = "policy.trustedConnections[" + std::to_string(position++) + "]";
    if (!isScalekitId(connection, "conn_")) {
      problems.push_back(name + ": not a connection id (conn_...)");
    } else if (!seen.insert(connection).second) {
      problems.push_back(name + ": listed twice");
    }
  }
}

void checkDefaultRole(const std::string& path, const std::string& role, Problems& problems) {
  if (!isText(role, 0, kMaxRoleBytes)) {
    problems.push_back(path + ".defaultRole: at most 64 bytes, no control characters");
  }
}

void checkGroupRoles(const std::string& path, const std::vector<GroupRole>& mapping, Problems& problems) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::size_t position = 0;
  for (const auto& entry : mapping) {
    const std::string name = path + ".groupRoles[" + std::to_string(position++) + "]";
    if (!isText(entry.group, 1, kMaxGroupBytes)) {
      problems.push_back(name + ".group: 1 to 256 bytes, no control characters");
    }
    if (!isText(entry.role, 1, kMaxRoleBytes)) {
      problems.push_back(name + ".role: 1 to 64 bytes, no control characters");
    }
    if (!seen.insert({entry.group, entry.role}).second) problems.push_back(name + ": listed twice");
  }
}

/// Whom no group gives a role any more falls back to the default role, so there must be one.
void checkFallback(const std::string& path, bool mapped, const std::string& defaultRole, Problems& problems) {
  if (mapped && defaultRole.empty()) problems.push_back(path + ".groupRoles: needs a defaultRole");
}

void checkOverrides(const OrganizationPolicy& policy, Problems& problems) {
  if (policy.connections.size() > kMaxOverrides) problems.push_back("policy.connections: more than 50");
  for (const auto& [id, own] : policy.connections) {
    if (!isScalekitId(id, "conn_")) {
      problems.push_back("policy.connections: not a connection id (conn_...)");
      continue;
    }
    const std::string path = "policy.connections[" + id + "]";
    if (own.linkExisting && !isLinkRule(*own.linkExisting)) problems.push_back(path + ".linkExisting: unknown value");
    if (own.roleCeiling && !isRoleCeiling(*own.roleCeiling)) problems.push_back(path + ".roleCeiling: unknown value");
    if (own.defaultRole) checkDefaultRole(path, *own.defaultRole, problems);
    if (own.groupRoles) checkGroupRoles(path, *own.groupRoles, problems);
    if (own.defaultRole || own.groupRoles) {
      checkFallback(path, !(own.groupRoles ? *own.groupRoles : policy.groupRoles).empty(),
                    own.defaultRole.value_or(policy.defaultRole), problems);
    }
    const auto& trusted = policy.trustedConnections;
    if (own.trusted == false && std::find(trusted.begin(), trusted.end(), id) != trusted.end()) {
      problems.push_back(path + ".trusted: contradicts trustedConnections");
    }
  }
}

void checkMigrations(const std::vector<ConnectionMigration>& migrations, Problems& problems) {
  if (migrations.size() > kMaxMigrations) problems.push_back("policy.migrations: more than 10");
  std::set<std::string_view> seen;
  std::size_t position = 0;
  for (const auto& migration : migrations) {
    const std::string name = "policy.migrations[" + std::to_string(position++) + "]";
    if (!isScalekitId(migration.retired, "conn_") || !isScalekitId(migration.replacement, "conn_")) {
      problems.push_back(name + ": not two connection ids (conn_...)");
    } else if (migration.retired == migration.replacement) {
      problems.push_back(name + ": a connection cannot replace itself");
    }
    if (!seen.insert(migration.retired).second) problems.push_back(name + ".retired: listed twice");
    if (migration.closesAt <= migration.opensAt || migration.closesAt - migration.opensAt > kLongestMigration) {
      problems.push_back(name + ": closes after it opens, at most 90 days later");
    }
    if (fromEpochSeconds(toEpochSeconds(migration.opensAt)) != migration.opensAt ||
        fromEpochSeconds(toEpochSeconds(migration.closesAt)) != migration.closesAt) {
      problems.push_back(name + ": whole seconds only");
    }
  }
}

/// What a name takes in the stored JSON, with its quotes and what stands beside it.
std::size_t storedBytes(std::string_view text) {
  const auto escaped = std::count_if(text.begin(), text.end(), [](char c) { return c == '"' || c == '\\'; });
  return text.size() + static_cast<std::size_t>(escaped) + 16;
}

std::size_t storedBytes(const std::vector<GroupRole>& mapping) {
  std::size_t bytes = 0;
  for (const auto& entry : mapping) bytes += storedBytes(entry.group) + storedBytes(entry.role);
  return bytes;
}

/// Bounds of the whole: what the lists of all connections hold together.
void checkSize(const OrganizationPolicy& policy, Problems& problems) {
  std::size_t entries = policy.groupRoles.size();
  std::size_t bytes = 1000 + storedBytes(policy.defaultRole) + storedBytes(policy.groupRoles);
  for (const auto& connection : policy.trustedConnections) bytes += storedBytes(connection);
  for (const auto& [id, own] : policy.connections) {
    bytes += 200 + storedBytes(id);
    if (own.defaultRole) bytes += storedBytes(*own.defaultRole);
    if (!own.groupRoles) continue;
    entries += own.groupRoles->size();
    bytes += storedBytes(*own.groupRoles);
  }
  for (const auto& migration : policy.migrations) {
    bytes += 100 + storedBytes(migration.retired) + storedBytes(migration.replacement);
  }
  if (entries > kMaxGroupRoles)
    problems.push_back("policy.groupRoles: more than 200, those of all connections counted");
  if (bytes > kMaxStoredBytes) problems.push_back("policy: its names are too long together");
}

}  // namespace

std::string_view nameOf(SsoMode mode) {
  switch (mode) {
    case SsoMode::kOff:
      return "off";
    case SsoMode::kOptional:
      return "optional";
    case SsoMode::kRequired:
      return "required";
  }
  return "unknown";
}

std::vector<std::string> problemsOf(const OrganizationPolicy& policy) {
  Problems problems;
  if (policy.mode != SsoMode::kOff && policy.mode != SsoMode::kOptional && policy.mode != SsoMode::kRequired) {
    problems.push_back("policy.mode: unknown value");
  }
  if (policy.domainAuthority != DomainAuthority::kOperator && policy.domainAuthority != DomainAuthority::kScalekit) {
    problems.push_back("policy.domainAuthority: unknown value");
  }
  if (!isLinkRule(policy.linkExisting)) problems.push_back("policy.linkExisting: unknown value");
  checkDefaultRole("policy", policy.defaultRole, problems);
  checkTrusted(policy.trustedConnections, problems);
  if (policy.creationsPerHour < 1 || policy.creationsPerHour > kMaxCreationsPerHour) {
    problems.push_back("policy.creationsPerHour: 1 to 100000");
  }
  if (policy.seatLimit > kMaxSeats) problems.push_back("policy.seatLimit: at most 1000000, 0 for none");
  const auto days = policy.dormantAfterDays;
  if (days != 0 && (days < kShortestDormancy || days > kLongestDormancy)) {
    problems.push_back("policy.dormantAfterDays: 30 to 1095, 0 for never");
  }
  if (!isRoleCeiling(policy.roleCeiling)) problems.push_back("policy.roleCeiling: unknown value");
  checkGroupRoles("policy", policy.groupRoles, problems);
  checkFallback("policy", !policy.groupRoles.empty(), policy.defaultRole, problems);
  checkOverrides(policy, problems);
  checkMigrations(policy.migrations, problems);
  checkSize(policy, problems);
  return problems;
}

}  // namespace sso
