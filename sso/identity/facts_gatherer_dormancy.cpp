// SPDX-License-Identifier: Apache-2.0
// JIT.md row 32: was the linked account unused for too long?
#include <algorithm>

#include "identity/dormancy_rule.h"
#include "identity/facts_gatherer.h"

namespace sso::detail {

void FactsGatherer::gatherDormancy(const Scope& scope, const Identity& known, Facts& facts) const {
  const auto days = scope.organization.policy.dormantAfterDays;
  const auto& account = *facts.linked;
  if (days == 0 || !account.mayBeDeactivated) return;
  auto lastUsedAt = std::max({known.linkedAt, known.lastLoginAt, account.lastUsedAt.value_or(TimePoint())});
  if (facts.now < dormantFrom(lastUsedAt, std::nullopt, days)) return;  // nearly always, and nothing more is read

  for (const auto& other : storage_->identities().identitiesOf(scope.work, account.id)) {
    if (other.organizationId != scope.organization.id) return;  // not this organization's alone to close
    lastUsedAt = std::max({lastUsedAt, other.linkedAt, other.lastLoginAt});
  }
  const auto note =
      storage_->dormancy().findNote(scope.work, scope.organization.id, account.id).value_or(DormancyNote());
  lastUsedAt = std::max(lastUsedAt, note.countsFrom);
  facts.linkedDormant = facts.now >= dormantFrom(lastUsedAt, note.noticedAt, days);
}

}  // namespace sso::detail
