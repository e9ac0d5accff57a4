// SPDX-License-Identifier: Apache-2.0
// JIT.md row 32: was an account unused for too long?
#include <algorithm>

#include "identity/dormancy_rule.h"
#include "identity/facts_gatherer.h"

namespace sso::detail {

/// lastSignIn: the newest that is known so far; others are read where it is old.
bool FactsGatherer::isDormant(const Scope& scope, const AccountFacts& account, TimePoint lastSignIn,
                              TimePoint now) const {
  const auto days = scope.organization.policy.dormantAfterDays;
  if (days == 0 || !account.mayBeDeactivated) return false;
  auto lastUsedAt = std::max(lastSignIn, account.lastUsedAt.value_or(TimePoint()));
  if (now < dormantFrom(lastUsedAt, std::nullopt, days)) return false;  // nearly always, and nothing more is read

  for (const auto& other : storage_->identities().identitiesOf(scope.work, account.id)) {
    if (other.organizationId != scope.organization.id) return false;  // not this organization's alone to close
    lastUsedAt = std::max({lastUsedAt, other.linkedAt, other.lastLoginAt});
  }
  const auto note =
      storage_->dormancy().findNote(scope.work, scope.organization.id, account.id).value_or(DormancyNote());
  lastUsedAt = std::max(lastUsedAt, note.countsFrom);
  return now >= dormantFrom(lastUsedAt, note.noticedAt, days);
}

}  // namespace sso::detail
