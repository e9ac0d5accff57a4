// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>

namespace scalekit_simulator {
namespace {

namespace Net = Poco::Net;

constexpr std::size_t kMaxBody = 64 * 1024;
constexpr std::size_t kMaxTarget = 8 * 1024;
constexpr int kReadTimeoutSeconds = 10;
constexpr int kKeepAliveSeconds = 30;
constexpr int kQueued = 256;

/// Lets threads wait for a delay or for the end of the server, whichever comes first.
class StopSignal {
 public:
  void raise() {
    const std::lock_guard lock(mutex_);
    raised_ = true;
    changed_.notify_all();
  }
  /// False when the server stops meanwhile.
  bool sleep(std::chrono::milliseconds duration) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, duration, [this] { return raised_; });
  }
  void waitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return raised_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool raised_ = false;
};

/// A request that two parsers could read differently is refused (RFC 9112 sections 6.1 and 6.3). Poco takes the first
/// of two equal fields and lets Transfer-Encoding win silently.
bool hasAmbiguousFraming(const Net::HTTPServerRequest& request) {
  std::set<std::string> seen;
  bool length = false;
  bool encoding = false;
  for (const auto& [name, value] : request) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool single = lower == "content-length" || lower == "transfer-encoding" || lower == "host" ||
                        lower == "authorization" || lower == "cookie" || lower == "content-type" || lower == "origin";
    if (single && !seen.insert(lower).second) return true;
    if (lower == "content-length") {
      length = true;
      const bool digits = !value.empty() && value.size() <= 12 &&
                          std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!digits) return true;
    }
    if (lower == "transfer-encoding") {
      encoding = true;
      if (value != "chunked") return true;
    }
    // Poco decodes RFC 2047 words in values; a control character can only come from there.
    if (std::any_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }))
      return true;
  }
  return length && encoding;
}

/// The body, or false when it is longer than we take.
bool readBody(Net::HTTPServerRequest& request, std::string& body) {
  const bool hasLength = request.hasContentLength();
  if (!hasLength && !request.getChunkedTransferEncoding()) return true;
  if (hasLength && request.getContentLength64() > static_cast<Poco::Int64>(kMaxBody)) return false;
  std::array<char, 8192> buffer{};
  std::istream& stream = request.stream();
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    body.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (body.size() > kMaxBody) return false;
  }
  return !hasLength || body.size() == static_cast<std::size_t>(request.getContentLength64());
}

HttpRequest readHead(const Net::HTTPServerRequest& request) {
  HttpRequest http;
  http.method = request.getMethod();
  const std::string& target = request.getURI();
  const auto question = target.find('?');
  http.path = target.substr(0, question);
  if (question != std::string::npos) http.query = target.substr(question + 1);
  http.contentType = request.get("Content-Type", "");
  http.authorization = request.get("Authorization", "");
  http.cookieHeader = request.get("Cookie", "");
  http.origin = request.get("Origin", "");
  http.host = request.get("Host", "");
  http.accept = request.get("Accept", "");
  http.fetchDestination = request.get("Sec-Fetch-Dest", "");
  http.userAgent = request.get("User-Agent", "");
  http.fromLoopback = request.clientAddress().host().isLoopback();
  return http;
}

void writeHead(const HttpResponse& from, Net::HTTPServerResponse& to) {
  to.setStatus(static_cast<Net::HTTPResponse::HTTPStatus>(from.status));
  to.setReason(Net::HTTPResponse::getReasonForStatus(to.getStatus()));
  for (const auto& [name, value] : from.headers) to.add(name, value);
}

class RequestHandler : public Net::HTTPRequestHandler {
 public:
  RequestHandler(const HttpServer::Handler& handler, StopSignal& stopping) : handler_(handler), stopping_(stopping) {}

  void handleRequest(Net::HTTPServerRequest& request, Net::HTTPServerResponse& response) override {
    try {
      respond(answer(request, response), request, response);
    } catch (const std::exception&) {
      // The peer went away, or sent half a body. Poco would close without an answer on anything but its own
      // exceptions; here every failure ends this one connection and nothing else.
      response.setKeepAlive(false);
    }
  }

 private:
  HttpResponse answer(Net::HTTPServerRequest& request, Net::HTTPServerResponse& response) {
    const std::string& target = request.getURI();
    if (hasAmbiguousFraming(request) || target.size() > kMaxTarget || !target.starts_with('/')) {
      response.setKeepAlive(false);
      return HttpResponse::oauthError(400, "invalid_request", "the request is malformed");
    }
    HttpRequest http = readHead(request);
    if (!readBody(request, http.body)) {
      // What was not read would be taken for the next request.
      response.setKeepAlive(false);
      return HttpResponse::oauthError(413, "invalid_request", "the body is too large or incomplete");
    }
    return handler_(http);
  }

  void respond(const HttpResponse& from, const Net::HTTPServerRequest& request, Net::HTTPServerResponse& to) {
    const Delivery& delivery = from.delivery;
    if (delivery.hang) {
      stopping_.waitForEnd();
      to.setKeepAlive(false);
      return;
    }
    if (delivery.delay.count() > 0 && !stopping_.sleep(delivery.delay)) {
      to.setKeepAlive(false);
      return;
    }
    writeHead(from, to);
    const bool plain = !delivery.truncate && delivery.betweenBytes.count() == 0;
    if (plain || request.getMethod() == "HEAD") {
      to.sendBuffer(from.body.data(), from.body.size());
    } else {
      sendSpoiled(from, to);
    }
  }

  void sendSpoiled(const HttpResponse& from, Net::HTTPServerResponse& to) {
    to.setContentLength64(static_cast<Poco::Int64>(from.body.size()));
    to.setKeepAlive(false);
    std::ostream& stream = to.send();
    if (from.delivery.truncate) {
      stream.write(from.body.data(), static_cast<std::streamsize>(from.body.size() / 2));
      stream.flush();
      return;
    }
    for (const char byte : from.body) {
      stream.put(byte).flush();
      if (!stopping_.sleep(from.delivery.betweenBytes)) return;
    }
  }

  const HttpServer::Handler& handler_;
  StopSignal& stopping_;
};

class HandlerFactory : public Net::HTTPRequestHandlerFactory {
 public:
  HandlerFactory(const HttpServer::Handler& handler, StopSignal& stopping) : handler_(handler), stopping_(stopping) {}
  Net::HTTPRequestHandler* createRequestHandler(const Net::HTTPServerRequest&) override {
    return new RequestHandler(handler_, stopping_);  // Poco deletes it.
  }

 private:
  const HttpServer::Handler& handler_;
  StopSignal& stopping_;
};

/// Small answers must not wait for the peer's delayed acknowledgement.
class NoDelayFilter : public Net::TCPServerConnectionFilter {
 public:
  bool accept(const Net::StreamSocket& socket) override {
    Net::StreamSocket accepted(socket);
    accepted.setNoDelay(true);
    accepted.setSendTimeout(Poco::Timespan(kReadTimeoutSeconds, 0));
    return true;
  }
};

// Poco's two-argument bind() also sets SO_REUSEPORT: a second server would silently share the port with the first.
constexpr bool kReuseAddress = true;
constexpr bool kReusePort = false;

Net::ServerSocket openSocket(const HttpServer::Options& options) {
  const Net::SocketAddress address(options.host, options.port);
  if (options.certificateFile.empty()) {
    Net::ServerSocket socket;
    socket.bind(address, kReuseAddress, kReusePort);
    socket.listen(kQueued);
    return socket;
  }
  Net::Context::Ptr tls = new Net::Context(Net::Context::TLS_SERVER_USE, options.privateKeyFile,
                                           options.certificateFile, "", Net::Context::VERIFY_NONE);
  tls->requireMinimumProtocol(Net::Context::PROTO_TLSV1_2);
  Net::SecureServerSocket socket(tls);
  socket.bind(address, kReuseAddress, kReusePort);
  socket.listen(kQueued);
  return socket;
}

Net::HTTPServerParams::Ptr serverParams(int maxConnections) {
  Net::HTTPServerParams::Ptr params = new Net::HTTPServerParams;
  params->setMaxThreads(maxConnections);  // A connection holds a thread as long as it lives.
  params->setMaxQueued(kQueued);
  params->setTimeout(Poco::Timespan(kReadTimeoutSeconds, 0));
  params->setKeepAlive(true);
  params->setKeepAliveTimeout(Poco::Timespan(kKeepAliveSeconds, 0));
  params->setMaxKeepAliveRequests(0);
  return params;
}

}  // namespace

struct HttpServer::Parts {
  Parts(const Options& options, Handler given)
      : handler(std::move(given)),
        pool("simulator", 2, options.maxConnections + 1),
        socket(openSocket(options)),
        server(new HandlerFactory(handler, stopping), pool, socket, serverParams(options.maxConnections)) {
    server.setConnectionFilter(new NoDelayFilter);
  }
  Handler handler;
  StopSignal stopping;
  Poco::ThreadPool pool;
  Net::ServerSocket socket;
  Net::HTTPServer server;
  bool running = false;
};

HttpServer::HttpServer(const Options& options, Handler handler) {
  try {
    parts_ = std::make_unique<Parts>(options, std::move(handler));
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " +
                             error.displayText());
  }
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::start() {
  parts_->server.start();
  parts_->running = true;
}

void HttpServer::stop() {
  if (!parts_->running) return;
  parts_->running = false;
  parts_->stopping.raise();
  parts_->server.stopAll(true);
  parts_->socket.close();
  parts_->pool.joinAll();
}

std::uint16_t HttpServer::port() const { return parts_->server.port(); }

std::uint64_t HttpServer::acceptedConnections() const {
  return static_cast<std::uint64_t>(parts_->server.totalConnections());
}

}  // namespace scalekit_simulator
