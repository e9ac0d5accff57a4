// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// The user as every answer shows it, memberships included (CONTRACT.md 4.8).
nlohmann::json userJson(const ApiCall& call, const User& user);

/// PENDING_INVITE becomes INVITE_EXPIRED by the clock.
std::string membershipStatus(const Membership& membership, EpochSeconds now);

/// {id, name, display_name}; nothing but the name when the role is gone.
nlohmann::json shortRoleJson(const Environment& environment, const Organization* organization, const std::string& name);

/// The permissions of all roles of a membership, inherited ones included, each once.
std::vector<const Permission*> permissionsOfMember(const Environment& environment, const Organization* organization,
                                                   const Membership& membership);

}  // namespace scalekit_simulator
