// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http_message.h"

namespace scalekit_simulator {

/// Poco's HTTP server around a function. It refuses ambiguous framing, limits bodies, carries out a response's Delivery
/// and lets nothing escape. Thread-safe.
class HttpServer {
 public:
  struct Options {
    std::string host;
    std::uint16_t port = 0;
    std::string certificateFile, privateKeyFile;
    int maxConnections = 128;
  };
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// Binds the address. Throws std::runtime_error when it cannot.
  HttpServer(const Options& options, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  void stop();  ///< Closes every connection, hanging ones too.
  std::uint16_t port() const;
  std::uint64_t acceptedConnections() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace scalekit_simulator
