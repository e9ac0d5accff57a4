// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace sso::front {

/// What a server shows of itself, as two files in PEM.
struct TlsFiles {
  std::string certificateChain = {};  ///< the server's certificate first, then those that lead to an authority
  std::string privateKey = {};        ///< of that certificate; without a passphrase
};

/// The server's side of TLS: versions 1.2 and 1.3, of 1.2 only key exchanges with forward secrecy and authenticated
/// ciphers (RFC 9325 4.2), no renegotiation (RFC 9325 3.4), no compression, no early data (RFC 8470). A client that
/// offers protocols by ALPN must offer http/1.1 (RFC 7301 3.2), so that nothing meant for another protocol is taken for
/// a request. OpenSSL directly: Poco's contexts begin at TLS 1.0, hold one certificate for ever and need global state.
///
/// The certificate can be replaced while the server runs: connections that are there go on, new ones see the new one.
/// Thread-safe.
class TlsIdentity {
 public:
  /// Throws std::invalid_argument, in words that name the file and what is wrong with it.
  explicit TlsIdentity(TlsFiles files);

  /// Reads the files again if either is another than when it was last read, symbolic links followed. True when the new
  /// certificate is in use. Throws like the constructor; then the old one stays in use, and the next call tries again -
  /// between the writing of one file and of the other, the two do not fit.
  bool reloadIfChanged();
  /// When the certificate in use runs out.
  std::chrono::system_clock::time_point expires() const;

  /// For the server: what a new connection begins with.
  std::shared_ptr<ssl_ctx_st> context() const;

 private:
  /// Which files, and in which state, were read.
  using Stamp = std::array<std::int64_t, 10>;
  Stamp stampOfFiles() const;
  void load();

  const TlsFiles files_;
  mutable std::mutex mutex_;
  Stamp loaded_{};
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace sso::front
