// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "connection.h"
#include "sso/db/database.h"

namespace sso::db {

/// Connections of one SQLite file; the file is made, readable by its owner alone, when it is not there.
std::unique_ptr<Connector> sqliteConnector(const std::string& path, const DatabaseOptions& options);

}  // namespace sso::db
