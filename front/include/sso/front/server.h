// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/ServerSocket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sso/front/limits.h"
#include "sso/front/tls.h"
#include "sso/front/trusted_proxies.h"

namespace sso::front {

/// Something that went otherwise than with a 2xx by a handler: for a log. Anybody can cause these at any rate.
struct Notice {
  int status = 0;                ///< of the answer; 0: none, the connection was closed
  std::string_view reason = {};  ///< stable word: "bare_lf", "head_timeout", "handshake", "handler_threw"
  std::string client = {};       ///< address of the peer, without port
};

struct ServerOptions {
  HeadLimits head = {};
  ServerLimits limits = {};
  /// Speak TLS, with this certificate; null: plain HTTP, for behind a proxy. One identity may serve several servers.
  std::shared_ptr<TlsIdentity> tls = nullptr;
  /// Clients reach this server through TLS, which a proxy ends: HTTPServerRequest::secure() is true, and the front's
  /// own refusals carry Strict-Transport-Security. With tls it is true whatever is said here.
  bool secure = false;
  /// Whom to believe about who the client is: then clientAddress() (port 0) and secure() are what they say. To handlers
  /// no forwarding field of anybody else is shown, and no other such field of theirs decides anything.
  /// maxConnectionsPerAddress does not hold for them: they speak for many.
  TrustedProxies trustedProxies = {};
  /// Called from any thread of the server; must not block. What it throws is dropped.
  std::function<void(const Notice&)> notice = nullptr;
};

/// Serves a Poco HTTPRequestHandlerFactory, in place of Poco::Net::HTTPServer, to clients that cannot be trusted:
///
///   Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("0.0.0.0", 8080));
///   sso::front::Server server(new MyFactory, socket);
///   server.start();
///   ...
///   server.stop(std::chrono::seconds(5));
///
/// One thread waits for all connections that are quiet (epoll) and collects their heads; a connection costs no thread
/// until its head is complete and judged (HeadReader). Where TLS is spoken, handshakes have threads of their own, half
/// as many as there are processors. Then a thread of a bounded pool calls the factory and the handler; a small body is
/// collected first. Differences from Poco's server that a handler may notice:
///
///  - header values arrive as they were sent; Poco would decode RFC 2047 words into line breaks (SECURITY 5, item 2);
///  - the body stream ends where the body ends; when the client breaks it off, breaks its framing or is too slow, the
///    stream turns bad(), which is how a cut body is told from a whole one;
///  - "100 Continue" goes out when the handler first reads the body, or calls sendContinue(), and not before;
///  - an answer leaves when 16 KiB of it are there, on flush, or when the handler returns. Until then anything it
///    throws becomes a plain 500; later, the connection is cut so that the client sees that the answer is not whole;
///  - a response header or cookie with a control byte, or a name that is no token, throws std::invalid_argument from
///    send() before anything is sent (SECURITY 5, item 3). Framing, Connection and Date are the server's;
///  - what a handler left of the body is drained within a bound, or the connection ends (item 6).
///
/// Thread-safe. Handlers run on the server's threads, several at once.
class Server {
 public:
  /// socket: bound and listening. Throws std::invalid_argument on limits that make no sense.
  Server(Poco::Net::HTTPRequestHandlerFactory::Ptr factory, const Poco::Net::ServerSocket& socket,
         ServerOptions options = {});
  /// Stops without grace, then waits for handlers that still run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Throws std::system_error when the system gives no epoll set or thread. Once.
  void start();
  /// Stops accepting at once and closes idle connections; requests that are complete are answered with "Connection:
  /// close"; a head that is on its way gets half a second. What is left after grace is cut, whatever clients do.
  /// afterCut: for handlers to notice. True when all of them have returned. May be called again.
  bool stop(std::chrono::milliseconds grace, std::chrono::milliseconds afterCut = std::chrono::milliseconds(2000));

  std::uint16_t port() const;
  struct Counts {
    std::size_t connections = 0, collecting = 0, inHandlers = 0, waiting = 0;
    std::uint64_t accepted = 0, acceptPauses = 0;  ///< since start
  };
  Counts counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sso::front
