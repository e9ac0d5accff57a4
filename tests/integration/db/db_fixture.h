// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sso/db/database.h"
#include "sso/error.h"
#include "support/pg_cluster.h"

namespace sso::db {

/// The one server of this executable. Tests that stop it start it again.
test::PgCluster& cluster();
/// A new, empty database on it.
std::string newPostgresUrl();

/// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string sqliteUrl(const std::string& name = "test.db") const { return "sqlite://" + (path / name).string(); }
  std::filesystem::path path;
};

/// Short time limits, so that a test of a limit is quick.
DatabaseOptions quickOptions(const std::string& url);

/// The error that this throws; fails the test and returns an unlikely one when it throws none.
Error errorOf(const std::function<void()>& action);
ErrorCode codeOf(const std::function<void()>& action);

Identity identityOf(const std::string& subject, const std::string& accountId);
AuditEvent eventOf(const std::string& name);

/// Runs plain SQL on a leased session.
void execute(Database& database, const std::string& sql);
/// One number from a leased session.
long long numberFrom(Database& database, const std::string& sql);
std::string textFrom(Database& database, const std::string& sql);
/// How long this takes.
std::chrono::milliseconds timeOf(const std::function<void()>& action);
/// As many connections as this, all open at the same time, then given back.
void fillPool(Database& database, std::size_t size);

}  // namespace sso::db
