// SPDX-License-Identifier: Apache-2.0
#include "authorize_endpoint.h"

#include "authorize_request.h"
#include "encoding.h"
#include "login_log.h"
#include "login_service.h"
#include "pages.h"

namespace scalekit_simulator {
namespace {

constexpr Seconds kAuthRequestLifetime{600};

bool hintFits(const std::string& hint, const Person& person) {
  return hint.empty() || toLower(hint) == toLower(person.email);
}

/// The session that may answer without asking, or nullopt.
std::optional<Login> silentLogin(Context& context, const HttpRequest& http, const AcceptedAuthorize& accepted) {
  const auto& prompts = accepted.prompts;
  // These ask for a page whatever the session says (OpenID Connect Core 3.1.2.1).
  if (prompts.contains("login") || prompts.contains("select_account") || prompts.contains("create")) return {};
  const auto session = idpSession(context, http, accepted.request.connectionId, false);
  if (!session || !hintFits(accepted.request.loginHint, session->login.person)) return {};
  const auto& maxAge = accepted.request.maxAge;
  if (maxAge && context.now() - session->login.authenticatedAt > *maxAge) return {};
  const bool silent = prompts.contains("none") || session->fromIdp || context.options.rememberSessions;
  if (!silent) return {};
  idpSession(context, http, accepted.request.connectionId, true);
  return session->login;
}

std::optional<Person> automaticPerson(Context& context, const AuthRequest& request) {
  if (!context.options.autoLogin) return std::nullopt;
  return context.state.with([&](StateData& data) -> std::optional<Person> {
    const Connection* connection = data.environment.findConnection(request.connectionId).connection;
    if (connection == nullptr) return std::nullopt;
    if (!request.loginHint.empty()) {
      const Person* known = connection->findPerson(request.loginHint);
      return known != nullptr ? *known : Person{.email = request.loginHint};
    }
    return connection->people.empty() ? std::nullopt : std::optional(connection->people.front());
  });
}

HttpResponse toLoginPage(Context& context, const AuthRequest& request) {
  const std::string id = context.ids.next("req");
  const Instant now = context.now();
  context.state.with([&](StateData& data) {
    data.sweep(now);
    data.authRequests.put(id, request, now + kAuthRequestLifetime);
  });
  settleAttempt(context, request.attemptId, "PENDING", {});
  auto response = HttpResponse::redirect("/login?authRequestID=" + id);
  response.note = "asks the person, " + request.connectionId;
  return response;
}

HttpResponse refuse(Context& context, const AuthRequest& request, std::string_view code, std::string_view why) {
  settleAttempt(context, request.attemptId, "FAILED", {});
  return failLogin(request.redirectUri, request.state, code, why);
}

HttpResponse proceed(Context& context, const HttpRequest& http, const AcceptedAuthorize& accepted) {
  const AuthRequest& request = accepted.request;
  if (const auto next = context.state.with([](StateData& data) { return data.takeNext(); })) {
    if (next->person) return finishLogin(context, http, request, *next->person);
    return refuse(context, request, next->error, next->description);
  }
  if (const auto login = silentLogin(context, http, accepted)) {
    return finishLogin(context, http, request, login->person, login->authenticatedAt);
  }
  if (accepted.prompts.contains("none")) return refuse(context, request, "login_required", {});
  if (const auto person = automaticPerson(context, request)) return finishLogin(context, http, request, *person);
  return toLoginPage(context, request);
}

}  // namespace

HttpResponse authorize(Context& context, const HttpRequest& http) {
  const Params params = Params::parse(http.query);
  const AuthorizeDecision decision =
      context.state.with([&](StateData& data) { return judgeAuthorize(data.environment, params); });
  if (const auto* refused = std::get_if<AuthorizePageError>(&decision)) {
    return errorPage(
        400, refused->code, refused->description,
        "Register the value in the seed file, or correct it in the application's configuration. Nobody was "
        "redirected, because the address to return to cannot be trusted.");
  }
  if (const auto* refused = std::get_if<AuthorizeRedirectError>(&decision)) {
    noteFailure(context, params.getOr("client_id", ""), params.getOr("connection_id", ""),
                params.getOr("login_hint", ""));
    return failLogin(refused->redirectUri, refused->state, refused->code, refused->description);
  }
  auto accepted = std::get<AcceptedAuthorize>(decision);
  accepted.request.attemptId = noteAttempt(context, accepted.request);
  return proceed(context, http, accepted);
}

}  // namespace scalekit_simulator
