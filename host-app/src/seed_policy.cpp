// SPDX-License-Identifier: Apache-2.0
#include "seed_policy.h"

#include <chrono>
#include <cstdio>

#include "roles.h"

namespace hostapp {
namespace {

std::string readDefaultRole(const SeedNode& node) {
  const std::string role = node.text("default_role");
  if (!role.empty() && !isGrantableRole(role)) node.problem("default_role", "expected one of member, admin");
  return role;
}

sso::LinkRule readLinkRule(const SeedNode& node) {
  const bool automatic = node.choice("link_existing", {"after_proof", "automatic"}) == 1;
  return automatic ? sso::LinkRule::kAutomatic : sso::LinkRule::kAfterProof;
}

std::vector<sso::GroupRole> readGroupRoles(const SeedNode& node) {
  std::vector<sso::GroupRole> mapping;
  node.each("group_roles", [&](const SeedNode& entry) {
    entry.knowOnly({"group", "role"});
    mapping.push_back({entry.text("group", true), entry.text("role", true)});
    const auto& role = mapping.back().role;
    if (!role.empty() && !isGrantableRole(role)) entry.problem("role", "expected one of member, admin");
  });
  return mapping;
}

sso::RoleCeiling readCeiling(const SeedNode& node) {
  const bool admins = node.choice("role_ceiling", {"ordinary", "admin"}) == 1;
  return admins ? sso::RoleCeiling::kAdmin : sso::RoleCeiling::kOrdinary;
}

sso::ConnectionPolicy readConnection(const SeedNode& node) {
  node.knowOnly({"jit_provisioning", "approval_required", "trusted", "update_attributes", "link_existing",
                 "default_role", "group_roles", "role_ceiling"});
  sso::ConnectionPolicy own;
  if (node.find("jit_provisioning") != nullptr) own.jitProvisioning = node.flag("jit_provisioning", false);
  if (node.find("trusted") != nullptr) own.trusted = node.flag("trusted", false);
  if (node.find("update_attributes") != nullptr) own.updateAttributes = node.flag("update_attributes", false);
  if (node.find("link_existing") != nullptr) own.linkExisting = readLinkRule(node);
  if (node.find("default_role") != nullptr) own.defaultRole = readDefaultRole(node);
  if (node.find("group_roles") != nullptr) own.groupRoles = readGroupRoles(node);
  if (node.find("approval_required") != nullptr) own.approvalRequired = node.flag("approval_required", false);
  if (node.find("role_ceiling") != nullptr) own.roleCeiling = readCeiling(node);
  return own;
}

/// "2026-01-31": the beginning of that day, UTC. GCC 12 has no std::chrono::parse.
sso::TimePoint readDay(const SeedNode& node, const std::string& name) {
  using namespace std::chrono;
  const std::string text = node.text(name, true);
  if (text.empty()) return {};
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      text.find_first_not_of("0123456789-") == std::string::npos;
  int y = 0;
  unsigned m = 0, d = 0;
  if (shaped && std::sscanf(text.c_str(), "%4d-%2u-%2u", &y, &m, &d) == 3) {
    const year_month_day date{year{y}, month{m}, day{d}};
    if (date.ok() && y >= 2000 && y < 2100) return sys_days{date};
  }
  node.problem(name, "expected a day, like 2026-01-31");
  return {};
}

sso::ConnectionMigration readMigration(const SeedNode& node) {
  node.knowOnly({"retired", "replacement", "opens", "closes", "automatic"});
  sso::ConnectionMigration migration;
  migration.retired = node.text("retired", true);
  migration.replacement = node.text("replacement", true);
  migration.opensAt = readDay(node, "opens");
  migration.closesAt = readDay(node, "closes");
  migration.automatic = node.flag("automatic", false);
  return migration;
}

}  // namespace

sso::OrganizationPolicy readSeedPolicy(const SeedNode& node) {
  node.knowOnly({"mode", "jit_provisioning", "approval_required", "default_role", "trusted_connections",
                 "link_existing", "update_attributes", "directory_active", "creations_per_hour", "group_roles",
                 "role_ceiling", "seat_limit", "domain_authority", "dormant_after_days", "connections", "migrations"});
  sso::OrganizationPolicy policy;
  const sso::SsoMode modes[] = {sso::SsoMode::kOptional, sso::SsoMode::kRequired, sso::SsoMode::kOff};
  policy.mode = modes[node.choice("mode", {"optional", "required", "off"})];
  policy.jitProvisioning = node.flag("jit_provisioning", policy.jitProvisioning);
  policy.approvalRequired = node.flag("approval_required", policy.approvalRequired);
  policy.defaultRole = readDefaultRole(node);
  policy.trustedConnections = node.texts("trusted_connections");
  policy.linkExisting = readLinkRule(node);
  policy.updateAttributes = node.flag("update_attributes", policy.updateAttributes);
  policy.directoryActive = node.flag("directory_active", policy.directoryActive);
  if (node.find("creations_per_hour") != nullptr) {
    policy.creationsPerHour = static_cast<std::uint32_t>(node.number("creations_per_hour", 1, 100'000));
  }
  policy.groupRoles = readGroupRoles(node);
  policy.roleCeiling = readCeiling(node);
  policy.seatLimit = static_cast<std::uint32_t>(node.number("seat_limit", 0, 1'000'000));
  policy.dormantAfterDays = static_cast<std::uint32_t>(node.number("dormant_after_days", 0, 1095));
  const bool scalekit = node.choice("domain_authority", {"operator", "scalekit"}) == 1;
  policy.domainAuthority = scalekit ? sso::DomainAuthority::kScalekit : sso::DomainAuthority::kOperator;
  node.eachMember("connections", [&](const std::string& id, const SeedNode& own) {
    policy.connections.emplace(id, readConnection(own));
  });
  node.each("migrations", [&](const SeedNode& one) { policy.migrations.push_back(readMigration(one)); });
  return policy;
}

}  // namespace hostapp
