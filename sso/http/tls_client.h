// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "http/connection.h"

namespace sso::detail {

/// Our side of TLS: version 1.2 and up, certificates against the system's CAs and those of caFile, and the host name
/// always, loopback included. OpenSSL directly over a Poco socket: Poco's own layer skips the name check for hosts that
/// resolve to loopback, takes a cut connection for its end and has no total deadline (SECURITY 5, items 7, 8, 15).
/// There is no switch to turn any of it off (SEC-CF-06). Immutable; thread-safe.
class TlsClient {
 public:
  /// caFile: PEM, may be empty. Throws Error(kConfig) when it cannot be read, which names the setting it came from.
  explicit TlsClient(const std::string& caFile, std::string_view setting = "SCALEKIT_CA_FILE");
  /// Shakes hands over a connected, non-blocking socket. host: the name or address in the URL, without brackets.
  /// Nothing of ours is sent before the peer is verified. Throws Error(kUpstreamUnavailable).
  std::unique_ptr<Connection> connect(const Poco::Net::StreamSocket& socket, const std::string& host,
                                      const Deadline& deadline) const;

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, FreeContext> context_;
};

}  // namespace sso::detail
