// SPDX-License-Identifier: Apache-2.0
#include "scalekit_simulator/simulator.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "application.h"
#include "control_panel.h"
#include "data_file.h"
#include "http_server.h"
#include "pages.h"
#include "redirect_rules.h"
#include "seed.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

void checkOptions(const SimulatorOptions& options) {
  if (options.certificateFile.empty() != options.privateKeyFile.empty()) {
    throw std::invalid_argument("a certificate needs a private key, and the reverse");
  }
  if (!options.baseUrl.empty() && !isLocalBaseUrl(options.baseUrl)) {
    throw std::invalid_argument(
        "the base URL " + options.baseUrl +
        " does not look like a local one: the simulator signs in anybody as anybody and must never pass for the real "
        "Scalekit. Use http://localhost:PORT, a private address, or a name under .test, .example, .local or .internal, "
        "without a path");
  }
  if (options.maxConnections < 2 || options.maxConnections > 2000) {
    throw std::invalid_argument("maxConnections must be 2 to 2000");
  }
}

void makeKeys(Context& context) {
  for (int i = 0; i < context.options.publishedKeys; ++i) {
    const KeyPtr key = SigningKey::generate(context.ids.next("snk"));
    context.state.with([&](StateData& data) { data.keys.add(key); });
  }
}

}  // namespace

struct Simulator::Parts {
  explicit Parts(SimulatorOptions options) : context(std::move(options)), application(context) {}
  Context context;
  Application application;
  std::unique_ptr<DataFile> dataFile;
  std::unique_ptr<HttpServer> server;
};

Simulator::Simulator(SimulatorOptions options) {
  checkOptions(options);
  parts_ = std::make_unique<Parts>(std::move(options));
  Context& context = parts_->context;
  prepare(context);
  bool restored = false;
  if (!context.options.dataFile.empty()) {
    parts_->dataFile = std::make_unique<DataFile>(context, context.options.dataFile);
    restored = parts_->dataFile->load();
  }
  if (!restored) makeKeys(context);
  context.baseUrl = context.options.baseUrl;
}

Simulator::~Simulator() { stop(); }

void Simulator::start() {
  Context& context = parts_->context;
  const SimulatorOptions& options = context.options;
  parts_->server =
      std::make_unique<HttpServer>(HttpServer::Options{options.listenHost, options.port, options.certificateFile,
                                                       options.privateKeyFile, options.maxConnections},
                                   [this](const HttpRequest& request) { return parts_->application.handle(request); });
  if (context.baseUrl.empty()) {
    const bool bare6 = options.listenHost.find(':') != std::string::npos;
    const std::string host = bare6 ? "[" + options.listenHost + "]" : options.listenHost;
    context.baseUrl = std::string(options.certificateFile.empty() ? "http" : "https") + "://" + host + ":" +
                      std::to_string(parts_->server->port());
  }
  if (parts_->dataFile) parts_->dataFile->startSaving();
  parts_->server->start();
}

void Simulator::stop() {
  if (parts_->server) parts_->server->stop();
  if (parts_->dataFile) parts_->dataFile->close();
}

std::string Simulator::baseUrl() const { return parts_->context.baseUrl; }

std::uint16_t Simulator::port() const { return parts_->server ? parts_->server->port() : std::uint16_t{0}; }

std::string Simulator::clientId() const {
  return parts_->context.state.with([](StateData& data) { return data.environment.clients.front().id; });
}

std::string Simulator::clientSecret() const {
  return parts_->context.state.with([](StateData& data) {
    const auto& secrets = data.environment.clients.front().secrets;
    return secrets.empty() ? std::string{} : secrets.front();
  });
}

void Simulator::nextLogin(Person person) { queueNext(parts_->context, {std::move(person), {}, {}}); }

void Simulator::nextLogin(const std::string& email) { nextLogin(findPerson(parts_->context, email)); }

void Simulator::nextError(std::string code, std::string description) {
  queueNext(parts_->context, {std::nullopt, std::move(code), std::move(description)});
}

void Simulator::clearNext() {
  parts_->context.state.with([](StateData& data) { data.next.clear(); });
}

void Simulator::addFault(const Fault& fault) { scalekit_simulator::addFault(parts_->context, fault); }

void Simulator::clearFaults() { scalekit_simulator::clearFaults(parts_->context); }

void Simulator::rotateKeys(KeyRotation how) { scalekit_simulator::rotateKeys(parts_->context, how); }

void Simulator::setClockOffset(std::chrono::seconds offset) { parts_->context.clock.setOffset(offset); }

void Simulator::addRedirectUri(const std::string& uri) { scalekit_simulator::addRedirectUri(parts_->context, uri); }

void Simulator::addPostLogoutUri(const std::string& uri) { scalekit_simulator::addPostLogoutUri(parts_->context, uri); }

void Simulator::setInitiateLoginUri(const std::string& uri) {
  scalekit_simulator::setInitiateLoginUri(parts_->context, uri);
}

void Simulator::setConnectionEnabled(const std::string& connectionId, bool enabled) {
  scalekit_simulator::setConnectionEnabled(parts_->context, connectionId, enabled);
}

void Simulator::addPerson(const std::string& connectionId, Person person) {
  scalekit_simulator::addPerson(parts_->context, connectionId, person);
}

Counters Simulator::counters() const {
  Counters counters = parts_->context.state.with([](StateData& data) { return data.counters; });
  counters.connections = parts_->server ? parts_->server->acceptedConnections() : 0;
  return counters;
}

std::string Simulator::idpInitiatedToken(const std::string& connectionId, const std::string& email,
                                         const std::string& relayState) const {
  Context& context = parts_->context;
  const auto [key, organizationId] = context.state.with([&](StateData& data) {
    const auto located = data.environment.findConnection(connectionId);
    if (located.organization == nullptr) throw std::invalid_argument("there is no connection " + connectionId);
    return std::pair(data.keys.current(), located.organization->id);
  });
  return signJwt(*key,
                 idpInitiatedClaims(context.baseUrl, organizationId, connectionId, email, relayState, context.now()));
}

std::string Simulator::signClaims(const std::string& claimsJson) const {
  const auto claims = nlohmann::json::parse(claimsJson, nullptr, false);
  if (!claims.is_object()) throw std::invalid_argument("claims must be a JSON object");
  return signJwt(*parts_->context.state.with([](StateData& data) { return data.keys.current(); }), claims);
}

const std::string& defaultSeedJson() {
  static const std::string text(embeddedFile("seed.default.json"));
  return text;
}

}  // namespace scalekit_simulator
