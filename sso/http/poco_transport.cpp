// SPDX-License-Identifier: Apache-2.0
#include "http/poco_transport.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>

#include "base/url.h"
#include "http/connection_pool.h"
#include "http/host_resolver.h"
#include "http/request_writer.h"
#include "http/response_reader.h"
#include "http/tcp_connect.h"
#include "http/tls_client.h"
#include "http/upstream_error.h"

namespace sso {
namespace {

using namespace detail;
using Poco::Net::StreamSocket;

/// One request with everything that is decided before a socket is touched.
struct Exchange {
  const HttpRequest& request;
  Url url;
  std::string origin, bytes;
  Deadline deadline;
  std::size_t maxBodyBytes;
};

/// How far an exchange came before it failed; decides whether it may be tried again.
struct Progress {
  bool requestTouched = false;  ///< a byte of it may have reached the server
  bool answerStarted = false;
};

/// RFC 9112 9.3.1, RFC 9110 9.2.2: a kept connection may close under us. A request of which nothing was sent was not
/// seen; one that is safe to repeat may be. A code exchange is neither once it is on its way (SEC-TR-13).
bool mayRepeat(const HttpRequest& request, const Progress& progress) {
  return !progress.requestTouched || (request.safeToRepeat && !progress.answerStarted);
}

class PocoTransport : public HttpTransport {
 public:
  PocoTransport(const SsoOptions& options, std::shared_ptr<Clock> clock)
      : connectTimeout_(options.connectTimeout),
        maxBodyBytes_(options.maxResponseBytes),
        tls_(options.caFile),
        pool_(std::move(clock)) {}

  HttpResponse send(const HttpRequest& request) override {
    try {
      return sendChecked(request);
    } catch (const Poco::Exception& error) {
      // The name only ("Connection refused"): Poco's texts hold addresses.
      throw upstreamUnavailable(error.name());
    }
  }

 private:
  HttpResponse sendChecked(const HttpRequest& request) {
    auto url = parseUrl(request.url);
    if (!url) throw Error(ErrorCode::kInternal, reason::kInternal, "outgoing URL");
    const Exchange exchange{request,
                            *url,
                            url->origin(),
                            requestBytes(request, *url),
                            Deadline(request.timeout),
                            std::min(request.maxBodyBytes, maxBodyBytes_)};
    if (auto kept = pool_.take(exchange.origin)) {
      Progress progress;
      try {
        return run(exchange, std::move(kept), progress);
      } catch (const ConnectionLost&) {
        if (!mayRepeat(request, progress)) throw;
      }
    }
    Progress progress;
    return run(exchange, connect(exchange), progress);
  }

  /// Request out, answer in. The connection goes back to the pool only after a whole answer that leaves it clean.
  HttpResponse run(const Exchange& exchange, std::unique_ptr<Connection> connection, Progress& progress) {
    ResponseReader reader(exchange.request.method, exchange.maxBodyBytes);
    const auto writtenBefore = connection->bytesWritten();
    try {
      connection->write(exchange.bytes, exchange.deadline);
      receive(exchange, *connection, reader);
    } catch (...) {
      progress.requestTouched = connection->bytesWritten() != writtenBefore;
      progress.answerStarted = reader.started();
      throw;
    }
    if (reader.reusable()) pool_.give(exchange.origin, std::move(connection), reader.keepAliveTimeout());
    return reader.take();
  }

  static void receive(const Exchange& exchange, Connection& connection, ResponseReader& reader) {
    char buffer[16 << 10];
    while (!reader.complete()) {
      const auto got = connection.read(buffer, sizeof buffer, exchange.deadline);
      if (got == 0) {
        throw ConnectionLost(reader.started() ? "answer was cut off" : "connection closed without an answer");
      }
      reader.feed({buffer, got});
    }
  }

  std::unique_ptr<Connection> connect(const Exchange& exchange) {
    const Deadline deadline = exchange.deadline.within(connectTimeout_);
    const std::string host = bareHost(exchange.url.host);
    const StreamSocket socket = connectToAny(resolver_.resolve(host, deadline), exchange.url.port, deadline);
    return exchange.url.isHttps() ? tls_.connect(socket, host, deadline) : plainConnection(socket);
  }

  const std::chrono::milliseconds connectTimeout_;
  const std::size_t maxBodyBytes_;
  TlsClient tls_;
  HostResolver resolver_;
  ConnectionPool pool_;
};

}  // namespace

std::shared_ptr<HttpTransport> makePocoTransport(const SsoOptions& options, std::shared_ptr<Clock> clock) {
  return std::make_shared<PocoTransport>(options, std::move(clock));
}

}  // namespace sso
