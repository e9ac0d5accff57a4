// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.h"

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

namespace sso::test {
namespace {

class FunctionFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit FunctionFactory(LoopbackServer::Factory make) : make_(std::move(make)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override {
    return make_(request);
  }

 private:
  LoopbackServer::Factory make_;
};

/// How many whole answers with Content-Length these bytes begin with.
int wholeAnswers(const std::string& bytes) {
  int count = 0;
  for (std::size_t at = 0;;) {
    const auto end = bytes.find("\r\n\r\n", at);
    if (end == std::string::npos) return count;
    const std::string head = bytes.substr(at, end - at);
    const auto length = head.find("\r\nContent-Length: ");
    at = end + 4;
    if (length != std::string::npos) at += std::stoul(head.substr(length + 18));
    if (at > bytes.size()) return count;
    if (head.find(" 100 ") == std::string::npos) ++count;
  }
}

}  // namespace

LoopbackServer::LoopbackServer(Factory factory) {
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  port_ = socket.address().port();
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setKeepAlive(true);
  params->setKeepAliveTimeout(Poco::Timespan(1, 0));
  params->setTimeout(Poco::Timespan(2, 0));
  server_ = std::make_unique<Poco::Net::HTTPServer>(new FunctionFactory(std::move(factory)), threads_, socket, params);
  server_->start();
}

LoopbackServer::~LoopbackServer() {
  server_->stopAll(true);
  threads_.joinAll();
}

std::string LoopbackServer::drip(const std::string& head, const std::string& dripped,
                                 std::chrono::milliseconds pause) const {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port_)));
  socket.sendBytes(head.data(), static_cast<int>(head.size()));
  for (const char c : dripped) {
    if (socket.poll(Poco::Timespan(std::chrono::microseconds(pause).count()), Poco::Net::Socket::SELECT_READ)) break;
    socket.sendBytes(&c, 1);
  }
  char buffer[4096];
  const int got = socket.receiveBytes(buffer, sizeof buffer);
  return got <= 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(got));
}

std::string LoopbackServer::exchange(const std::string& bytes, int answers) const {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port_)));
  socket.setReceiveTimeout(Poco::Timespan(10, 0));
  std::string received;
  try {
    for (std::size_t sent = 0; sent < bytes.size();) {
      sent += static_cast<std::size_t>(socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
    }
    char buffer[4096];
    while (wholeAnswers(received) < answers) {
      const int got = socket.receiveBytes(buffer, sizeof buffer);
      if (got <= 0) break;
      received.append(buffer, static_cast<std::size_t>(got));
    }
  } catch (const Poco::Net::NetException&) {
    // The server closed while we were still sending: what came before that is the answer.
  }
  return received;
}

}  // namespace sso::test
