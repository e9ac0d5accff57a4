// SPDX-License-Identifier: Apache-2.0
#include "db_error.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include "sso/reason.h"

namespace sso::db {

Fault faultOfSqlState(std::string_view sqlState) {
  Fault fault;
  fault.label = "sqlstate " + std::string(sqlState);
  const std::string_view group = sqlState.substr(0, 2);
  // unique_violation; serialization_failure and deadlock_detected: the unit is run again
  if (sqlState == "23505" || sqlState == "40001" || sqlState == "40P01") {
    fault.code = ErrorCode::kConflict;
    return fault;
  }
  // lock_not_available, query_canceled (statement_timeout): too slow now, but the connection is sound
  if (sqlState == "55P03" || sqlState == "57014") {
    fault.code = ErrorCode::kStorage;
    return fault;
  }
  // read_only_sql_transaction: an old primary after a fail-over; all connections must find the new one
  if (sqlState == "25006") {
    fault.code = ErrorCode::kStorage;
    fault.lost = fault.readOnlyServer = true;
    return fault;
  }
  // connection exception, operator intervention, insufficient resources, system error, internal error, a session that
  // timed out in a transaction, and prepared statements that the server no longer knows or can no longer run: start
  // afresh on a new connection
  if (group == "08" || group == "57" || group == "53" || group == "58" || group == "XX" || sqlState == "25P03" ||
      sqlState == "26000" || sqlState == "0A000" || sqlState == "     ") {
    fault.code = ErrorCode::kStorage;
    fault.lost = true;
    return fault;
  }
  return fault;  // a mistake of ours: syntax, privilege, CHECK, a broken transaction that was used again
}

Fault faultOfSqlite(int extendedCode) {
  Fault fault;
  fault.label = "sqlite " + std::to_string(extendedCode);
  switch (extendedCode) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_BUSY_SNAPSHOT:
      fault.code = ErrorCode::kConflict;
      return fault;
    default:
      break;
  }
  switch (extendedCode & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      fault.code = ErrorCode::kStorage;
      return fault;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
      fault.code = ErrorCode::kStorage;
      fault.lost = true;
      return fault;
    default:
      return fault;
  }
}

Error errorOf(const Fault& fault, std::string_view name) {
  const auto why = fault.code == ErrorCode::kInternal ? reason::kInternal : reason::kStorage;
  return Error(fault.code, why, std::string(name) + ": " + fault.label);
}

}  // namespace sso::db
