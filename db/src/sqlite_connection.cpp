// SPDX-License-Identifier: Apache-2.0
#include "sqlite_connection.h"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>

#include "db_error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

using namespace sqlite_api;

class SqliteConnection : public Connection {
 public:
  SqliteConnection(const std::string& connectString, std::chrono::milliseconds busyTimeout)
      : Connection(Dialect::kSqlite, soci::sqlite3, connectString) {
    sqlite3_busy_timeout(native(), static_cast<int>(busyTimeout.count()));
    execute("pragma foreign_keys", "PRAGMA foreign_keys = ON");
    execute("pragma trusted_schema", "PRAGMA trusted_schema = OFF");
    enterWalMode(busyTimeout);
    // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits when the power fails, and a session whose cookie
    // was sent must survive that (SECURITY N1).
    execute("pragma synchronous", "PRAGMA synchronous = FULL");
  }

  bool isUsable() override { return sqlite3_get_autocommit(native()) != 0; }

  void commit() override {
    // SQLite would commit what the failed statement left; and it ends a transaction by itself when the disk is full.
    if (session().failed() || sqlite3_get_autocommit(native()) != 0) {
      throw Error(ErrorCode::kStorage, reason::kStorage, "commit: a statement of this unit failed");
    }
    execute("commit", "COMMIT");
  }

  bool makeClean() noexcept override {
    // A statement that was left in the middle of its rows keeps a read lock, and with it an old snapshot.
    for (auto* statement = sqlite3_next_stmt(native(), nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(native(), statement)) {
      if (sqlite3_stmt_busy(statement) != 0) sqlite3_reset(statement);
    }
    if (sqlite3_get_autocommit(native()) == 0) sqlite3_exec(native(), "ROLLBACK", nullptr, nullptr, nullptr);
    return sqlite3_get_autocommit(native()) != 0 && !session().lost();
  }

  void runScript(std::string_view name, const std::string& script) override {
    execute(name, script.c_str());
    if (sqlite3_get_autocommit(native()) != 0) {
      throw Error(ErrorCode::kConfig, reason::kConfig, std::string(name) + ": the script ends its own transaction");
    }
  }

 protected:
  // IMMEDIATE takes the write lock now: a transaction that read first and writes later could only fail (BUSY_SNAPSHOT).
  void doBegin() override { execute("begin", "BEGIN IMMEDIATE"); }

 private:
  ::sqlite_api::sqlite3* native() {
    return static_cast<soci::sqlite3_session_backend*>(session().get_backend())->conn_;
  }

  void execute(std::string_view name, const char* sql) {
    if (sqlite3_exec(native(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
    markFailed();
    const Fault fault = faultOfSqlite(sqlite3_extended_errcode(native()));
    if (fault.lost) markLost();
    throw errorOf(fault, name);
  }

  /// The mode is kept in the file, so only the very first connection changes anything. SQLite does not call its busy
  /// handler for this change: instances that start together on a new file wait here instead.
  void enterWalMode(std::chrono::milliseconds busyTimeout) {
    const auto deadline = std::chrono::steady_clock::now() + busyTimeout;
    for (;;) {
      try {
        return execute("pragma journal_mode", "PRAGMA journal_mode = WAL");
      } catch (const Error&) {
        if (session().lost() || std::chrono::steady_clock::now() > deadline) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
  }
};

class SqliteConnector : public Connector {
 public:
  SqliteConnector(std::string path, const DatabaseOptions& options) : path_(std::move(path)), options_(options) {}
  Dialect dialect() const override { return Dialect::kSqlite; }
  std::unique_ptr<Connection> connect() override { return connectWith(options_.lockTimeout); }
  std::unique_ptr<Connection> connectForMigration() override { return connectWith(std::chrono::minutes(1)); }

 private:
  std::unique_ptr<Connection> connectWith(std::chrono::milliseconds busyTimeout) {
    std::call_once(created_, [this] { createPrivately(); });
    // SOCI reads a string with '=' as key=value words.
    const bool needsWords = path_.find('=') != std::string::npos;
    try {
      return std::make_unique<SqliteConnection>(needsWords ? "dbname=\"" + path_ + "\"" : path_, busyTimeout);
    } catch (const soci::soci_error&) {
      throw Error(ErrorCode::kStorage, reason::kStorage, "sqlite: the file cannot be opened",
                  "Does the folder of DATABASE_URL exist, and may this user write there?");
    }
  }

  /// SQLite would make the file with the umask's mode; its -wal and -shm files copy the mode of the file. Once, before
  /// the first connection: closing a descriptor of the file drops every SQLite lock that this process holds on it.
  void createPrivately() const {
    const int file = ::open(path_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
  }

  std::string path_;
  DatabaseOptions options_;
  std::once_flag created_;
};

}  // namespace

std::unique_ptr<Connector> sqliteConnector(const std::string& path, const DatabaseOptions& options) {
  return std::make_unique<SqliteConnector>(path, options);
}

}  // namespace sso::db
