// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "parts.h"

namespace hostapp {

/// An event of the application's own: now, of this client (docs/ERRORS.md lists them all).
sso::AuditEvent auditEvent(const Parts& parts, std::string_view name, const sso::RequestInfo& request);

/// Records an event that stands alone. With the audit table away the log carries it instead (SECURITY N5): what it
/// reports has happened, and the answer to the person must not change.
void recordAlone(const Parts& parts, const sso::AuditEvent& event);

}  // namespace hostapp
