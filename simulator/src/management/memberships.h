// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"
#include "management/user_input.h"

namespace scalekit_simulator {

/// Memberships: add, change, remove, invite again; the roles and permissions of a member (CONTRACT.md 4.8).
std::span<const ApiRoute> membershipRoutes();

/// Makes a user a member: at once, or once they accept the invitation, which is their first login there. Without roles
/// they get the default one. Throws when the organization or the user has no room.
void addMembership(const ApiCall& call, const Organization& organization, User& user, const MembershipInput& input,
                   bool invite);

}  // namespace scalekit_simulator
