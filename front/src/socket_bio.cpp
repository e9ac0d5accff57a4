// SPDX-License-Identifier: Apache-2.0
#include "socket_bio.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <memory>

namespace sso::front::detail {
namespace {

int socketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int toldTo(BIO* bio, ssize_t result, int direction) {
  BIO_clear_retry_flags(bio);
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    BIO_set_flags(bio, direction | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(result);
}

int sendThrough(BIO* bio, const char* bytes, int size) {
  return toldTo(bio, ::send(socketOf(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL), BIO_FLAGS_WRITE);
}

int receiveThrough(BIO* bio, char* buffer, int size) {
  const auto got = ::recv(socketOf(bio), buffer, static_cast<std::size_t>(size), 0);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return toldTo(bio, got, BIO_FLAGS_READ);
}

long answerControl(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

int begin(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* methodOfSockets() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "accepted socket");
    if (made != nullptr) {
      BIO_meth_set_write(made, sendThrough);
      BIO_meth_set_read(made, receiveThrough);
      BIO_meth_set_ctrl(made, answerControl);
      BIO_meth_set_create(made, begin);
    }
    return std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>(made, &BIO_meth_free);
  }();
  return method.get();
}

}  // namespace

BIO* socketBio(int descriptor) {
  if (methodOfSockets() == nullptr) return nullptr;
  BIO* bio = BIO_new(methodOfSockets());
  if (bio != nullptr) BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  return bio;
}

}  // namespace sso::front::detail
