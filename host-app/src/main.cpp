// SPDX-License-Identifier: Apache-2.0

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>

#include "application.h"
#include "command_line.h"
#include "core_dumps.h"
#include "descriptors.h"
#include "review_commands.h"
#include "sso/error.h"

namespace {

/// Blocks SIGINT and SIGTERM in this thread and all that it starts, so that main can wait for them below.
sigset_t holdSignals() {
  std::signal(SIGPIPE, SIG_IGN);  // a browser that went away is no reason to die
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Where there is a certificate to renew, SIGHUP asks for it; else it ends the program, as a closed terminal should.
sigset_t withHangUp(sigset_t signals) {
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// What holds in production only: no core dumps (SEC-CF-05), and debug switches that were left on are named
/// (SEC-CF-12).
void closeProduction(const hostapp::Settings& settings) {
  if (!hostapp::switchCoreDumpsOff()) std::cerr << "host-app: could not switch core dumps off\n";
  for (const auto& warning : settings.debugSwitchWarnings()) std::cerr << "host-app: " << warning << "\n";
}

/// The exit code of what was asked of the policy; nullopt when nothing was.
std::optional<int> reviewed(const hostapp::CommandLine& command, hostapp::Application& application) {
  const auto& parts = application.parts();
  const auto& review = parts.sso->decisionReview();
  if (command.replayReference) {
    return hostapp::replayDecision(review, *command.replayReference, std::cout, std::cerr);
  }
  if (!command.claimsFile) return std::nullopt;
  const auto claims = hostapp::readNamedFile(*command.claimsFile, sso::DecisionReview::kMostClaimsBytes);
  return hostapp::dryRun(review, parts.storage->organizations(), command.organizationId, command.connectionId, claims,
                         std::cout, std::cerr);
}

int run(const hostapp::CommandLine& command) {
  if (command.vectorsFile) {  // needs neither settings nor a database
    const auto vectors = hostapp::readNamedFile(*command.vectorsFile, sso::DecisionReview::kMostVectorsBytes);
    return hostapp::checkPolicy(vectors, std::cout, std::cerr);
  }
  sigset_t signals = holdSignals();
  const auto random = sso::systemRandom();
  const auto settings = hostapp::readSettings(command);
  const auto config = hostapp::AppConfig::from(settings, *random);
  if (command.printConfig) {
    std::cout << hostapp::describeConfig(config, settings);
    return 0;
  }
  if (config.tls) signals = withHangUp(signals);
  const auto seed = hostapp::readSeed(command);
  for (const auto& warning : settings.warnings()) std::cerr << "host-app: " << warning << "\n";
  if (!hostapp::raiseDescriptorLimit()) std::cerr << "host-app: could not raise the limit of open files\n";
  if (config.production()) closeProduction(settings);

  hostapp::Application application(config, {});
  if (const auto code = reviewed(command, application)) return *code;
  if (seed) application.seed(*seed);
  if (command.seedOnly || command.migrateOnly) return 0;
  application.start();
  std::cout << "host-app: " << config.sso.baseUrl << " (listening on " << config.listenHost << ":" << application.port()
            << ")" << std::endl;

  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP) application.renewCertificate();
  if (application.stop()) return 0;
  std::cerr << "host-app: gave up waiting for a request that did not end\n";
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto command = hostapp::parseCommandLine(argc, argv);
    return command.done ? command.exitCode : run(command);
  } catch (const sso::Error& error) {
    std::cerr << "host-app: " << hostapp::plainText(error) << "\n";
    if (!error.hint().empty()) std::cerr << "host-app: " << error.hint() << "\n";
    return error.code() == sso::ErrorCode::kConfig ? 2 : 1;
  } catch (const std::exception& error) {
    std::cerr << "host-app: could not go on (" << typeid(error).name() << ")\n";
    return 1;
  }
}
