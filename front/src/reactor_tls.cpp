// SPDX-License-Identifier: Apache-2.0
// How connections come to speak TLS. The arithmetic of a handshake is a thread's work, not the reactor's: meanwhile the
// others are served.
#include <algorithm>
#include <new>

#include "reactor.h"

namespace sso::front::detail {

void Reactor::onHandshake(const Ptr& connection) {
  {
    const std::lock_guard lock(mutex_);
    table_.move(*connection, Connection::State::kInFlight, connection->handshakeUntil);
  }
  if (callbacks_.shakeHands(connection)) return;  // from here on it may be in another thread's hands
  callbacks_.tell(*connection, 0, "handshakes_full");
  drop(connection);
}

void Reactor::handsShaken(const Ptr& connection, Channel::Outcome outcome) noexcept try {
  switch (outcome) {
    case Channel::Outcome::kDone:
      return stayQuiet(connection);
    case Channel::Outcome::kWantsInput:
    case Channel::Outcome::kWantsOutput:
      return awaitHandshake(connection, outcome);
    case Channel::Outcome::kEnd:
    case Channel::Outcome::kBroken:
      // The alert that says why is out; the client shall have the time to read it.
      callbacks_.tell(*connection, 0, "handshake");
      return linger(connection);
  }
} catch (const std::bad_alloc&) {
  drop(connection);
}

void Reactor::awaitHandshake(const Ptr& connection, Channel::Outcome wants) {
  TimePoint deadline = connection->handshakeUntil;
  if (stopping_) deadline = std::min(deadline, Clock::now() + kLastMoment);
  const int socket = connection->socket.get();
  const std::lock_guard lock(mutex_);
  table_.move(*connection, Connection::State::kQuiet, deadline);
  const bool armed = wants == Channel::Outcome::kWantsInput ? epoll_.rearm(socket, connection->id)
                                                            : epoll_.rearmForOutput(socket, connection->id);
  if (!armed) table_.remove(connection->id);
}

}  // namespace sso::front::detail
