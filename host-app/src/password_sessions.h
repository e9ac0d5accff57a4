// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "parts.h"

namespace hostapp {

/// Where single sign-on is required, a session that began with a password is over, too: otherwise whoever was locked
/// out at the identity provider would stay in until it runs out. Emergency owners keep theirs. Audited when any ended.
/// Repeatable; several instances may do it at once.
void endPasswordSessions(const Parts& parts, std::string_view tenantId, std::string_view organizationId);

}  // namespace hostapp
