// SPDX-License-Identifier: Apache-2.0
#include "postgres_connection.h"

#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>

#include <string>
#include <utility>

#include "db_error.h"
#include "sso/reason.h"
#include "watchdog.h"

namespace sso::db {
namespace {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

class PostgresConnection : public Connection {
 public:
  PostgresConnection(const std::string& connectString, std::shared_ptr<Watchdog> watchdog)
      : Connection(Dialect::kPostgres, soci::postgresql, connectString),
        watch_(std::move(watchdog), PQsocket(native())) {
    // libpq prints notices on stderr; they may quote values.
    PQsetNoticeProcessor(
        native(), [](void*, const char*) {}, nullptr);
  }

  bool isUsable() override {
    if (PQstatus(native()) != CONNECTION_OK || PQtransactionStatus(native()) != PQTRANS_IDLE) return false;
    // An idle connection has nothing to say. If there is something to read it is the server's farewell (57P01) or the
    // end of the stream - or a harmless notice: only then is a round trip worth its price.
    pollfd socket{PQsocket(native()), POLLIN, 0};
    if (poll(&socket, 1, 0) == 0) return true;
    const Result ping(PQexec(native(), ""));
    return PQresultStatus(ping.get()) == PGRES_EMPTY_QUERY && PQstatus(native()) == CONNECTION_OK;
  }

  void commit() override {
    // PostgreSQL answers COMMIT of a broken transaction with ROLLBACK, and SOCI calls that success (SECURITY 5,
    // item 17). Once looked at before, so that the error names the cause; once after, for deferred checks.
    if (session().failed() || PQtransactionStatus(native()) != PQTRANS_INTRANS) {
      throw Error(ErrorCode::kStorage, reason::kStorage, "commit: a statement of this unit failed");
    }
    const Result result = execute("commit", "COMMIT");
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
      throw Error(ErrorCode::kStorage, reason::kStorage, "commit: answered by a rollback");
    }
  }

  bool makeClean() noexcept override {
    if (cutOff() || session().lost() || PQstatus(native()) != CONNECTION_OK) return false;
    switch (PQtransactionStatus(native())) {
      case PQTRANS_IDLE:
        return true;
      case PQTRANS_INTRANS:
      case PQTRANS_INERROR: {
        const Result result(PQexec(native(), "ROLLBACK"));
        return PQresultStatus(result.get()) == PGRES_COMMAND_OK && PQtransactionStatus(native()) == PQTRANS_IDLE;
      }
      default:
        return false;
    }
  }

  void startClock() override { watch_.start(); }
  void stopClock() noexcept override { watch_.stop(); }
  bool cutOff() const noexcept override { return watch_.bitten(); }

  void runScript(std::string_view name, const std::string& script) override {
    execute(name, script.c_str());
    if (PQtransactionStatus(native()) != PQTRANS_INTRANS) {
      throw Error(ErrorCode::kConfig, reason::kConfig, std::string(name) + ": the script ends its own transaction");
    }
  }

 protected:
  // Plain BEGIN, not READ WRITE: that would write on a primary which the operator fenced off with
  // default_transaction_read_only.
  void doBegin() override { execute("begin", "BEGIN"); }

 private:
  PGconn* native() const {
    return static_cast<soci::postgresql_session_backend*>(
               const_cast<PostgresConnection*>(this)->session().get_backend())
        ->conn_;
  }

  Result execute(std::string_view name, const char* sql) {
    Result result(PQexec(native(), sql));
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    markFailed();
    const char* sqlState = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    const Fault fault = faultOfSqlState(sqlState != nullptr ? sqlState : "08000");
    if (fault.lost || PQstatus(native()) != CONNECTION_OK) markLost();
    throw errorOf(fault, name);
  }

  Watchdog::Watch watch_;
};

class PostgresConnector : public Connector {
 public:
  PostgresConnector(const DatabaseUrl& url, const DatabaseOptions& options)
      : url_(url), options_(options), watchdog_(std::make_shared<Watchdog>(options.unitTimeout)) {}
  Dialect dialect() const override { return Dialect::kPostgres; }

  std::unique_ptr<Connection> connect() override {
    return connectWith(options_.statementTimeout, options_.lockTimeout, std::chrono::seconds(10));
  }
  std::unique_ptr<Connection> connectForMigration() override {
    return connectWith(std::chrono::minutes(30), std::chrono::minutes(5), std::chrono::minutes(1));
  }

 private:
  /// In the start packet, so that they cost no round trip and RESET ALL leads back to them. An open transaction that
  /// nobody works on holds locks: the server ends it after idle.
  std::unique_ptr<Connection> connectWith(std::chrono::milliseconds statement, std::chrono::milliseconds lock,
                                          std::chrono::milliseconds idle) {
    const std::string settings = url_.postgresOptions +
                                 " -c timezone=UTC -c statement_timeout=" + std::to_string(statement.count()) +
                                 " -c lock_timeout=" + std::to_string(lock.count()) +
                                 " -c idle_in_transaction_session_timeout=" + std::to_string(idle.count());
    try {
      return std::make_unique<PostgresConnection>(url_.postgres + "options=" + quotedWord(settings), watchdog_);
    } catch (const soci::soci_error&) {
      // libpq's text names host, user and database: not for the log
      throw Error(ErrorCode::kStorage, reason::kStorage, "postgresql: no connection",
                  "Is the server up, and may this user sign in to this database? psql \"$DATABASE_URL\" says more.");
    }
  }

  DatabaseUrl url_;
  DatabaseOptions options_;
  std::shared_ptr<Watchdog> watchdog_;
};

}  // namespace

std::unique_ptr<Connector> postgresConnector(const DatabaseUrl& url, const DatabaseOptions& options) {
  return std::make_unique<PostgresConnector>(url, options);
}

}  // namespace sso::db
