// SPDX-License-Identifier: Apache-2.0
#include "timed_socket.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace sso::front::detail {
void TimedSocket::wait(short events, TimePoint until) const {
  const ClientWaits::Turn turn(waits_, ticket_, descriptor_);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) throw ConnectionLost("too slow");
    pollfd wanted{descriptor_, events, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw ConnectionLost("poll");
  }
}

std::size_t TimedSocket::receive(char* buffer, std::size_t size) {
  for (;;) {
    const auto got = channel_.receive(buffer, size);
    // A client that always has a byte ready never makes us wait; the deadline holds for it, too.
    if (Clock::now() >= readUntil_) throw ConnectionLost("too slow");
    switch (got.outcome) {
      case Channel::Outcome::kDone:
      case Channel::Outcome::kEnd:
        return got.bytes;
      case Channel::Outcome::kBroken:
        throw ConnectionLost("receive");
      case Channel::Outcome::kWantsInput:
        wait(POLLIN, readUntil_);
        break;
      case Channel::Outcome::kWantsOutput:
        wait(POLLOUT, readUntil_);
        break;
    }
  }
}

void TimedSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = channel_.send(bytes);
    switch (sent.outcome) {
      case Channel::Outcome::kDone:
        bytes.remove_prefix(sent.bytes);
        break;
      case Channel::Outcome::kEnd:
      case Channel::Outcome::kBroken:
        throw ConnectionLost("send");
      case Channel::Outcome::kWantsInput:
        wait(POLLIN, std::min(writeUntil_, Clock::now() + stall_));
        break;
      case Channel::Outcome::kWantsOutput:
        wait(POLLOUT, std::min(writeUntil_, Clock::now() + stall_));
        break;
    }
  }
}

}  // namespace sso::front::detail
