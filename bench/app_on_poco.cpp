// SPDX-License-Identifier: Apache-2.0
// The reference application behind Poco's own server, to see what the front costs it. Settings as host-app's; a
// database that is there already. Listens where APP_LISTEN says.
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <cstdio>

#include "app_config.h"
#include "application.h"
#include "settings.h"
#include "sso/error.h"

int main() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto random = sso::systemRandom();
    hostapp::Settings::Sources sources;
    sources.environment = hostapp::Settings::processEnvironment();
    const auto config = hostapp::AppConfig::from(hostapp::Settings::read(sources), *random);
    const hostapp::Application application(config, {});
    Poco::ThreadPool threads(4, 128, 60);            // more than connections: Poco keeps a thread for each
    auto* params = new Poco::Net::HTTPServerParams;  // owned by the server
    params->setMaxThreads(128);
    params->setMaxQueued(256);
    params->setKeepAlive(true);
    params->setMaxKeepAliveRequests(0);
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(config.listenHost, config.listenPort), 256);
    Poco::Net::HTTPServer server(application.handlers(), threads, socket, params);
    server.start();
    int signal = 0;
    sigwait(&stop, &signal);
    server.stopAll(true);
    return 0;
  } catch (const sso::Error& error) {
    std::fprintf(stderr, "app_on_poco: %s\n", error.what());
    return 2;
  }
}
