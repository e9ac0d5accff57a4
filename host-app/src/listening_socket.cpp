// SPDX-License-Identifier: Apache-2.0
#include "listening_socket.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace hostapp {
namespace {

using Poco::Net::SocketAddress;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// One accepted connection. Its addresses are fixed for its life; used by the thread that serves it, and shut down from
/// the one that stops the server.
class AcceptedSocket : public Poco::Net::StreamSocketImpl {
 public:
  AcceptedSocket(poco_socket_t descriptor, const SocketAddress& peer)
      : StreamSocketImpl(descriptor), own_(StreamSocketImpl::address()), peer_(peer) {}

  SocketAddress address() override { return own_; }
  SocketAddress peerAddress() override { return peer_; }

  bool poll(const Poco::Timespan& timeout, int mode) override {
    if (!initialized()) throw Poco::Net::InvalidSocketException();
    pollfd wanted{sockfd(), eventsOf(mode), 0};
    const auto deadline = steady_clock::now() + microseconds(timeout.totalMicroseconds());
    auto left = milliseconds(timeout.totalMilliseconds());
    for (;;) {
      const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
      if (ready >= 0) return ready > 0;
      if (errno != EINTR) error();
      left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
    }
  }

 private:
  /// Errors and the end of the stream are always reported.
  static short eventsOf(int mode) {
    int events = 0;
    if ((mode & SELECT_READ) != 0) events |= POLLIN;
    if ((mode & SELECT_WRITE) != 0) events |= POLLOUT;
    return static_cast<short>(events);
  }

  const SocketAddress own_, peer_;
};

class ListeningImpl : public Poco::Net::ServerSocketImpl {
 public:
  Poco::Net::SocketImpl* acceptConnection(SocketAddress& client) override {
    if (!initialized()) throw Poco::Net::InvalidSocketException();
    sockaddr_storage storage{};
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    socklen_t size = sizeof(storage);
    int descriptor = -1;
    do {
      descriptor = ::accept4(sockfd(), address, &size, SOCK_CLOEXEC);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) error();
    client = SocketAddress(address, size);
    return new AcceptedSocket(descriptor, client);  // Poco counts its references
  }
};

}  // namespace

ListeningSocket::ListeningSocket() : Poco::Net::ServerSocket(new ListeningImpl, true) {}

}  // namespace hostapp
