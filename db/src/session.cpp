// SPDX-License-Identifier: Apache-2.0
#include "sso/db/session.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "db_error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

Fault faultOf(soci::session& session, Dialect dialect) {
  try {
    throw;
  } catch (const soci::postgresql_soci_error& error) {
    Fault fault = faultOfSqlState(error.sqlstate());
    // SOCI cannot name a connection that broke in the middle of an answer; libpq can.
    const auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
    if (dialect == Dialect::kPostgres && PQstatus(backend->conn_) != CONNECTION_OK) {
      fault.lost = true;
      if (fault.code == ErrorCode::kInternal) fault.code = ErrorCode::kStorage;
    }
    return fault;
  } catch (const soci::sqlite3_soci_error& error) {
    // SOCI keeps the primary code; the extended one tells a taken key from a failed CHECK.
    const auto* backend = static_cast<soci::sqlite3_session_backend*>(session.get_backend());
    const int extended = sqlite_api::sqlite3_extended_errcode(backend->conn_);
    return faultOfSqlite((extended & 0xFF) == (error.result() & 0xFF) ? extended : error.result());
  } catch (const soci::soci_error&) {
    return {ErrorCode::kInternal, "misuse of a statement", false, false};  // NULL without indicator, binding mistakes
  }
}

}  // namespace

Session::Session(Dialect dialect, const soci::backend_factory& backend, const std::string& connectString)
    : soci::session(backend, connectString), dialect_(dialect) {}

Session::~Session() = default;

KeptStatement& Session::keptAs(std::type_index type, Make make) {
  auto& slot = kept_[type];
  if (slot && slot->failed_) slot.reset();
  if (!slot) slot = make(*this);
  return *slot;
}

void Session::translated(std::string_view name, const std::function<void()>& use) {
  try {
    use();
  } catch (const soci::soci_error&) {
    rethrow(name);
  }
}

void Session::rethrow(std::string_view name) {
  failed_ = true;
  const Fault fault = faultOf(*this, dialect_);
  lost_ = lost_ || fault.lost;
  readOnlyServer_ = readOnlyServer_ || fault.readOnlyServer;
  throw errorOf(fault, name);
}

}  // namespace sso::db
