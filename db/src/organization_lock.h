// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sso/db/session.h"

namespace sso::db {

/// Holds this tenant's organization until the transaction is over, for whoever counts and then adds: on PostgreSQL the
/// next one waits here, SQLite has one writer at a time. What was committed meanwhile is seen by a statement of its own
/// that begins after this one. False: the organization is not this tenant's (any more).
bool lockOrganization(Session& session, std::string_view organizationId, std::string_view tenantId);

}  // namespace sso::db
