// SPDX-License-Identifier: Apache-2.0
// The floor for every answer over HTTP: a Poco server as Poco makes it, with as many threads as host-app,
// whose handler answers a constant. Usage: bare_poco PORT
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

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
  Poco::ThreadPool threads(4, 128, 60);
  auto* params = new Poco::Net::HTTPServerParams;  // owned by the server
  params->setMaxThreads(128);
  params->setMaxQueued(256);
  params->setTimeout(Poco::Timespan(10, 0));
  params->setKeepAlive(true);
  params->setKeepAliveTimeout(Poco::Timespan(3, 0));
  params->setMaxKeepAliveRequests(0);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port)), 256);
  Poco::Net::HTTPServer server(new Factory, threads, socket, params);
  server.start();
  int signal = 0;
  sigwait(&stop, &signal);
  server.stop();
  return 0;
}
