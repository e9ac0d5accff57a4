// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "sso/db/session.h"

namespace sso::db {

/// One connection of a pool: a Session and what SOCI cannot be trusted with (transactions, health, whole scripts),
/// done through the engine's own library. Once it is lost it is destroyed and a new one made, never reconnected: a
/// SOCI session whose reconnect() fails keeps a dangling backend (SECURITY 5, item 16).
class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Session& session() { return session_; }
  /// Cheap look before it is lent: alive as far as this side can know, and outside any transaction.
  virtual bool isUsable() = 0;
  /// Starts a transaction. Throws Error(kStorage) or Error(kConflict).
  void begin() {
    session_.failed_ = false;
    doBegin();
  }
  /// Ends it; returns only when the engine said that it was committed (SECURITY 5, item 17).
  virtual void commit() = 0;
  /// Leaves no transaction and no half-read statement behind; false when that cannot be had and it must be discarded.
  virtual bool makeClean() noexcept = 0;
  /// Around each use of a connection from the pool: an engine that may fall silent ends the use that takes too long.
  virtual void startClock() {}
  virtual void stopClock() noexcept {}
  /// That happened: it must be discarded, and the others may be as dead.
  virtual bool cutOff() const noexcept { return false; }
  /// Runs a script of several statements inside the transaction that begin() started.
  virtual void runScript(std::string_view name, const std::string& script) = 0;

 protected:
  Connection(Dialect dialect, const soci::backend_factory& backend, const std::string& connectString)
      : session_(dialect, backend, connectString) {}
  virtual void doBegin() = 0;
  void markLost() { session_.lost_ = true; }
  void markFailed() { session_.failed_ = true; }

 private:
  Session session_;
};

/// Makes connections of one database. Thread-safe.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual Dialect dialect() const = 0;
  /// Throws Error(kStorage) when there is none to be had.
  virtual std::unique_ptr<Connection> connect() = 0;
  /// One without the time limits of requests, for a migration.
  virtual std::unique_ptr<Connection> connectForMigration() = 0;
};

}  // namespace sso::db
