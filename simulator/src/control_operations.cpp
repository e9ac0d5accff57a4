// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "authorize_request.h"
#include "control_panel.h"
#include "encoding.h"
#include "redirect_rules.h"
#include "seed.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxQueued = 1000;

void checkUri(Context& context, const std::string& uri) {
  const auto kind = context.state.with([](StateData& data) { return data.environment.kind; });
  const std::string problem = redirectUriProblem(uri, kind);
  if (!problem.empty()) throw std::invalid_argument("the URI " + problem);
}

}  // namespace

void addFault(Context& context, const Fault& fault) {
  context.state.with([&](StateData& data) { data.faults.add(fault); });
}

void clearFaults(Context& context) {
  context.state.with([](StateData& data) { data.faults.clear(); });
}

void rotateKeys(Context& context, KeyRotation how) {
  const KeyPtr fresh = SigningKey::generate(context.ids.next("snk"));  // Slow, so outside the lock.
  const Instant retiresAt = context.now() + context.options.keyOverlap;
  context.state.with([&](StateData& data) { data.keys.rotate(fresh, how == KeyRotation::kHard, retiresAt); });
  context.state.markDirty();
}

void queueNext(Context& context, NextOutcome outcome) {
  if (outcome.person) {
    const std::string problem = personProblem(*outcome.person);
    if (!problem.empty()) throw std::invalid_argument(problem);
  } else if (describeCallbackError(outcome.error).empty()) {
    throw std::invalid_argument("there is no callback error of that name");
  }
  const bool queued = context.state.with([&](StateData& data) {
    if (data.next.size() >= kMaxQueued) return false;
    data.next.push_back(std::move(outcome));
    return true;
  });
  if (!queued) throw std::invalid_argument("too many outcomes are queued");
}

Person findPerson(Context& context, const std::string& email) {
  const auto found = context.state.with([&](StateData& data) -> std::optional<Person> {
    for (const auto& organization : data.environment.organizations) {
      for (const auto& connection : organization.connections) {
        if (const Person* person = connection.findPerson(email)) return *person;
      }
    }
    return std::nullopt;
  });
  if (!found) throw std::invalid_argument("nobody has the address " + email);
  return *found;
}

void addRedirectUri(Context& context, const std::string& uri) {
  checkUri(context, uri);
  context.state.with([&](StateData& data) { data.environment.clients.front().redirectUris.push_back(uri); });
  context.state.markDirty();
}

void addPostLogoutUri(Context& context, const std::string& uri) {
  checkUri(context, uri);
  context.state.with([&](StateData& data) { data.environment.clients.front().postLogoutUris.push_back(uri); });
  context.state.markDirty();
}

void setInitiateLoginUri(Context& context, const std::string& uri) {
  checkUri(context, uri);
  context.state.with([&](StateData& data) { data.environment.clients.front().initiateLoginUri = uri; });
  context.state.markDirty();
}

void addPerson(Context& context, const std::string& connectionId, const Person& person) {
  const std::string problem = personProblem(person);
  if (!problem.empty()) throw std::invalid_argument(problem);
  const bool added = context.state.with([&](StateData& data) {
    Connection* connection = data.environment.findConnection(connectionId).connection;
    if (connection == nullptr) return false;
    std::erase_if(connection->people,
                  [&](const Person& known) { return toLower(known.email) == toLower(person.email); });
    connection->people.push_back(person);
    return true;
  });
  if (!added) throw std::invalid_argument("there is no connection " + connectionId);
  context.state.markDirty();
}

void setConnectionEnabled(Context& context, const std::string& connectionId, bool enabled) {
  const bool found = context.state.with([&](StateData& data) {
    Connection* connection = data.environment.findConnection(connectionId).connection;
    if (connection != nullptr) connection->enabled = enabled;
    return connection != nullptr;
  });
  if (!found) throw std::invalid_argument("there is no connection " + connectionId);
  context.state.markDirty();
}

}  // namespace scalekit_simulator
