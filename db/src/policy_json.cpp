// SPDX-License-Identifier: Apache-2.0
#include "policy_json.h"

#include <array>

#include "json_members.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

constexpr std::array<std::pair<SsoMode, std::string_view>, 3> kModes = {
    {{SsoMode::kOff, "off"}, {SsoMode::kOptional, "optional"}, {SsoMode::kRequired, "required"}}};
constexpr std::array<std::pair<RoleCeiling, std::string_view>, 2> kCeilings = {
    {{RoleCeiling::kOrdinary, "ordinary"}, {RoleCeiling::kAdmin, "admin"}}};
constexpr std::array<std::pair<LinkRule, std::string_view>, 2> kLinkRules = {
    {{LinkRule::kAfterProof, "after_proof"}, {LinkRule::kAutomatic, "automatic"}}};

constexpr std::array<std::pair<DomainAuthority, std::string_view>, 2> kAuthorities = {
    {{DomainAuthority::kOperator, "operator"}, {DomainAuthority::kScalekit, "scalekit"}}};

template <class Words, class Value>
std::string wordOf(const Words& words, Value value) {
  for (const auto& [candidate, word] : words) {
    if (candidate == value) return std::string(word);
  }
  throw Error(ErrorCode::kInternal, reason::kInternal, "policy: a value without a word");
}

template <class Words>
auto valueOf(const Words& words, const std::string& text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  refuseColumn("policy", "unknown word");
}

Json jsonOf(const std::vector<GroupRole>& mapping) {
  Json list = Json::array();
  for (const auto& entry : mapping) list.push_back({{"group", entry.group}, {"role", entry.role}});
  return list;
}

std::vector<GroupRole> readGroupRoles(Members& members) {
  std::vector<GroupRole> mapping;
  members.objects("group_roles", [&](Members& entry) {
    auto& added = mapping.emplace_back();
    added.group = entry.text("group");
    added.role = entry.text("role");
  });
  return mapping;
}

/// Only what the connection overrides: a member that is not there is the organization's.
Json jsonOf(const ConnectionPolicy& own) {
  Json object = Json::object();
  if (own.jitProvisioning) object["jit_provisioning"] = *own.jitProvisioning;
  if (own.trusted) object["trusted"] = *own.trusted;
  if (own.updateAttributes) object["update_attributes"] = *own.updateAttributes;
  if (own.linkExisting) object["link_existing"] = wordOf(kLinkRules, *own.linkExisting);
  if (own.defaultRole) object["default_role"] = *own.defaultRole;
  if (own.groupRoles) object["group_roles"] = jsonOf(*own.groupRoles);
  if (own.approvalRequired) object["approval_required"] = *own.approvalRequired;
  if (own.roleCeiling) object["role_ceiling"] = wordOf(kCeilings, *own.roleCeiling);
  return object;
}

ConnectionPolicy readConnection(Members& members) {
  ConnectionPolicy own;
  if (members.has("jit_provisioning")) own.jitProvisioning = members.boolean("jit_provisioning");
  if (members.has("trusted")) own.trusted = members.boolean("trusted");
  if (members.has("update_attributes")) own.updateAttributes = members.boolean("update_attributes");
  if (members.has("link_existing")) own.linkExisting = valueOf(kLinkRules, members.text("link_existing"));
  if (members.has("default_role")) own.defaultRole = members.text("default_role");
  if (members.has("group_roles")) own.groupRoles = readGroupRoles(members);
  if (members.has("approval_required")) own.approvalRequired = members.boolean("approval_required");
  if (members.has("role_ceiling")) own.roleCeiling = valueOf(kCeilings, members.text("role_ceiling"));
  return own;
}

Json jsonOf(const ConnectionMigration& migration) {
  return {{"retired", migration.retired},
          {"replacement", migration.replacement},
          {"opens_at", toEpochSeconds(migration.opensAt)},
          {"closes_at", toEpochSeconds(migration.closesAt)},
          {"automatic", migration.automatic}};
}

ConnectionMigration readMigration(Members& members) {
  ConnectionMigration migration;
  migration.retired = members.text("retired");
  migration.replacement = members.text("replacement");
  migration.opensAt = fromEpochSeconds(members.number("opens_at"));
  migration.closesAt = fromEpochSeconds(members.number("closes_at"));
  migration.automatic = members.boolean("automatic");
  return migration;
}

/// Members that rows of earlier releases do not have yet.
void readLaterMembers(Members& members, OrganizationPolicy& policy) {
  policy.creationsPerHour = members.numberOr("creations_per_hour", policy.creationsPerHour);
  policy.seatLimit = members.numberOr("seat_limit", policy.seatLimit);
  if (members.has("approval_required")) policy.approvalRequired = members.boolean("approval_required");
  if (members.has("group_roles")) policy.groupRoles = readGroupRoles(members);
  if (members.has("role_ceiling")) policy.roleCeiling = valueOf(kCeilings, members.text("role_ceiling"));
  policy.dormantAfterDays = members.numberOr("dormant_after_days", policy.dormantAfterDays);
  if (members.has("domain_authority")) {
    policy.domainAuthority = valueOf(kAuthorities, members.text("domain_authority"));
  }
  if (members.has("connections")) {
    members.objectsByName("connections", [&](const std::string& id, Members& own) {
      policy.connections.emplace(id, readConnection(own));
    });
  }
  if (members.has("migrations")) {
    members.objects("migrations", [&](Members& migration) { policy.migrations.push_back(readMigration(migration)); });
  }
}

}  // namespace

std::string policyToJson(const OrganizationPolicy& policy) {
  Json object{{"mode", wordOf(kModes, policy.mode)},
              {"jit_provisioning", policy.jitProvisioning},
              {"default_role", policy.defaultRole},
              {"trusted_connections", policy.trustedConnections},
              {"link_existing", wordOf(kLinkRules, policy.linkExisting)},
              {"update_attributes", policy.updateAttributes},
              {"directory_active", policy.directoryActive},
              {"creations_per_hour", policy.creationsPerHour}};
  // Only where they say something: instances of the release before, which serve during an upgrade, do not know them.
  if (policy.approvalRequired) object["approval_required"] = true;
  if (!policy.groupRoles.empty()) object["group_roles"] = jsonOf(policy.groupRoles);
  if (policy.roleCeiling != RoleCeiling::kOrdinary) object["role_ceiling"] = wordOf(kCeilings, policy.roleCeiling);
  if (policy.seatLimit > 0) object["seat_limit"] = policy.seatLimit;
  if (policy.dormantAfterDays > 0) object["dormant_after_days"] = policy.dormantAfterDays;
  if (policy.domainAuthority != DomainAuthority::kOperator) {
    object["domain_authority"] = wordOf(kAuthorities, policy.domainAuthority);
  }
  for (const auto& [id, own] : policy.connections) object["connections"][id] = jsonOf(own);
  for (const auto& migration : policy.migrations) object["migrations"].push_back(jsonOf(migration));
  return object.dump();
}

OrganizationPolicy policyFromJson(std::string_view text) {
  Members members("policy", parseObject("policy", text));
  OrganizationPolicy policy;
  policy.mode = valueOf(kModes, members.text("mode"));
  policy.jitProvisioning = members.boolean("jit_provisioning");
  policy.defaultRole = members.text("default_role");
  policy.trustedConnections = members.texts("trusted_connections");
  policy.linkExisting = valueOf(kLinkRules, members.text("link_existing"));
  policy.updateAttributes = members.boolean("update_attributes");
  policy.directoryActive = members.boolean("directory_active");
  readLaterMembers(members, policy);
  members.requireNoMore();
  if (!problemsOf(policy).empty()) refuseColumn("policy", "contradicts itself or goes beyond a bound");
  return policy;
}

}  // namespace sso::db
