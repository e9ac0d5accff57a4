// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace sso::test {

/// A Poco HTTPServer on 127.0.0.1 and a free port. Ends with its scope.
class LoopbackServer {
 public:
  /// Makes the handler of one request, as a HTTPRequestHandlerFactory does; Poco deletes it.
  using Factory = std::function<Poco::Net::HTTPRequestHandler*(const Poco::Net::HTTPServerRequest&)>;
  explicit LoopbackServer(Factory factory);
  ~LoopbackServer();

  int port() const { return port_; }
  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  /// Sends raw bytes on one connection and returns everything that comes until the server closes it, or, when it keeps
  /// it, until as many whole answers have come as asked for.
  std::string exchange(const std::string& bytes, int answers = 1) const;
  /// The same, with the last bytes sent one by one: an attack, not a way to wait. Stops when an answer comes.
  std::string drip(const std::string& head, const std::string& dripped, std::chrono::milliseconds pause) const;

 private:
  int port_ = 0;
  Poco::ThreadPool threads_;  ///< of its own: whoever still answers is waited for, not met by the end of the program
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace sso::test
