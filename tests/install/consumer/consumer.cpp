// SPDX-License-Identifier: Apache-2.0
// A Poco application of somebody else's, with single sign-on embedded: consumer PORT DATABASE_URL
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

#include <csignal>
#include <iostream>
#include <string>

#include "memory_host.h"
#include "sso/db/database.h"
#include "sso/sso_module.h"

namespace {

class HomeHandler : public Poco::Net::HTTPRequestHandler {
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.send() << "home of the application\n";
  }
};

/// The application's own rule for the one customer it has.
void addCustomer(sso::Storage& storage) {
  const auto work = storage.begin();
  sso::Organization customer;
  customer.id = "org_59615193906282635";
  customer.tenantId = "customer-1";
  customer.displayName = "Test Organization";
  customer.policy.defaultRole = "member";
  storage.organizations().saveOrganization(*work, customer);
  work->commit();
}

// wiring begins: all that embedding takes
class AppFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit AppFactory(std::shared_ptr<sso::SsoModule> sso) : sso_(std::move(sso)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override {
    if (auto handler = sso_->handlerFor(request)) return handler.release();  // Poco deletes it
    return new HomeHandler;                                                  // the application, unchanged
  }

 private:
  std::shared_ptr<sso::SsoModule> sso_;
};
std::shared_ptr<sso::SsoModule> embed(std::shared_ptr<sso::Storage> storage) {
  return sso::SsoModule::create(sso::SsoOptions::fromEnvironment(),
                                {.host = std::make_shared<MemoryHost>(), .storage = std::move(storage)});
}
// wiring ends

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  const auto storage = sso::db::openStorage(argv[2]);
  addCustomer(*storage);
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", argv[1]));
  Poco::Net::HTTPServer server(new AppFactory(embed(storage)), socket, new Poco::Net::HTTPServerParams);
  server.start();
  std::cout << "listening" << std::endl;
  int signal = 0;
  sigwait(&ending, &signal);
  server.stop();
}
