// SPDX-License-Identifier: Apache-2.0
// Serves one request through the installed front, and prints the answer.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SocketStream.h>
#include <Poco/Net/StreamSocket.h>
#include <sso/front/server.h>

#include <iostream>

struct Hello : Poco::Net::HTTPRequestHandler {
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.sendBuffer("hello\n", 6);
  }
};

struct Factory : Poco::Net::HTTPRequestHandlerFactory {
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Hello;
  }
};

int main() {
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  sso::front::Server server(new Factory, socket);
  server.start();
  Poco::Net::StreamSocket client(Poco::Net::SocketAddress("127.0.0.1", server.port()));
  Poco::Net::SocketStream stream(client);
  stream << "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" << std::flush;
  std::cout << stream.rdbuf();
  return server.stop(std::chrono::seconds(1)) ? 0 : 1;
}
