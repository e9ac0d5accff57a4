// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "stores/member_store.h"

/// What an administrator may do with the account of somebody in their team, as pure functions: the page asks them what
/// to offer, and asks again inside the transaction that does it.
namespace hostapp::people {

/// Who asks. Being owner or admin of the team is checked before.
struct Asking {
  std::string accountId, role;
};

/// What decides about the last ones.
struct Team {
  std::size_t activeOwners = 0, emergencyOwners = 0;
  bool ssoRequired = false;  ///< an emergency owner has to stay
};

enum class Obstacle {
  kNone,
  kNotNow,              ///< the account is in no such state
  kYourself,            ///< nobody locks themselves out, or back in
  kOwnersOnly,          ///< an owner's account, and an admin asks
  kElsewhere,           ///< other teams have it, too (DESIGN promise 2)
  kLastOwner,           ///< without them nobody active owns the team
  kLastEmergencyOwner,  ///< single sign-on is required, and nobody else could get in once it is broken
};

/// No session of the account goes on, and nothing opens one.
Obstacle toSuspend(const Asking& asking, const members::Person& person, const Team& team);
/// A suspended or deprovisioned account (JIT.md row 15); its role stays what it was.
Obstacle toRestore(const Asking& asking, const members::Person& person);
/// One of its company sign-ins is untied. What the account has with other teams is not touched, so it may have some.
Obstacle toDisconnect(const Asking& asking, const members::Person& person);

}  // namespace hostapp::people
