// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "sso/db/database.h"

namespace sso::db {

/// DATABASE_URL, taken apart.
struct DatabaseUrl {
  Dialect dialect = Dialect::kSqlite;
  std::string postgres;         ///< libpq's key='value' words, without options: SOCI 4.0.3 mangles a URL
  std::string postgresOptions;  ///< the URL's own options=..., to be set before ours
  std::string sqlitePath;       ///< absolute
};

/// value as one of libpq's key='value' words.
std::string quotedWord(const std::string& value);

/// Throws Error(kConfig), which never repeats the URL: it may hold a password. With requireTls, PostgreSQL on another
/// host needs sslmode=verify-full (SEC-CF-09).
DatabaseUrl parseDatabaseUrl(const std::string& url, bool requireTls);

}  // namespace sso::db
