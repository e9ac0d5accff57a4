// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.h"

namespace sso::db {

class ConnectionPool;

/// A connection on loan. Its end gives the connection back, clean, or destroys it.
class Lease {
 public:
  Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection, std::uint64_t generation)
      : pool_(&pool), connection_(std::move(connection)), generation_(generation) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Connection& connection() { return *connection_; }

 private:
  ConnectionPool* pool_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t generation_;
};

/// At most `size` connections, made when they are needed, lent most recently used first. SOCI's own pool keeps dead
/// connections, waits for ever and hands on open transactions (SECURITY 5, item 16). Thread-safe.
class ConnectionPool {
 public:
  ConnectionPool(std::unique_ptr<Connector> connector, std::size_t size, std::chrono::milliseconds leaseTimeout);

  /// A usable connection. Error(kStorage) when none is free in time (SEC-DB-04) or the server cannot be reached.
  Lease lease();
  Connector& connector() { return *connector_; }

 private:
  friend class Lease;
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::uint64_t generation;
  };
  /// Waits for the right to hold one connection; the idle one that goes with it, or null.
  Idle take();
  Lease connect();
  void giveBack(std::unique_ptr<Connection> connection, std::uint64_t generation) noexcept;
  void release() noexcept;

  const std::unique_ptr<Connector> connector_;
  const std::size_t size_;
  const std::chrono::milliseconds leaseTimeout_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t lent_ = 0;
  std::uint64_t generation_ = 0;  ///< grows when the others are known or feared to lead to a wrong or silent server
  std::chrono::steady_clock::time_point refuseUntil_{};
  std::vector<Idle> idle_;
};

}  // namespace sso::db
