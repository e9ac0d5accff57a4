// SPDX-License-Identifier: Apache-2.0
// How connections come in, and how the last ones leave.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "reactor.h"

namespace sso::front::detail {
namespace {

using std::chrono::milliseconds;

constexpr int kAcceptAtOnce = 64;
/// At the end: with the above, as many as the longest queue of a listener (4096, tcp(7)), and no more, whoever comes.
constexpr int kLastRounds = 64;
constexpr milliseconds kAcceptPause{100};

bool outOfMeans(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

}  // namespace

/// False when nobody waits any more, or nobody can be let in.
bool Reactor::acceptSome() {
  for (int i = 0; i < kAcceptAtOnce; ++i) {
    bool full = false;
    {
      const std::lock_guard lock(mutex_);
      full = table_.size() >= maxConnections_;
      if (full && !table_.oldestQuiet(nullptr)) {
        pauseAccepting();
        return false;
      }
    }
    sockaddr_storage storage{};
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    socklen_t size = sizeof storage;
    const int accepted = ::accept4(listener_.impl()->sockfd(), address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      if (full) makeRoomFor(nullptr);
      admit(Descriptor(accepted), Poco::Net::SocketAddress(address, size));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return false;
    } else if (outOfMeans(errno)) {
      // The kernel looks for a descriptor first, and for somebody who waits only then.
      if (!somebodyWaits()) return false;
      // The listener stays readable; to ask again at once would only heat the processor.
      if (!makeRoomFor(nullptr)) {
        pauseAccepting();
        return false;
      }
    }
    // Else the connection broke before it was accepted (accept(2)); the next one.
  }
  return true;
}

bool Reactor::somebodyWaits() const {
  pollfd listener{listener_.impl()->sockfd(), POLLIN, 0};
  return ::poll(&listener, 1, 0) > 0;
}

/// The oldest quiet connection goes, of this client or of all; false when there is none.
bool Reactor::makeRoomFor(const Poco::Net::SocketAddress* peer) {
  Ptr oldest;
  {
    const std::lock_guard lock(mutex_);
    oldest = table_.oldestQuiet(peer);
    if (oldest) table_.remove(oldest->id);
  }
  if (oldest) callbacks_.tell(*oldest, 0, peer ? "too_many_of_one_client" : "too_many_connections");
  return oldest != nullptr;
}

void Reactor::admit(Descriptor socket, const Poco::Net::SocketAddress& peer) {
  ++accepted_;
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto channel = options_.tls ? tlsChannel(socket.get(), *options_.tls) : plainChannel(socket.get());
  if (!channel) return;
  const auto connection =
      std::make_shared<Connection>(++lastId_, std::move(socket), std::move(channel), peer, options_.head);
  std::size_t ofClient = 0;
  {
    const std::lock_guard lock(mutex_);
    ofClient = table_.of(peer);
  }
  // A proxy speaks for many clients, and is the one who counts them by their own addresses.
  const bool overLimit = ofClient >= options_.limits.maxConnectionsPerAddress &&
                         !options_.trustedProxies.areTrusted(peer.host().toString());
  if (overLimit && !makeRoomFor(&peer)) {
    return callbacks_.tell(*connection, 0, "too_many_of_one_client");
  }
  const TimePoint now = Clock::now();
  connection->handshakeUntil = now + options_.limits.headTimeout;
  const std::lock_guard lock(mutex_);
  if (!epoll_.watchOnce(connection->socket.get(), connection->id)) return;
  table_.add(connection, options_.tls ? connection->handshakeUntil : now + options_.limits.idleTimeout);
}

void Reactor::pauseAccepting() {
  ++pauses_;
  epoll_.silence(listener_.impl()->sockfd(), kListener);
  resumeAt_ = Clock::now() + kAcceptPause;
}

void Reactor::resumeAccepting(TimePoint now) {
  if (now < resumeAt_ || left_) return;
  resumeAt_ = TimePoint::max();
  epoll_.resume(listener_.impl()->sockfd(), kListener);
}

void Reactor::beginStop(TimePoint cutAt) {
  {
    const std::lock_guard lock(mutex_);
    cutAt_ = std::min(cutAt_, cutAt);
  }
  stopping_ = true;
  epoll_.wake();
}

/// Once, when the server stops. What the kernel accepted for us is still answered; then nobody can connect any more.
void Reactor::leave() {
  epoll_.forget(listener_.impl()->sockfd());
  for (int i = 0; i < kLastRounds && acceptSome(); ++i) {
  }
  listener_.close();  // at once: whoever connects between these two is reset by the kernel
  left_ = true;
  resumeAt_ = TimePoint::max();
  std::vector<Ptr> connections;
  {
    const std::lock_guard lock(mutex_);
    connections = table_.all();
    for (const Ptr& connection : connections) {
      if (connection->state == Connection::State::kInFlight) continue;
      table_.move(*connection, connection->state, std::min(connection->deadline, Clock::now() + kLastMoment));
    }
  }
  for (const Ptr& connection : connections) {
    bool quiet = false;
    {
      const std::lock_guard lock(mutex_);
      quiet = table_.find(connection->id) &&
              (connection->state == Connection::State::kQuiet || connection->state == Connection::State::kCollecting);
    }
    // A request may have arrived that nobody looked at yet; an idle connection is closed by this.
    if (quiet && !connection->channel->shakingHands()) collect(connection);
  }
}

/// True when nobody is left, or the time is up: then whoever is left is cut.
bool Reactor::over(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (table_.size() == 0) return true;
  if (now < cutAt_) return false;
  for (const Ptr& connection : table_.all()) {
    if (connection->state == Connection::State::kInFlight) ::shutdown(connection->socket.get(), SHUT_RDWR);
    table_.remove(connection->id);
  }
  return true;
}

}  // namespace sso::front::detail
