// SPDX-License-Identifier: Apache-2.0
#include "pages/people_rules.h"

#include "roles.h"

namespace hostapp::people {
namespace {

using sso::AccountState;

/// Whose account it is decides before anything else. An emergency owner is an owner; the mark alone is enough, too.
Obstacle toTouch(const Asking& asking, const members::Person& person) {
  if (person.accountId == asking.accountId) return Obstacle::kYourself;
  if ((isOwner(person.role) || person.breakGlass) && !isOwner(asking.role)) return Obstacle::kOwnersOnly;
  return Obstacle::kNone;
}

}  // namespace

Obstacle toSuspend(const Asking& asking, const members::Person& person, const Team& team) {
  if (person.state != AccountState::kActive) return Obstacle::kNotNow;
  if (const auto obstacle = toTouch(asking, person); obstacle != Obstacle::kNone) return obstacle;
  if (person.elsewhere) return Obstacle::kElsewhere;
  // Whoever asks is an owner then, and active. Two who suspend each other take turns: the second one meets this.
  if (isOwner(person.role) && team.activeOwners <= 1) return Obstacle::kLastOwner;
  if (person.breakGlass && team.ssoRequired && team.emergencyOwners <= 1) return Obstacle::kLastEmergencyOwner;
  return Obstacle::kNone;
}

Obstacle toRestore(const Asking& asking, const members::Person& person) {
  if (person.state == AccountState::kActive) return Obstacle::kNotNow;
  if (const auto obstacle = toTouch(asking, person); obstacle != Obstacle::kNone) return obstacle;
  return person.elsewhere ? Obstacle::kElsewhere : Obstacle::kNone;
}

Obstacle toDisconnect(const Asking& asking, const members::Person& person) { return toTouch(asking, person); }

}  // namespace hostapp::people
