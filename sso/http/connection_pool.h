// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/connection.h"
#include "sso/runtime.h"

namespace sso::detail {

/// Idle connections, kept per origin for the next exchange. At most 32 each; the last one used goes first, so that the
/// others may age; none older than 60 s idle, or than its server promised to wait, less a second. Thread-safe.
class ConnectionPool {
 public:
  static constexpr std::size_t kMaxIdle = 32;
  static constexpr std::chrono::seconds kMaxIdleAge{60};
  /// A server closes on time; a request that crosses its FIN is lost. So we leave a little earlier.
  static constexpr std::chrono::seconds kMargin{1};

  explicit ConnectionPool(std::shared_ptr<Clock> clock) : clock_(std::move(clock)) {}
  /// A connection that is still open, now the caller's; null when there is none.
  std::unique_ptr<Connection> take(const std::string& origin);
  /// Keeps a connection between two exchanges. promised: the server's Keep-Alive timeout, if it named one.
  void give(const std::string& origin, std::unique_ptr<Connection> connection,
            std::optional<std::chrono::seconds> promised);

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point until;
  };
  std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Idle>> idle_;  ///< oldest first
};

}  // namespace sso::detail
