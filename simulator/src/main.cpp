// SPDX-License-Identifier: Apache-2.0
// scalekit-simulator: the local Scalekit as a program.
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "scalekit_simulator/simulator.h"

namespace {

using scalekit_simulator::Simulator;
using scalekit_simulator::SimulatorOptions;

constexpr int kExitFailed = 1;
constexpr int kExitMisused = 2;

constexpr const char* kFooter = R"(
Examples
  scalekit-simulator                               http://127.0.0.1:8090 with the built-in seed
  scalekit-simulator --listen localhost:8090       the same, seen as http://localhost:8090
  scalekit-simulator --print-seed > my-seed.json   a seed file to change
  scalekit-simulator --seed my-seed.json --data state.json

Point an application at it with
  SCALEKIT_ENVIRONMENT_URL=http://127.0.0.1:8090
  SCALEKIT_CLIENT_ID=skc_70000000000000000
  SCALEKIT_CLIENT_SECRET=test_local_simulator_secret

The start page at / shows organizations, people and recent requests, and switches faults on and off.
Exit status: 0 stopped by a signal, 1 could not serve, 2 bad input.)";

struct Arguments {
  std::string listen = "127.0.0.1:8090", seedFile;
  bool printSeed = false;
  SimulatorOptions options;
};

/// host:port, [v6]:port. A name stays a name in the base URL, so that cookies and issuer agree with what people type.
bool splitListen(const std::string& listen, SimulatorOptions& options) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  options.listenHost = listen.substr(0, colon);
  if (options.listenHost.front() == '[' && options.listenHost.back() == ']') {
    options.listenHost = options.listenHost.substr(1, options.listenHost.size() - 2);
  }
  const char* first = listen.data() + colon + 1;
  const char* last = listen.data() + listen.size();
  const auto [end, error] = std::from_chars(first, last, options.port);
  return error == std::errc{} && end == last && first != last;
}

std::optional<std::string> readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int misused(const std::string& message) {
  std::cerr << "scalekit-simulator: " << message << '\n';
  return kExitMisused;
}

void printWelcome(const Simulator& simulator) {
  std::cout << "local Scalekit is ready. It signs in anybody as anybody: for development and tests only.\n\n"
            << "  Start page      " << simulator.baseUrl() << "/\n\n"
            << "  SCALEKIT_ENVIRONMENT_URL=" << simulator.baseUrl() << '\n'
            << "  SCALEKIT_CLIENT_ID=" << simulator.clientId() << '\n'
            << "  SCALEKIT_CLIENT_SECRET=" << simulator.clientSecret() << "\n\n"
            << "  Discovery       " << simulator.baseUrl() << "/.well-known/openid-configuration\n"
            << "  Keys            " << simulator.baseUrl() << "/keys\n\n"
            << "Ctrl-C stops it." << std::endl;
}

void defineOptions(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("--version", "scalekit-simulator " MODULAR_SSO_VERSION);
  app.footer(kFooter);
  app.add_option("--listen", arguments.listen, "host:port to serve at")->capture_default_str();
  app.add_option("--base-url", arguments.options.baseUrl, "what clients see, and the issuer; local names only");
  app.add_option("--seed", arguments.seedFile, "organizations, people and clients (JSON)");
  app.add_option("--data", arguments.options.dataFile, "keeps keys, environment and refresh tokens between runs");
  app.add_option("--tls-cert", arguments.options.certificateFile, "certificate chain (PEM): serves https");
  app.add_option("--tls-key", arguments.options.privateKeyFile, "its private key (PEM)");
  app.add_flag("--auto-login", arguments.options.autoLogin, "no login page: signs in login_hint, or the first person");
  app.add_flag("--remember", arguments.options.rememberSessions, "a second login in the same browser is silent");
  app.add_flag("--print-seed", arguments.printSeed, "prints the built-in seed and ends");
}

int serve(const SimulatorOptions& options) {
  // Before any thread exists, so that the signals reach sigwait() and nothing else.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    Simulator simulator(options);
    simulator.start();
    printWelcome(simulator);
    int caught = 0;
    sigwait(&signals, &caught);
    std::cout << "stopping" << std::endl;
    simulator.stop();
    return 0;
  } catch (const std::invalid_argument& error) {
    return misused(error.what());
  } catch (const std::exception& error) {
    std::cerr << "scalekit-simulator: " << error.what() << '\n';
    return kExitFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"A local Scalekit: OIDC provider, management API for logins, and an identity provider simulator."};
  defineOptions(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitMisused;
  }
  if (arguments.printSeed) {
    std::cout << scalekit_simulator::defaultSeedJson();
    return 0;
  }
  if (!splitListen(arguments.listen, arguments.options)) return misused("--listen must be host:port");
  if (!arguments.seedFile.empty()) {
    const auto text = readFile(arguments.seedFile);
    if (!text) return misused("cannot read the seed file " + arguments.seedFile);
    if (text->empty()) return misused("the seed file " + arguments.seedFile + " is empty");
    arguments.options.seedJson = *text;
  }
  const bool everywhere = arguments.options.listenHost == "0.0.0.0" || arguments.options.listenHost == "::";
  if (everywhere && arguments.options.baseUrl.empty()) {
    return misused("--listen on every address needs --base-url, so that the issuer has a name");
  }
  return serve(arguments.options);
}
