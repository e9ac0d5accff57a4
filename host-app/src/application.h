// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "app_config.h"
#include "parts.h"
#include "router.h"
#include "sso/runtime.h"

namespace sso::front {
class Server;
}

namespace hostapp {

class Maintenance;

/// The whole application: parts, routes and server. Made once in main, or in a test on a port of its own:
///
///   Application app(config, {});
///   app.start();               // config.listenPort 0: any free port
///   ... http://127.0.0.1:<app.port()>/ ...
///   app.stop();
class Application {
 public:
  /// To the database: 8 to 16 serve best, more cost throughput.
  static constexpr std::size_t kDatabaseConnections = 12;

  /// What a test may replace; null parts get their production default.
  struct Overrides {
    std::shared_ptr<sso::Clock> clock = nullptr;
    std::shared_ptr<sso::RandomSource> random = nullptr;
    std::shared_ptr<sso::LogSink> log = nullptr;
    std::shared_ptr<sso::HttpTransport> transport = nullptr;
    std::shared_ptr<sso::MailSender> mail = nullptr;
    PasswordCost passwordCost = {};
    /// Makes the single sign-on module; null: SsoModule::create.
    std::function<std::shared_ptr<sso::SsoModule>(sso::SsoOptions, sso::SsoDependencies)> makeModule = nullptr;
  };

  /// Opens the database, brings its schema up and wires everything. Throws Error(kConfig, kStorage).
  Application(AppConfig config, const Overrides& overrides);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Reads, checks and writes a seed (docs/SEED.md).
  void seed(std::string_view json);
  /// Listens and serves on threads of its own. Throws Error(kConfig) when the address cannot be listened on.
  void start();
  std::uint16_t port() const;
  /// Takes a new certificate into use, where there is one (see TlsCertificate). Otherwise within five minutes.
  void renewCertificate();
  /// Not ready any more, no new connections; requests in flight get a few seconds, then are cut. True when all threads
  /// came back (SEC-HT-15).
  bool stop();

  /// All of its handlers, for another server than start()'s. Lives as long as this object at most.
  Poco::Net::HTTPRequestHandlerFactory::Ptr handlers() const;
  /// The answer of the application's own routes, without a server.
  sso::WebResponse respond(const sso::RequestInfo& request) const;
  const Parts& parts() const { return *parts_; }

 private:
  void addRoutes();

  std::shared_ptr<Parts> parts_;
  std::shared_ptr<std::atomic<bool>> stopping_;
  std::shared_ptr<Router> router_;
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<sso::front::Server> server_;
};

}  // namespace hostapp
