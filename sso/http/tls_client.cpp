// SPDX-License-Identifier: Apache-2.0
#include "http/tls_client.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace sso::detail {
namespace {

using Poco::Net::StreamSocket;

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslHandle = std::unique_ptr<SSL, FreeSsl>;

// --- a BIO over the socket -----------------------------------------------------------------------------------------
// OpenSSL's own socket BIO uses write(2), which raises SIGPIPE on a closed peer; a library must not do that to its
// application, nor change its signal handling. This one uses send(2) with MSG_NOSIGNAL.

int fdOf(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int noteResult(BIO* bio, ssize_t result, int direction) {
  BIO_clear_retry_flags(bio);
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    BIO_set_flags(bio, direction | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(result);
}

int bioWrite(BIO* bio, const char* data, int size) {
  return noteResult(bio, ::send(fdOf(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL), BIO_FLAGS_WRITE);
}

int bioRead(BIO* bio, char* buffer, int size) {
  const auto got = ::recv(fdOf(bio), buffer, static_cast<std::size_t>(size), 0);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return noteResult(bio, got, BIO_FLAGS_READ);
}

long bioControl(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

int bioCreate(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* socketMethod() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    if (made != nullptr) {
      BIO_meth_set_write(made, bioWrite);
      BIO_meth_set_read(made, bioRead);
      BIO_meth_set_ctrl(made, bioControl);
      BIO_meth_set_create(made, bioCreate);
    }
    return std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>(made, &BIO_meth_free);
  }();
  return method.get();
}

// --- the connection ------------------------------------------------------------------------------------------------

enum class Wants { kReading, kWriting, kNothing };

Wants wantsOf(SSL* ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
      return Wants::kReading;
    case SSL_ERROR_WANT_WRITE:
      return Wants::kWriting;
    default:
      return Wants::kNothing;
  }
}

class TlsConnection : public Connection {
 public:
  TlsConnection(const StreamSocket& socket, SslHandle ssl) : socket_(socket), ssl_(std::move(ssl)) {}

  ~TlsConnection() override {
    // One close_notify, without waiting for the other side's (RFC 8446 6.1).
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) && !broken_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  /// Throws Error(kUpstreamUnavailable) unless the peer is who it should be.
  void handshake(const Deadline& deadline) {
    for (;;) {
      deadline.remaining();
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      if (result == 1) return;
      if (!awaitWanted(result, deadline)) throw handshakeFailure();
    }
  }

  void write(std::string_view bytes, const Deadline& deadline) override {
    while (!bytes.empty()) {
      ERR_clear_error();
      std::size_t sent = 0;
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
      if (result == 1) {
        bytes.remove_prefix(sent);
      } else if (!awaitWanted(result, deadline)) {
        throw ConnectionLost("TLS connection lost while sending");
      }
    }
  }

  std::size_t read(char* buffer, std::size_t size, const Deadline& deadline) override {
    for (;;) {
      deadline.remaining();
      ERR_clear_error();
      std::size_t got = 0;
      const int result = SSL_read_ex(ssl_.get(), buffer, size, &got);
      if (result == 1) return got;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
      if (!awaitWanted(result, deadline)) throw ConnectionLost("TLS connection cut without close_notify");
    }
  }

  std::uint64_t bytesWritten() const override { return BIO_number_written(SSL_get_wbio(ssl_.get())); }

  bool idle() noexcept override {
    // Peeking lets OpenSSL take in session tickets, which TLS 1.3 servers send unasked, without calling them data. One
    // record at a time: what stands behind them may be data.
    for (int records = 0; records < kMostRecordsWhileIdle; ++records) {
      ERR_clear_error();
      char byte;
      std::size_t got = 0;
      const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
      if (result == 1 || wantsOf(ssl_.get(), result) != Wants::kReading) return false;
      if (nothingArrived(socket_)) return SSL_has_pending(ssl_.get()) == 0;
    }
    return false;
  }

 private:
  static constexpr int kMostRecordsWhileIdle = 8;

  /// False when the failure is final.
  bool awaitWanted(int result, const Deadline& deadline) {
    switch (wantsOf(ssl_.get(), result)) {
      case Wants::kReading:
        awaitReadable(socket_, deadline);
        return true;
      case Wants::kWriting:
        awaitWritable(socket_, deadline);
        return true;
      default:
        broken_ = true;
        return false;
    }
  }

  Error handshakeFailure() const {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict == X509_V_OK) return upstreamUnavailable("TLS handshake failed");
    return upstreamUnavailable(std::string("certificate refused: ") + X509_verify_cert_error_string(verdict),
                               "check SCALEKIT_ENVIRONMENT_URL, the system's CA certificates and SCALEKIT_CA_FILE");
  }

  StreamSocket socket_;
  SslHandle ssl_;
  bool broken_ = false;
};

bool setSni(SSL* ssl, std::string host) {
  // SSL_set_tlsext_host_name, spelled out: the macro casts in the old style.
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

/// RFC 9525: the name in the URL, as DNS name or as address, is what the certificate must hold as an alternative name;
/// the subject's common name is none (section 2). SNI for names only (RFC 6066 3).
void expectHost(SSL* ssl, const std::string& host) {
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  Poco::Net::IPAddress address;
  const bool isAddress = Poco::Net::IPAddress::tryParse(host, address);
  const bool ok = isAddress ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1
                            : SSL_set1_host(ssl, host.c_str()) == 1 && setSni(ssl, host);
  if (!ok) throw upstreamUnavailable("host name cannot be verified");
}

}  // namespace

TlsClient::TlsClient(const std::string& caFile, std::string_view setting) : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX* context = context_.get();
  const auto require = [](bool ok, std::string_view what) {
    if (!ok) throw Error(ErrorCode::kConfig, reason::kConfig, what);
  };
  require(context != nullptr && socketMethod() != nullptr, "TLS cannot be set up");
  require(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1, "TLS 1.2 is not available");
  require(SSL_CTX_set_default_verify_paths(context) == 1, "the system's CA certificates cannot be loaded");
  if (!caFile.empty()) {
    require(SSL_CTX_load_verify_file(context, caFile.c_str()) == 1,
            std::string(setting) + ": no PEM certificates there");
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A write that has to wait may be repeated from another address: our buffers are string_views.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A record without data ends a read: as long as the peer sends more of them, OpenSSL would go on by itself, past the
  // deadline.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  ERR_clear_error();
}

std::unique_ptr<Connection> TlsClient::connect(const StreamSocket& socket, const std::string& host,
                                               const Deadline& deadline) const {
  SslHandle ssl(SSL_new(context_.get()));
  BIO* bio = BIO_new(socketMethod());
  if (!ssl || bio == nullptr) {
    BIO_free(bio);
    throw upstreamUnavailable("TLS cannot be set up");
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket.impl()->sockfd())));
  SSL_set_bio(ssl.get(), bio, bio);
  expectHost(ssl.get(), host);
  auto connection = std::make_unique<TlsConnection>(socket, std::move(ssl));
  connection->handshake(deadline);
  return connection;
}

}  // namespace sso::detail
