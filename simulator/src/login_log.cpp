// SPDX-License-Identifier: Apache-2.0
#include "login_log.h"

#include "management/limits.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxEmail = 320;  ///< Longer hints are no addresses, and would fill the memory.

/// Fills in what the environment knows of client and connection. Under the lock.
void append(StateData& data, LoginAttempt attempt, const std::string& clientId, const std::string& connectionId) {
  if (const Client* client = data.environment.findClient(clientId)) {
    attempt.clientId = client->id;
    attempt.clientName = client->name;
  }
  if (attempt.email.size() > kMaxEmail) attempt.email.clear();
  const auto located = data.environment.findConnection(connectionId);
  if (located.connection != nullptr) {
    attempt.organizationId = located.organization->id;
    attempt.connectionId = located.connection->id;
    attempt.connectionType = located.connection->type;
    attempt.connectionProvider = located.connection->provider;
  }
  data.attempts.push_front(std::move(attempt));
  if (data.attempts.size() > limits::kLoginAttempts) data.attempts.pop_back();
}

}  // namespace

std::string noteAttempt(Context& context, const AuthRequest& request) {
  LoginAttempt attempt;
  attempt.id = context.ids.next("req");
  attempt.email = request.loginHint;
  attempt.status = "INITIATED";
  attempt.at = context.now().time_since_epoch().count();
  std::string id = attempt.id;
  context.state.with(
      [&](StateData& data) { append(data, std::move(attempt), request.clientId, request.connectionId); });
  return id;
}

void settleAttempt(Context& context, const std::string& attemptId, std::string_view status, const std::string& email) {
  context.state.with([&](StateData& data) {
    for (auto& attempt : data.attempts) {
      if (attempt.id != attemptId) continue;
      attempt.status = status;
      if (!email.empty()) attempt.email = email;
      return;
    }
  });
}

void noteFailure(Context& context, const std::string& clientId, const std::string& connectionId,
                 const std::string& email) {
  LoginAttempt attempt;
  attempt.id = context.ids.next("req");
  attempt.email = email;
  attempt.status = "FAILED";
  attempt.at = context.now().time_since_epoch().count();
  context.state.with([&](StateData& data) { append(data, std::move(attempt), clientId, connectionId); });
}

}  // namespace scalekit_simulator
