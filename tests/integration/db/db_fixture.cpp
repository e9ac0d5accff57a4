// SPDX-License-Identifier: Apache-2.0
#include "db_fixture.h"

namespace sso::db {

test::PgCluster& cluster() {
  static test::PgCluster server;
  return server;
}

std::string newPostgresUrl() {
  static int count = 0;
  const std::string name = "test_" + std::to_string(++count);
  cluster().createDatabase(name);
  return cluster().url(name);
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sso-db-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

DatabaseOptions quickOptions(const std::string& url) {
  DatabaseOptions options;
  options.url = url;
  options.poolSize = 4;
  options.leaseTimeout = std::chrono::milliseconds(300);
  options.statementTimeout = std::chrono::milliseconds(500);
  options.lockTimeout = std::chrono::milliseconds(300);
  return options;
}

Error errorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::kMethodNotAllowed, "none"};
}

ErrorCode codeOf(const std::function<void()>& action) { return errorOf(action).code(); }

Identity identityOf(const std::string& subject, const std::string& accountId) {
  Identity identity;
  identity.key = {"https://acme.scalekit.dev", "conn_1", subject};
  identity.organizationId = "org_1";
  identity.accountId = accountId;
  return identity;
}

AuditEvent eventOf(const std::string& name) {
  AuditEvent event;
  event.name = name;
  event.organizationId = "org_1";
  return event;
}

void execute(Database& database, const std::string& sql) {
  database.withSession([&](Session& session) { session << sql; });
}

long long numberFrom(Database& database, const std::string& sql) {
  long long value = -1;
  database.withSession([&](Session& session) { session << sql, soci::into(value); });
  return value;
}

std::string textFrom(Database& database, const std::string& sql) {
  std::string value;
  database.withSession([&](Session& session) { session << sql, soci::into(value); });
  return value;
}

std::chrono::milliseconds timeOf(const std::function<void()>& action) {
  const auto begun = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
}

void fillPool(Database& database, std::size_t size) {
  if (size == 0) return;
  database.withSession([&](Session&) { fillPool(database, size - 1); });
}

}  // namespace sso::db
