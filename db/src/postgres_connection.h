// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connection.h"
#include "database_url.h"

namespace sso::db {

/// Connections of a PostgreSQL server, with UTC, UTF-8 and the time limits of these options.
std::unique_ptr<Connector> postgresConnector(const DatabaseUrl& url, const DatabaseOptions& options);

}  // namespace sso::db
