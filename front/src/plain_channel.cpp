// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <cerrno>

#include "channel.h"

namespace sso::front::detail {
namespace {

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

class PlainChannel : public Channel {
 public:
  explicit PlainChannel(int descriptor) : descriptor_(descriptor) {}

  Result receive(char* buffer, std::size_t size) override {
    for (;;) {
      const auto got = ::recv(descriptor_, buffer, size, 0);
      if (got > 0) return {Outcome::kDone, static_cast<std::size_t>(got)};
      if (got == 0) return {Outcome::kEnd, 0};
      if (errno != EINTR) return {wouldBlock(errno) ? Outcome::kWantsInput : Outcome::kBroken, 0};
    }
  }
  Result send(std::string_view bytes) override {
    for (;;) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) return {Outcome::kDone, static_cast<std::size_t>(sent)};
      if (sent == 0 || errno != EINTR) {
        return {sent == 0 || wouldBlock(errno) ? Outcome::kWantsOutput : Outcome::kBroken, 0};
      }
    }
  }
  void end() override { ::shutdown(descriptor_, SHUT_WR); }

 private:
  const int descriptor_;
};

}  // namespace

std::unique_ptr<Channel> plainChannel(int descriptor) { return std::make_unique<PlainChannel>(descriptor); }

}  // namespace sso::front::detail
