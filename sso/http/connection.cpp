// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace sso::detail {
namespace {

using Poco::Net::StreamSocket;

/// Not Poco's own poll, which makes, fills and closes an epoll set each time: four system calls instead of one.
void await(const StreamSocket& socket, short events, const Deadline& deadline) {
  pollfd wanted{socket.impl()->sockfd(), events, 0};
  for (;;) {
    const int ready = ::poll(&wanted, 1, static_cast<int>(deadline.remaining().count()));
    // An error is left for the read or write that follows, which can say what it is.
    if (ready > 0 || (ready < 0 && errno != EINTR)) return;
  }
}

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

class PlainConnection : public Connection {
 public:
  explicit PlainConnection(const StreamSocket& socket) : socket_(socket), fd_(socket.impl()->sockfd()) {}

  void write(std::string_view bytes, const Deadline& deadline) override {
    while (!bytes.empty()) {
      // MSG_NOSIGNAL: a closed peer must not raise SIGPIPE in an application that embeds us.
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        written_ += static_cast<std::uint64_t>(sent);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (wouldBlock(errno)) {
        awaitWritable(socket_, deadline);
      } else {
        throw ConnectionLost("connection lost while sending");
      }
    }
  }

  std::size_t read(char* buffer, std::size_t size, const Deadline& deadline) override {
    for (;;) {
      deadline.remaining();  // a peer that is always ready must not outlive the deadline either
      const auto got = ::recv(fd_, buffer, size, 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (!wouldBlock(errno)) throw ConnectionLost("connection lost while reading");
      awaitReadable(socket_, deadline);
    }
  }

  std::uint64_t bytesWritten() const override { return written_; }

  bool idle() noexcept override { return nothingArrived(socket_); }

 private:
  StreamSocket socket_;
  int fd_;
  std::uint64_t written_ = 0;
};

}  // namespace

void awaitReadable(const StreamSocket& socket, const Deadline& deadline) { await(socket, POLLIN, deadline); }

void awaitWritable(const StreamSocket& socket, const Deadline& deadline) { await(socket, POLLOUT, deadline); }

bool nothingArrived(const StreamSocket& socket) noexcept {
  char byte;
  return ::recv(socket.impl()->sockfd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && wouldBlock(errno);
}

std::unique_ptr<Connection> plainConnection(const StreamSocket& socket) {
  return std::make_unique<PlainConnection>(socket);
}

}  // namespace sso::detail
