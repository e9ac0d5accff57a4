// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "connection.h"

namespace sso::front::detail {

/// All connections: whose they are, what each is in, and until when. Not thread-safe: its owner locks.
class ConnectionTable {
 public:
  using Ptr = std::shared_ptr<Connection>;

  /// Without the memory for it (std::bad_alloc), as if it had not been called.
  void add(const Ptr& connection, TimePoint deadline);
  Ptr find(ConnectionId id) const;
  /// Closes the socket once nobody holds the connection any more.
  void remove(ConnectionId id);
  /// Nothing when it was removed. Without the memory for it (std::bad_alloc), the connection can still be removed.
  void move(Connection& connection, Connection::State state, TimePoint deadline);

  std::size_t size() const { return connections_.size(); }
  std::size_t in(Connection::State state) const;
  std::size_t of(const Poco::Net::SocketAddress& peer) const;
  /// The quiet connection (or one whose body is collected) that is the oldest, of this address or of all; null when
  /// there is none.
  Ptr oldestQuiet(const Poco::Net::SocketAddress* peer) const;
  /// The one whose deadline passed first; null when none has.
  Ptr expired(TimePoint now) const;
  std::optional<TimePoint> nextDeadline() const;
  std::vector<Ptr> all() const;

 private:
  struct Address {
    std::size_t count = 0;
    std::set<ConnectionId> quiet = {};
  };

  std::unordered_map<ConnectionId, Ptr> connections_;
  std::set<std::pair<TimePoint, ConnectionId>> deadlines_;
  std::set<ConnectionId> quiet_;
  std::map<std::string, Address> addresses_;
  std::size_t inFlight_ = 0, lingering_ = 0, collecting_ = 0;

  void forget(const Connection& connection) noexcept;
  static bool isQuiet(Connection::State state);
  std::size_t* counterOf(Connection::State state);
};

}  // namespace sso::front::detail
