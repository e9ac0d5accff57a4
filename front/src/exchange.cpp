// SPDX-License-Identifier: Apache-2.0
#include "exchange.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <sys/socket.h>

#include <algorithm>
#include <istream>
#include <memory>
#include <utility>

#include "answer.h"
#include "answer_head.h"
#include "request_body.h"

namespace sso::front::detail {
namespace {

constexpr auto kDrainTime = std::chrono::seconds(2);

Poco::Net::SocketAddress ownAddressOf(const Connection& connection) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (::getsockname(connection.socket.get(), address, &size) != 0) return {};
  return {address, size};
}

/// A SharedPtr that is const makes what it points to const; factories are not.
Poco::Net::HTTPRequestHandlerFactory& factoryOf(const ExchangeContext& context) {
  return *Poco::Net::HTTPRequestHandlerFactory::Ptr(context.factory);
}

/// HTTPServerRequest over a head that was judged. Its fields are the head's, undecoded.
class Request : public Poco::Net::HTTPServerRequest {
 public:
  Request(const ExchangeContext& context, const Connection& connection, RequestBody& body, Answer& answer)
      : context_(context), own_(ownAddressOf(connection)), client_(connection.peer), stream_(&body), answer_(answer) {
    const RequestHead& head = connection.head;
    const TrustedProxies& proxies = context.options.trustedProxies;
    const bool proxied = !proxies.empty() && proxies.areTrusted(connection.peer.host().toString());
    if (proxied) askProxy(head);
    setMethod(head.method);
    setURI(head.target);
    setVersion(head.http11 ? HTTP_1_1 : HTTP_1_0);
    for (const Field& field : head.fields) {
      // A handler that reads them itself believes nobody else either (SEC-HT-16).
      if (proxied || !TrustedProxies::isForwardingField(field.name)) add(field.name, field.value);
    }
  }

  std::istream& stream() override { return stream_; }
  const Poco::Net::SocketAddress& clientAddress() const override { return client_; }
  const Poco::Net::SocketAddress& serverAddress() const override { return own_; }
  const Poco::Net::HTTPServerParams& serverParams() const override { return *context_.params; }
  Poco::Net::HTTPServerResponse& response() const override { return answer_; }
  bool secure() const override { return secure_; }

 private:
  void askProxy(const RequestHead& head) {
    const auto told = context_.options.trustedProxies.clientOf(client_.host().toString(), head.fields);
    client_ = Poco::Net::SocketAddress(Poco::Net::IPAddress(told.address), 0);  // its port is the proxy's business
    secure_ = told.secure.value_or(secure_);
  }

  const ExchangeContext& context_;
  const Poco::Net::SocketAddress own_;
  Poco::Net::SocketAddress client_;
  bool secure_ = context_.options.secure;
  std::istream stream_;
  Answer& answer_;
};

/// One request and its answer.
class Exchange {
 public:
  Exchange(const ExchangeContext& context, Connection& connection)
      : context_(context),
        connection_(connection),
        limits_(context.options.limits),
        socket_(connection, *context.waits, connection.headBegan + limits_.bodyTimeout,
                connection.headBegan + limits_.requestTimeout, limits_.sendStall),
        body_(connection.head, context.options.head.maxBodyBytes, connection.input,
              [this](char* buffer, std::size_t size) { return receive(buffer, size); }),
        stream_(socket_, [this] { return mayKeep(); }),
        answer_(connection.head, socket_, stream_) {}

  bool run() {
    if (!handled() || !stream_.keptAlive()) return false;
    draining_ = true;
    socket_.readNoLongerThan(Clock::now() + kDrainTime);
    return body_.drain(limits_.maxDrainBytes);
  }

 private:
  /// More of the body, for a handler that reads it or for nobody.
  std::size_t receive(char* buffer, std::size_t size) {
    if (!draining_) answer_.sendContinue();
    return socket_.receive(buffer, size);
  }

  /// The answer is out.
  bool handled() {
    try {
      Request request(context_, connection_, body_, answer_);
      const std::unique_ptr<Poco::Net::HTTPRequestHandler> handler(factoryOf(context_).createRequestHandler(request));
      if (!handler) return refuse(501, "no_handler");
      handler->handleRequest(request, answer_);
      if (!answer_.sent()) return refuse(500, "handler_silent");
      stream_.finish();
      return true;
    } catch (const ConnectionLost&) {
      // Out of the stream's buffer, past the stream: the handler has not seen a whole body, and has not answered.
      if (body_.broken()) return refuse(400, "body_broken");
      context_.tell(connection_, 0, "client_lost");
      return false;
    } catch (...) {
      // Whatever it is, of Poco's or not, known or not (SECURITY 5, item 14).
      return refuse(500, "handler_threw");
    }
  }

  /// An answer of our own, if nothing of the handler's has left; it ends the connection.
  bool refuse(int status, std::string_view reason) {
    context_.tell(connection_, status, reason);
    if (stream_.anythingSent()) {
      connection_.cut = stream_.endsWithConnection();
      return false;
    }
    try {
      socket_.send(ownAnswer(status, context_.options.secure, connection_.head.method == "HEAD"));
    } catch (const ConnectionLost&) {
      // Nobody is left to tell.
    }
    return false;
  }

  /// Asked when the head of the answer leaves: what the client sends next must be its next request.
  bool mayKeep() const {
    if (!connection_.head.keepAlive || !answer_.getKeepAlive() || context_.stopping() || body_.broken()) return false;
    if (body_.complete()) return true;
    // RFC 9110 10.1.1: who was not told to continue may send the body or not.
    return answer_.continued() && body_.left().value_or(0) <= limits_.maxDrainBytes;
  }

  const ExchangeContext& context_;
  Connection& connection_;
  const ServerLimits& limits_;
  TimedSocket socket_;
  RequestBody body_;
  AnswerStream stream_;
  Answer answer_;
  bool draining_ = false;
};

}  // namespace

bool exchange(const ExchangeContext& context, Connection& connection) noexcept {
  try {
    return Exchange(context, connection).run();
  } catch (...) {
    return false;  // out of memory: the connection ends
  }
}

}  // namespace sso::front::detail
