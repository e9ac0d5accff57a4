// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace sso::db {

/// Ends the use of a connection whose server has stopped: one that keeps its connections and never answers (a frozen
/// machine, a full disk under the data, SIGSTOP). The server's own limits need a server that runs, and libpq waits for
/// ever (SEC-DB-08, R-03, N7). A thread shuts the socket down, and the call that waits on it fails at once.
/// Thread-safe.
class Watchdog : public std::enable_shared_from_this<Watchdog> {
 public:
  /// limit: how long a connection may be in use, in one piece.
  explicit Watchdog(std::chrono::milliseconds limit) : limit_(limit) {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The watch over one socket. Its end shuts the socket down, so that nothing that is still said on it (SOCI's
  /// DEALLOCATE for each statement) waits for an answer. start and stop: by the thread that holds the connection.
  class Watch {
   public:
    Watch(std::shared_ptr<Watchdog> owner, int socket);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void start();
    void stop() noexcept;
    /// The socket was shut: what the connection says from now on is worth nothing.
    bool bitten() const noexcept;

   private:
    friend class Watchdog;
    const std::shared_ptr<Watchdog> owner_;
    /// A descriptor of our own for the same socket: libpq closes its own whenever it likes, and its number may be
    /// somebody else's by the time the watchdog comes.
    const int socket_;
    // Guarded by the watchdog's mutex.
    std::chrono::steady_clock::time_point due_{};
    std::list<Watch*> node_{this};  ///< this watch, while it is not in running_
    bool bitten_ = false;
  };

 private:
  void run();
  void startThread();

  const std::chrono::milliseconds limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Watch*> running_;  ///< first the one that is due first: all have the same limit
  bool resting_ = false;       ///< the thread waits for something to watch; else it wakes by itself
  bool ending_ = false;
  std::thread thread_;  ///< started with the first watch
};

}  // namespace sso::db
