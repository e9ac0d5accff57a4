// SPDX-License-Identifier: Apache-2.0
// The floor for every answer over HTTP: a Poco server as Poco makes it, with as many threads as host-app,
// whose handler answers a constant. With "front" the same handler behind the front, to see what that costs.
// Usage: bare_poco PORT [front]
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sso/front/server.h"

namespace {

class Constant : public Poco::Net::HTTPRequestHandler {
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    static const std::string kBody =
        R"({"account":{"id":"a","email":"someone@example.com"},"organization":{"id":"t"}})";
    response.setContentType("application/json");
    response.sendBuffer(kBody.data(), kBody.size());
  }
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Constant;  // Poco deletes it
  }
};

void serveByFront(const Poco::Net::ServerSocket& socket, const sigset_t& stop) {
  sso::front::Server server(new Factory, socket);
  server.start();
  int signal = 0;
  sigwait(&stop, &signal);
  server.stop(std::chrono::seconds(1));
}

void serveByPoco(const Poco::Net::ServerSocket& socket, const sigset_t& stop) {
  Poco::ThreadPool threads(4, 128, 60);            // more than connections: Poco keeps a thread for each
  auto* params = new Poco::Net::HTTPServerParams;  // owned by the server
  params->setMaxThreads(128);
  params->setMaxQueued(256);
  params->setTimeout(Poco::Timespan(10, 0));
  params->setKeepAlive(true);
  params->setKeepAliveTimeout(Poco::Timespan(3, 0));
  params->setMaxKeepAliveRequests(0);
  Poco::Net::HTTPServer server(new Factory, threads, socket, params);
  server.start();
  int signal = 0;
  sigwait(&stop, &signal);
  server.stop();
}

}  // namespace

int main(int argc, char** argv) {
  const long port = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (port <= 0 || port > 65535) {
    std::fprintf(stderr, "usage: bare_poco PORT\n");
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port)), 256);
  if (argc > 2 && std::string_view(argv[2]) == "front") {
    serveByFront(socket, stop);
  } else {
    serveByPoco(socket, stop);
  }
  return 0;
}
