// SPDX-License-Identifier: Apache-2.0
#include "migrator.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/runtime.h"

namespace sso::db {
namespace {

[[noreturn]] void refuseSchema(const std::string& what, std::string_view hint) {
  throw Error(ErrorCode::kConfig, reason::kConfig, what, hint);
}

/// "0007_what_changes" -> 7; 0 when it is not of that form.
std::size_t numberOf(std::string_view name) {
  std::size_t number = 0;
  if (name.size() < 6 || name[4] != '_') return 0;
  const auto end = std::from_chars(name.data(), name.data() + 4, number);
  return end.ptr == name.data() + 4 && end.ec == std::errc() ? number : 0;
}

/// Of an expression that names nothing from outside; NULL is false.
bool isTrue(Session& session, const std::string& expression) {
  int answer = 0;
  session.translated("migration question",
                     [&] { session << "SELECT CASE WHEN " + expression + " THEN 1 ELSE 0 END", soci::into(answer); });
  return answer == 1;
}

std::string count(std::size_t version) { return "version " + std::to_string(version); }

}  // namespace

Migrator::Migrator(std::string_view ledger, const std::vector<Migration>& migrations, Dialect dialect)
    : table_(std::string(ledger) + "_migrations"), dialect_(dialect) {
  const auto isWord = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };  // it becomes part of SQL text
  if (ledger.empty() || ledger.size() > 40 || !std::all_of(ledger.begin(), ledger.end(), isWord)) {
    refuseSchema("migrations: a ledger's name is 1 to 40 of a-z and _", "Rename the ledger.");
  }
  for (const Migration& migration : migrations) {
    const std::string_view script = dialect == Dialect::kPostgres ? migration.postgres : migration.sqlite;
    if (numberOf(migration.name) != steps_.size() + 1 || script.empty()) {
      refuseSchema("migrations: " + std::string(migration.name) + " is out of order or empty for this database",
                   "Number the files 0001_, 0002_, ... without a gap, each for both dialects.");
    }
    steps_.push_back({std::string(migration.name), std::string(script), sha256Hex(script)});
  }
}

void Migrator::bringUp(Connection& connection) const {
  while (applyNext(connection)) {
  }
}

bool Migrator::applyNext(Connection& connection) const {
  Session& session = connection.session();
  bool applied = false;
  connection.begin();
  try {
    lockLedger(connection);
    const auto rows = readLedger(session);
    requireAgreement(rows);
    if (rows.size() < steps_.size()) {
      requireMayChange(session);
      connection.runScript("migration " + steps_[rows.size()].name, steps_[rows.size()].script);
      noteApplied(session, rows.size());
      applied = true;
    }
    connection.commit();
  } catch (...) {
    connection.makeClean();
    throw;
  }
  return applied;
}

void Migrator::lockLedger(Connection& connection) const {
  // SQLite: the transaction is IMMEDIATE and holds the only write lock already. PostgreSQL: CREATE TABLE IF NOT EXISTS
  // alone is no protection, two of them at once collide in the catalogue. The lock goes with the transaction.
  const std::string create = "CREATE TABLE IF NOT EXISTS " + table_ +
                             " (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
                             "sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";
  if (dialect_ == Dialect::kPostgres) {
    connection.runScript("migration lock", "SELECT pg_advisory_xact_lock(hashtextextended('" + table_ + "', 0))");
    // IF NOT EXISTS asks for the right to create before it looks, and the application's role should have none.
    if (isTrue(connection.session(), "to_regclass('" + table_ + "') IS NOT NULL")) return;
    requireMayChange(connection.session());
  }
  connection.runScript("migration ledger", create);
}

/// The application's role may not (db/roles.postgres.sql, SEC-LG-10): better said than left to a "permission denied".
void Migrator::requireMayChange(Session& session) const {
  if (dialect_ == Dialect::kSqlite || isTrue(session, "has_schema_privilege(current_schema(), 'CREATE')")) return;
  refuseSchema(table_ + ": the schema is not up to date, and this database role may not change it",
               "Run host-app --migrate-only as the owner of the tables first (docs/DATABASE.md).");
}

std::vector<Migrator::Row> Migrator::readLedger(Session& session) const {
  std::vector<Row> rows;
  session.translated("migration read", [&] {
    long long version = 0;
    std::string name, sha256;
    soci::statement read = (session.prepare << "SELECT version, name, sha256 FROM " + table_ + " ORDER BY version",
                            soci::into(version), soci::into(name), soci::into(sha256));
    for (bool more = read.execute(true); more; more = read.fetch()) rows.push_back({version, name, sha256});
  });
  return rows;
}

void Migrator::requireAgreement(const std::vector<Row>& rows) const {
  if (rows.size() > steps_.size()) {
    refuseSchema(table_ + ": the schema is " + count(rows.size()) + " (" + rows.back().name + "), this build knows " +
                     count(steps_.size()) + " only",
                 "Start the newer release, or restore the database to the older one.");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Step& step = steps_[i];
    if (rows[i].version != static_cast<std::int64_t>(i + 1) || rows[i].name != step.name ||
        rows[i].sha256 != step.sha256) {
      refuseSchema(table_ + ": the schema has " + std::to_string(rows[i].version) + " " + rows[i].name + " (" +
                       rows[i].sha256.substr(0, 12) + "), this build " + std::to_string(i + 1) + " " + step.name +
                       " (" + step.sha256.substr(0, 12) + ")",
                   "A migration that was applied must never change: put the change into a new one.");
    }
  }
}

void Migrator::noteApplied(Session& session, std::size_t index) const {
  const Step& step = steps_[index];
  const auto version = static_cast<long long>(index + 1);
  const long long now = toEpochSeconds(std::chrono::system_clock::now());
  session.translated("migration note", [&] {
    session << "INSERT INTO " + table_ + " (version, name, sha256, applied_at) VALUES (:version, :name, :sha256, :now)",
        soci::use(version, "version"), soci::use(step.name, "name"), soci::use(step.sha256, "sha256"),
        soci::use(now, "now");
  });
}

void Migrator::requireApplied(Session& session) const {
  std::vector<Row> rows;
  try {
    rows = readLedger(session);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInternal) throw;
    throw Error(ErrorCode::kStorage, reason::kStorage, table_ + ": cannot be read; was the schema ever brought up?");
  }
  if (rows.size() < steps_.size()) {
    throw Error(ErrorCode::kStorage, reason::kStorage,
                table_ + ": the schema is " + count(rows.size()) + ", this build needs " + count(steps_.size()));
  }
  requireAgreement({rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(steps_.size())});
}

}  // namespace sso::db
