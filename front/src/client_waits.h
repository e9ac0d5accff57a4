// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace sso::front::detail {

/// The threads that wait for their clients: for a body, or for room for an answer. Clients that keep them waiting must
/// leave threads to the others: of `most` at a time, whoever has had his thread the longest is cut when one more comes.
/// Thread-safe.
class ClientWaits {
 public:
  /// A request, by when it got its thread: a lower one is older.
  using Ticket = std::uint64_t;

  explicit ClientWaits(std::size_t most) : most_(most) {}
  ClientWaits(const ClientWaits&) = delete;
  ClientWaits& operator=(const ClientWaits&) = delete;

  Ticket begin() { return ++last_; }

  /// This thread waits for the client behind the socket, as long as the turn lives. Being cut is seen on the socket,
  /// which is shut then. To be a local variable.
  class Turn {
   public:
    /// descriptor: stays open while the turn lives. One turn of a ticket at a time.
    Turn(ClientWaits& waits, Ticket ticket, int descriptor);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ClientWaits& waits_;
    const Ticket ticket_;
  };

 private:
  const std::size_t most_;
  std::atomic<Ticket> last_ = 0;
  std::mutex mutex_;
  std::map<Ticket, int> waiting_;  ///< their sockets; guarded by mutex_
};

}  // namespace sso::front::detail
