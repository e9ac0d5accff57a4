// SPDX-License-Identifier: Apache-2.0
#include "timed_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace sso::front::detail {
namespace {

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

void TimedSocket::wait(short events, TimePoint until) const {
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
    const auto got = ::recv(descriptor_, buffer, size, 0);
    // A client that always has a byte ready never makes us wait; the deadline holds for it, too.
    if (Clock::now() >= readUntil_) throw ConnectionLost("too slow");
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    if (!wouldBlock(errno)) throw ConnectionLost("recv");
    wait(POLLIN, readUntil_);
  }
}

void TimedSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent < 0 && errno != EINTR && !wouldBlock(errno)) {
      throw ConnectionLost("send");
    } else if (sent == 0 || wouldBlock(errno)) {
      wait(POLLOUT, std::min(writeUntil_, Clock::now() + stall_));
    }
  }
}

}  // namespace sso::front::detail
