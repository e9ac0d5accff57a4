// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "identity/decision.h"
#include "identity/facts.h"

namespace sso::detail {

/// Rows 21 to 25 for an account that single sign-on creates: what its groups map to, below the ceiling, or the default
/// role alone. Pure.
void decideNewRoles(const Facts& facts, Decision& decision);

/// The same for a known account: sets decision.roles only when something is to change. Absent and truncated groups
/// change nothing; what a person granted is never touched; the last owner keeps everything. Pure.
void decideChangedRoles(const Facts& facts, Decision& decision);

}  // namespace sso::detail
