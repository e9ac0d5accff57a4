// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <memory>
#include <utility>

#include "channel.h"
#include "socket_bio.h"
#include "sso/front/tls.h"

namespace sso::front::detail {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslHandle = std::unique_ptr<SSL, FreeSsl>;

/// OpenSSL keeps errors in a queue of the thread; an old one must not be taken for what just happened.
class TlsChannel : public Channel {
 public:
  TlsChannel(int descriptor, SslHandle ssl) : descriptor_(descriptor), ssl_(std::move(ssl)) {}

  /// RFC 8446 6.1: whoever closes says so, and need not wait for an answer.
  ~TlsChannel() override { sayGoodbye(); }

  Result receive(char* buffer, std::size_t size) override {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer, size, &got);
    return result == 1 ? Result{Outcome::kDone, got} : outcomeOf(result);
  }
  Result send(std::string_view bytes) override {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    return result == 1 ? Result{Outcome::kDone, sent} : outcomeOf(result);
  }
  void end() override {
    sayGoodbye();
    ::shutdown(descriptor_, SHUT_WR);
  }

  void abandon() override { broken_ = true; }

  bool shakingHands() const override { return shakingHands_; }
  Result shakeHands() override {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    if (result != 1) return outcomeOf(result);
    shakingHands_ = false;
    return {Outcome::kDone, 0};
  }

 private:
  Result outcomeOf(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {Outcome::kWantsInput, 0};
      case SSL_ERROR_WANT_WRITE:
        return {Outcome::kWantsOutput, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {Outcome::kEnd, 0};
      default:
        // Also a connection that was cut without a close_notify: what came may not be all (RFC 8446 6.1).
        broken_ = true;
        ERR_clear_error();
        return {Outcome::kBroken, 0};
    }
  }

  void sayGoodbye() {
    if (broken_ || shakingHands_ || std::exchange(saidGoodbye_, true)) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  const int descriptor_;
  SslHandle ssl_;
  bool shakingHands_ = true, broken_ = false, saidGoodbye_ = false;
};

}  // namespace

std::unique_ptr<Channel> tlsChannel(int descriptor, const TlsIdentity& identity) {
  SslHandle ssl(SSL_new(identity.context().get()));
  BIO* bio = socketBio(descriptor);
  if (!ssl || bio == nullptr) {
    BIO_free(bio);
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_bio(ssl.get(), bio, bio);
  SSL_set_accept_state(ssl.get());
  return std::make_unique<TlsChannel>(descriptor, std::move(ssl));
}

}  // namespace sso::front::detail
