// SPDX-License-Identifier: Apache-2.0
#include "identity/role_rules.h"

#include <algorithm>

namespace sso::detail {
namespace {

using Roles = std::vector<std::string>;

/// Row 24: an owner is never made by a group, an administrator only where the policy says so, and what the host does
/// not know is nothing.
bool belowCeiling(RoleKind kind, RoleCeiling ceiling) {
  return kind == RoleKind::kOrdinary || (kind == RoleKind::kAdmin && ceiling == RoleCeiling::kAdmin);
}

/// Rows 21 and 23: is the list of groups a list at all?
bool groupsSaySomething(const Facts& facts, Notices& notices) {
  if (facts.groups == GroupsAssertion::kAbsent) notices.add(Notice::kGroupsMissing);
  if (facts.groups == GroupsAssertion::kEmpty) notices.add(Notice::kGroupsEmpty);
  if (facts.groups == GroupsAssertion::kTruncated) notices.add(Notice::kGroupsTruncated);
  return facts.groups == GroupsAssertion::kEmpty || facts.groups == GroupsAssertion::kList;
}

/// What the asserted groups grant, highest kind first, in the policy's order within a kind.
Roles grantedByGroups(const Facts& facts, Notices& notices) {
  Roles admins, ordinary;
  if (facts.groups != GroupsAssertion::kList) return ordinary;
  for (const auto& [role, kind] : facts.mappedRoles) {
    if (!belowCeiling(kind, facts.roleCeiling)) {
      notices.add(Notice::kGroupAboveCeiling);
      continue;
    }
    auto& list = kind == RoleKind::kAdmin ? admins : ordinary;
    if (std::find(list.begin(), list.end(), role) == list.end()) list.push_back(role);
  }
  admins.insert(admins.end(), ordinary.begin(), ordinary.end());
  return admins;
}

bool sameSet(Roles one, Roles other) {
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  return one == other;
}

}  // namespace

void decideNewRoles(const Facts& facts, Decision& decision) {
  Roles roles;
  if (facts.groupMappingConfigured && groupsSaySomething(facts, decision.notices)) {
    roles = grantedByGroups(facts, decision.notices);
  }
  if (roles.empty()) roles = {facts.defaultRoleName};
  decision.roles = std::move(roles);
}

void decideChangedRoles(const Facts& facts, Decision& decision) {
  if (!facts.groupMappingConfigured || !groupsSaySomething(facts, decision.notices)) return;
  Roles wanted = grantedByGroups(facts, decision.notices);
  if (!facts.grantedRoles) return;
  const auto& present = *facts.grantedRoles;
  // Row 22: the default role stays, and is given to nobody whom single sign-on gave nothing.
  if (wanted.empty() && !present.roles.empty() && facts.defaultRole == DefaultRole::kKnown) {
    wanted = {facts.defaultRoleName};
  }
  if (present.oneRole && wanted.size() > 1) wanted.resize(1);
  if (sameSet(wanted, present.roles)) return;
  if (present.lastOwner) {  // row 25
    decision.notices.add(Notice::kLastOwner);
    return;
  }
  decision.roles = std::move(wanted);
}

}  // namespace sso::detail
