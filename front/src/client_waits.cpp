// SPDX-License-Identifier: Apache-2.0
#include "client_waits.h"

#include <sys/socket.h>

namespace sso::front::detail {

ClientWaits::Turn::Turn(ClientWaits& waits, Ticket ticket, int descriptor) : waits_(waits), ticket_(ticket) {
  const std::lock_guard lock(waits_.mutex_);
  waits_.waiting_.emplace(ticket, descriptor);
  if (waits_.waiting_.size() <= waits_.most_) return;
  // Whoever waits there still holds the socket: he cannot leave without this lock.
  const auto oldest = waits_.waiting_.begin();
  ::shutdown(oldest->second, SHUT_RDWR);
  waits_.waiting_.erase(oldest);
}

ClientWaits::Turn::~Turn() {
  const std::lock_guard lock(waits_.mutex_);
  waits_.waiting_.erase(ticket_);
}

}  // namespace sso::front::detail
