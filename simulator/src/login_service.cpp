// SPDX-License-Identifier: Apache-2.0
#include "login_service.h"

#include <algorithm>

#include "attribute_mapping.h"
#include "authorize_request.h"
#include "encoding.h"
#include "login_log.h"
#include "session_rules.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

constexpr Seconds kBrowserSessionLifetime{8 * 3600};
constexpr std::size_t kMaxPeoplePerConnection = 5000;

/// The error code that keeps this person out, or empty.
std::string_view whyRefused(Environment& environment, const std::string& connectionId, const Person& person) {
  const auto located = environment.findConnection(connectionId);
  if (located.connection == nullptr || !located.connection->active()) return "connection_not_active";
  if (!person.active) return "user_not_active";
  return isOutsideDomains(*located.connection, person) ? "invalid_user_domain" : "";
}

/// The identity provider knows whoever has signed in there: userinfo and a second login find them again.
void remember(Context& context, Environment& environment, const std::string& connectionId, const Person& person) {
  Connection* connection = environment.findConnection(connectionId).connection;
  if (connection == nullptr || connection->findPerson(person.email) != nullptr) return;
  if (connection->people.size() >= kMaxPeoplePerConnection) return;
  connection->people.push_back(person);
  context.state.markDirty();
}

/// Keeps the session of this browser at the connection; returns the cookie's value.
std::string keepIdpSession(Context& context, StateData& data, const HttpRequest& http, const Login& login,
                           bool fromIdp) {
  const Instant now = context.now();
  std::string id = http.cookie(kSessionCookie).value_or("");
  BrowserSession* browser = data.browsers.find(id, now);
  if (browser == nullptr) {
    id = base64Url(randomBytes(32));
    browser = &data.browsers.put(id, {}, now + kBrowserSessionLifetime);
  }
  (*browser)[login.connectionId] = {login, fromIdp};
  return id;
}

}  // namespace

bool isOutsideDomains(const Connection& connection, const Person& person) {
  const auto& domains = connection.domains;
  if (domains.empty()) return false;
  const std::string domain = domainOfEmail(mappedPerson(person, connection).email);
  return std::find(domains.begin(), domains.end(), domain) == domains.end();
}

std::string sessionCookie(const Context& context, const std::string& value) {
  std::string cookie = std::string(kSessionCookie) + "=" + value + "; Path=/; HttpOnly; SameSite=Lax";
  if (context.https()) cookie += "; Secure";
  if (value.empty()) cookie += "; Max-Age=0";
  return cookie;
}

HttpResponse failLogin(const std::string& redirectUri, const std::optional<std::string>& state, std::string_view code,
                       std::string_view description) {
  std::string location = withParameter(redirectUri, "error", code);
  location = withParameter(std::move(location), "error_description",
                           description.empty() ? describeCallbackError(code) : description);
  if (state) location = withParameter(std::move(location), "state", *state);
  auto response = HttpResponse::redirect(location);
  response.note = "refused: " + std::string(code);
  return response;
}

HttpResponse finishLogin(Context& context, const HttpRequest& http, const AuthRequest& request, const Person& person,
                         std::optional<Instant> authenticatedAt) {
  const std::string code = base64Url(randomBytes(32));
  const Instant now = context.now();
  Login login{person, request.connectionId, request.organizationId, context.ids.next("ses"),
              authenticatedAt.value_or(now)};
  std::string cookie;
  const std::string_view refusal = context.state.with([&](StateData& data) {
    const auto why = whyRefused(data.environment, request.connectionId, person);
    if (!why.empty()) return why;
    remember(context, data.environment, request.connectionId, person);
    cookie = keepIdpSession(context, data, http, login, false);
    // The session there knows the person as the identity provider does; what we issue has the mapped attributes.
    login.person = mappedPerson(person, *data.environment.findConnection(request.connectionId).connection);
    data.sweep(now);
    data.codes.put(sha256(code), {request, login}, now + context.options.codeLifetime);
    if (openSession(data, login, request.clientId, http.userAgent, now)) context.state.markDirty();
    return why;
  });
  settleAttempt(context, request.attemptId, refusal.empty() ? "SUCCESS" : "FAILED", person.email);
  if (!refusal.empty()) return failLogin(request.redirectUri, request.state, refusal, {});
  std::string location = withParameter(request.redirectUri, "code", code);
  if (request.state) location = withParameter(std::move(location), "state", *request.state);
  auto response = HttpResponse::redirect(location);
  response.with("Set-Cookie", sessionCookie(context, cookie));
  response.note = "signed in " + person.email + " at " + request.connectionId;
  return response;
}

HttpResponse startAtIdp(Context& context, const HttpRequest& http, const std::string& clientId,
                        const std::string& connectionId, const Person& person, const std::string& relayState,
                        const std::string& fallbackUri) {
  struct Target {
    std::string uri, organizationId, cookie;
    std::string_view refusal;
    KeyPtr key;
  };
  const Instant now = context.now();
  const std::string sessionId = context.ids.next("ses");
  const Target target = context.state.with([&](StateData& data) {
    Target found;
    const Client* client = data.environment.findClient(clientId);
    found.uri = client != nullptr && !client->initiateLoginUri.empty() ? client->initiateLoginUri : fallbackUri;
    found.refusal = whyRefused(data.environment, connectionId, person);
    if (!found.refusal.empty()) return found;
    found.organizationId = data.environment.findConnection(connectionId).organization->id;
    remember(context, data.environment, connectionId, person);
    found.cookie =
        keepIdpSession(context, data, http, {person, connectionId, found.organizationId, sessionId, now}, true);
    found.key = data.keys.current();
    return found;
  });
  if (target.uri.empty()) {
    return HttpResponse::json(400, {{"error", "invalid_request"}, {"error_description", "no initiate login URL"}});
  }
  if (!target.refusal.empty()) noteFailure(context, clientId, connectionId, person.email);
  if (!target.refusal.empty()) return failLogin(target.uri, std::nullopt, target.refusal, {});
  const std::string token = signJwt(*target.key, idpInitiatedClaims(context.baseUrl, target.organizationId,
                                                                    connectionId, person.email, relayState, now));
  auto response = HttpResponse::redirect(withParameter(target.uri, "idp_initiated_login", token));
  response.with("Set-Cookie", sessionCookie(context, target.cookie));
  response.note = "app tile: " + person.email + " at " + connectionId;
  return response;
}

std::optional<IdpSession> idpSession(Context& context, const HttpRequest& http, const std::string& connectionId,
                                     bool consumeIdpMark) {
  const auto id = http.cookie(kSessionCookie);
  if (!id) return std::nullopt;
  return context.state.with([&](StateData& data) -> std::optional<IdpSession> {
    BrowserSession* browser = data.browsers.find(*id, context.now());
    if (browser == nullptr) return std::nullopt;
    const auto found = browser->find(connectionId);
    if (found == browser->end()) return std::nullopt;
    const IdpSession session = found->second;
    if (consumeIdpMark) found->second.fromIdp = false;
    return session;
  });
}

}  // namespace scalekit_simulator
