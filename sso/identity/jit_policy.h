// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "identity/decision.h"
#include "identity/facts.h"

namespace sso::detail {

/// Which local account may this verified identity use? The most dangerous decision of the product, so it is a pure
/// function over values: no clock, no store, no default that lets anybody in. Fixed order (JIT.md part 2): safety
/// gates, the identity's own account, the account that holds the address, creation. The first match wins; what nothing
/// allowed is denied.
Decision decide(const Facts& facts);

/// The safety gates that can be asked before the browser is sent away (JIT.md row 17): kNone, or why not.
DenyCode refusalBeforeRedirect(OrganizationStanding organization, SsoMode mode, ConnectionStanding connection);

/// A proof given longer ago than this is none (JIT.md part 4).
inline constexpr std::chrono::minutes kProofLifetime{10};
/// A login waits so long for a link that is on its way by mail.
inline constexpr std::chrono::minutes kEmailProofLifetime{30};

}  // namespace sso::detail
