// SPDX-License-Identifier: Apache-2.0
#include "tenants/policy_change.h"

#include <algorithm>

#include "base/text_checks.h"
#include "sso/error.h"
#include "sso/policy_differences.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMostConnectionsTold = 20;                  // an audit event has 32 details
constexpr std::size_t kMaxRoleAsked = 64, kMostGroupRoles = 200;  // problemsOf()

/// "default_role" -> "defaultRole": as problemsOf() names it.
std::string memberName(std::string_view rule) {
  std::string name;
  bool capital = false;
  for (const char c : rule) {
    if (c != '_') name += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = c == '_';
  }
  return name;
}

std::string placeInPolicy(const std::string& connection) {
  return connection.empty() ? "policy" : "policy.connections[" + connection + "]";
}

/// What only the operator, or another function, may change.
std::vector<std::string> trespasses(const OrganizationPolicy& stored, const OrganizationPolicy& wanted) {
  std::vector<std::string> problems;
  for (const auto& difference : differencesOf(stored, wanted)) {
    if (isCustomersRule(difference.rule)) continue;
    problems.push_back(placeInPolicy(difference.connection) + "." + memberName(difference.rule) +
                       ": not the customer's to set");
  }
  return problems;
}

/// The rules of one connection among the details of an event, under its id: eight at most, which stay below what a
/// detail may hold. False: there is no room for another connection.
bool tellConnection(std::map<std::string, std::string>& details, const PolicyDifference& difference,
                    const std::string& text) {
  if (details.size() >= kMostConnectionsTold && !details.contains(difference.connection)) return false;
  auto& value = details[difference.connection];
  value += (value.empty() ? "" : "; ") + text;
  return true;
}

/// Which rules changed, from what to what: the rules of the organization by their names, those of a connection under
/// its id. Bounded; what does not fit is counted.
std::map<std::string, std::string> detailsOf(const Organization& before, const Organization& after) {
  std::map<std::string, std::string> rules, connections;
  std::size_t untold = 0;
  for (const auto& difference : differencesOf(before.policy, after.policy)) {
    const std::string text = difference.from + " -> " + difference.to;
    if (difference.connection.empty()) {
      rules[difference.rule] = text;
    } else {
      untold += tellConnection(connections, difference, difference.rule + " " + text) ? 0 : 1;
    }
  }
  rules.insert(connections.begin(), connections.end());
  rules["version"] = std::to_string(before.version + 1);
  if (untold > 0) rules["more"] = std::to_string(untold);
  return rules;
}

[[noreturn]] void refuseStale() {
  throw Error(ErrorCode::kConflict, reason::kStorage, "the organization is stored in another version by now");
}

std::string lineEach(const std::vector<std::string>& problems) {
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return all;
}

}  // namespace

std::vector<std::string> PolicyChanger::problems(const Organization& stored, const OrganizationPolicy& wanted) const {
  auto found = problemsOf(wanted);
  for (auto& problem : trespasses(stored.policy, wanted)) found.push_back(std::move(problem));
  for (auto& problem : roleProblems(stored.tenantId, wanted)) found.push_back(std::move(problem));
  for (auto& problem : migrations_->problems(stored, wanted)) found.push_back(std::move(problem));
  // As when it is switched to required (ModeObstacle::kNoDefaultRole): nobody new could come in by any way.
  if (wanted.mode == SsoMode::kRequired && wanted.jitProvisioning && wanted.defaultRole.empty()) {
    found.emplace_back("policy.defaultRole: needed while single sign-on is required");
  }
  return found;
}

/// A role that a login would not grant is refused here, where somebody can correct it (JIT.md rows 20 and 24).
std::vector<std::string> PolicyChanger::roleProblems(const std::string& tenantId,
                                                     const OrganizationPolicy& wanted) const {
  const auto work = storage_->begin();
  std::vector<std::string> problems;
  std::map<std::string, RoleKind> kinds;  // a mapping of two hundred groups names few roles
  // What problemsOf() finds too long or too many was found there, and the host is not asked about it.
  const auto sound = [](const std::string& role) { return isText(role, 1, kMaxRoleAsked); };
  const auto kindOf = [&](const std::string& role) {
    const auto known = kinds.find(role);
    if (known != kinds.end()) return known->second;
    return kinds[role] = accounts_->kindOfRole(*work, tenantId, role);
  };
  const auto checkDefault = [&](const std::string& path, const std::string& role) {
    if (!sound(role)) return;
    if (!accounts_->knowsRole(*work, tenantId, role) || kindOf(role) == RoleKind::kOwner) {
      problems.push_back(path + ".defaultRole: no role that a sign-in may grant");
    }
  };
  const auto checkGroups = [&](const std::string& path, const std::vector<GroupRole>& mapping) {
    for (std::size_t i = 0; i < std::min(mapping.size(), kMostGroupRoles); ++i) {
      if (!sound(mapping[i].role)) continue;
      const auto kind = kindOf(mapping[i].role);
      if (kind == RoleKind::kOrdinary || kind == RoleKind::kAdmin) continue;
      problems.push_back(path + ".groupRoles[" + std::to_string(i) + "].role: no role that a group may grant");
    }
  };
  checkDefault("policy", wanted.defaultRole);
  checkGroups("policy", wanted.groupRoles);
  for (const auto& [id, own] : wanted.connections) {
    if (own.defaultRole) checkDefault(placeInPolicy(id), *own.defaultRole);
    if (own.groupRoles) checkGroups(placeInPolicy(id), *own.groupRoles);
  }
  return problems;
}

Organization PolicyChanger::change(const Organization& stored, std::int64_t expectedVersion,
                                   const OrganizationPolicy& wanted, const Actor& actor) const {
  if (stored.version != expectedVersion) refuseStale();
  if (const auto found = problems(stored, wanted); !found.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, lineEach(found));
  }
  const auto write = [&](const Organization& now) -> std::optional<Organization> {
    // Somebody was faster since it was judged: what they wrote must be seen before it is written over.
    if (now.version != expectedVersion) refuseStale();
    if (differencesOf(now.policy, wanted).empty()) return std::nullopt;
    Organization changed = now;
    changed.policy = wanted;
    return changed;
  };
  const auto event = [](const Organization& before, const Organization& after) {
    return ChangeEvent{"sso.organization.policy_changed", detailsOf(before, after)};
  };
  auto written = changes_->apply(stored.id, actor, write, event);
  organizations_->forget(written);
  return written;
}

}  // namespace sso::detail
