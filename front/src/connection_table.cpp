// SPDX-License-Identifier: Apache-2.0
#include "connection_table.h"

#include <Poco/Net/IPAddress.h>

namespace sso::front::detail {
namespace {

/// Bytes that stand for a client: its IPv4 address, also where a socket for both kinds maps it (RFC 4291 2.5.5.2), or
/// the network that one IPv6 client has to itself (RFC 6177).
std::string keyOf(const Poco::Net::SocketAddress& peer) {
  const Poco::Net::IPAddress host = peer.host();
  const auto* bytes = static_cast<const char*>(host.addr());
  if (host.family() == Poco::Net::IPAddress::IPv4) return {bytes, 4};
  if (host.isIPv4Mapped()) return {bytes + 12, 4};
  return {bytes, 8};
}

}  // namespace

bool ConnectionTable::isQuiet(Connection::State state) {
  return state == Connection::State::kQuiet || state == Connection::State::kCollecting;
}

std::size_t* ConnectionTable::counterOf(Connection::State state) {
  if (state == Connection::State::kInFlight) return &inFlight_;
  if (state == Connection::State::kCollecting) return &collecting_;
  return state == Connection::State::kLingering ? &lingering_ : nullptr;
}

void ConnectionTable::add(const Ptr& connection, TimePoint deadline) {
  connection->state = Connection::State::kQuiet;
  connection->deadline = deadline;
  Address& address = addresses_[keyOf(connection->peer)];
  ++address.count;
  try {
    address.quiet.insert(connection->id);
    quiet_.insert(connection->id);
    deadlines_.emplace(deadline, connection->id);
    connections_.emplace(connection->id, connection);
  } catch (...) {
    forget(*connection);
    throw;
  }
}

/// But for connections_ and the counters of states.
void ConnectionTable::forget(const Connection& connection) noexcept {
  deadlines_.erase({connection.deadline, connection.id});
  quiet_.erase(connection.id);
  const auto address = addresses_.find(keyOf(connection.peer));
  address->second.quiet.erase(connection.id);
  if (--address->second.count == 0) addresses_.erase(address);
}

ConnectionTable::Ptr ConnectionTable::find(ConnectionId id) const {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second;
}

void ConnectionTable::remove(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const Ptr connection = found->second;
  connections_.erase(found);
  if (std::size_t* counter = counterOf(connection->state)) --*counter;
  forget(*connection);
}

void ConnectionTable::move(Connection& connection, Connection::State state, TimePoint deadline) {
  auto entry = deadlines_.extract({connection.deadline, connection.id});
  if (entry.empty()) return;  // removed meanwhile
  entry.value().first = deadline;
  deadlines_.insert(std::move(entry));
  connection.deadline = deadline;
  if (connection.state == state) return;
  const bool quiet = isQuiet(state);
  if (quiet != isQuiet(connection.state)) {
    auto& ofAddress = addresses_[keyOf(connection.peer)].quiet;
    if (quiet) {
      quiet_.insert(connection.id);
      ofAddress.insert(connection.id);
    } else {
      quiet_.erase(connection.id);
      ofAddress.erase(connection.id);
    }
  }
  if (std::size_t* counter = counterOf(connection.state)) --*counter;
  if (std::size_t* counter = counterOf(state)) ++*counter;
  connection.state = state;
}

std::size_t ConnectionTable::in(Connection::State state) const {
  switch (state) {
    case Connection::State::kInFlight:
      return inFlight_;
    case Connection::State::kCollecting:
      return collecting_;
    case Connection::State::kLingering:
      return lingering_;
    default:
      return quiet_.size() - collecting_;
  }
}

std::size_t ConnectionTable::of(const Poco::Net::SocketAddress& peer) const {
  const auto found = addresses_.find(keyOf(peer));
  return found == addresses_.end() ? 0 : found->second.count;
}

ConnectionTable::Ptr ConnectionTable::oldestQuiet(const Poco::Net::SocketAddress* peer) const {
  if (peer == nullptr) return quiet_.empty() ? nullptr : find(*quiet_.begin());
  const auto found = addresses_.find(keyOf(*peer));
  if (found == addresses_.end() || found->second.quiet.empty()) return nullptr;
  return find(*found->second.quiet.begin());
}

ConnectionTable::Ptr ConnectionTable::expired(TimePoint now) const {
  if (deadlines_.empty() || deadlines_.begin()->first > now) return nullptr;
  return find(deadlines_.begin()->second);
}

std::optional<TimePoint> ConnectionTable::nextDeadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

std::vector<ConnectionTable::Ptr> ConnectionTable::all() const {
  std::vector<Ptr> result;
  result.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) result.push_back(connection);
  return result;
}

}  // namespace sso::front::detail
