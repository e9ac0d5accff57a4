// SPDX-License-Identifier: Apache-2.0
#include "login_page.h"

#include <set>

#include "authorize_request.h"
#include "encoding.h"
#include "login_form.h"
#include "login_log.h"
#include "login_service.h"
#include "pages.h"
#include "portal/connection_test.h"
#include "redirect_rules.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Copies of what one page needs, taken under the lock.
struct LoginSubject {
  AuthRequest request;
  Organization organization;
  Connection connection;
  Client client;
  std::string environmentName;
  std::vector<std::string> customAttributes;
  std::vector<std::string> portalOrigins;  ///< Of a test that the portal began: who may embed the portal.
  bool isTest() const { return !request.testedBy.empty(); }
};

std::optional<LoginSubject> subjectOfRequest(Context& context, const AuthRequest& request) {
  return context.state.with([&](StateData& data) -> std::optional<LoginSubject> {
    auto& environment = data.environment;
    const auto located = environment.findConnection(request.connectionId);
    const Client* client = environment.findClient(request.clientId);
    if (located.connection == nullptr || client == nullptr) return std::nullopt;
    return LoginSubject{request,
                        *located.organization,
                        *located.connection,
                        *client,
                        environment.name,
                        environment.customAttributes,
                        portalOrigins(environment, located.organization)};
  });
}

std::optional<LoginSubject> findSubject(Context& context, const std::string& authRequestId) {
  const auto request = context.state.with([&](StateData& data) -> std::optional<AuthRequest> {
    const AuthRequest* found = data.authRequests.find(authRequestId, context.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  return request ? subjectOfRequest(context, *request) : std::nullopt;
}

HttpResponse requestIsOver() {
  return errorPage(400, "invalid_request", "This sign-in is over: it was completed already, or it waited too long.",
                   "Go back to the application and sign in again.");
}

/// The origins that the answer to the form may lead to.
std::vector<std::string> formTargets(const LoginSubject& subject) {
  if (subject.isTest()) return {};
  std::set<std::string> targets = {cspSourceOf(subject.request.redirectUri),
                                   cspSourceOf(subject.client.initiateLoginUri)};
  for (const auto& uri : subject.client.redirectUris) {
    if (uri.find("{{") == std::string::npos) targets.insert(cspSourceOf(uri));
  }
  return {targets.begin(), targets.end()};
}

Json peopleValues(const LoginSubject& subject, const LoginForm& form) {
  Json people = Json::array();
  const std::string wanted = toLower(form.personChoice.empty() ? form.email : form.personChoice);
  for (const auto& person : subject.connection.people) {
    std::string details;
    if (person.groups) {
      for (const auto& group : *person.groups) details += (details.empty() ? "" : ", ") + group;
    }
    people.push_back({{"email", person.email},
                      {"full_name", shownName(person)},
                      {"groups", details},
                      {"inactive", !person.active},
                      {"checked", toLower(person.email) == wanted}});
    if (people.size() == 50) break;
  }
  return people;
}

Json domainValues(const LoginSubject& subject, const std::string& chosen) {
  Json domains = Json::array();
  for (const auto& domain : subject.organization.domains) {
    domains.push_back({{"domain", domain.domain}, {"selected", domain.domain == chosen}});
  }
  return domains;
}

Json attributeRows(const LoginForm& form) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < form.rows; ++row) {
    const bool filled = row < form.attributes.size();
    rows.push_back({{"n", row},
                    {"label", row + 1},
                    {"key", filled ? form.attributes[row].first : ""},
                    {"value", filled ? form.attributes[row].second : ""}});
  }
  return rows;
}

Json errorValues(const LoginForm& form) {
  Json errors = Json::array();
  for (const auto& error : callbackErrors()) {
    errors.push_back(
        {{"code", error.code}, {"description", error.description}, {"selected", error.code == form.error}});
  }
  return errors;
}

HttpResponse render(const LoginSubject& subject, const LoginForm& form, int status) {
  const auto at = form.email.find('@');
  const bool anyDomain = subject.organization.domains.empty();
  Json values = {{"title", "IdP Simulator"},
                 {"auth_request_id", form.authRequestId},
                 {"environment_name", subject.environmentName},
                 {"application_name", subject.client.name},
                 {"client_id", subject.client.id},
                 {"redirect_uri", subject.request.redirectUri},
                 {"organization", subject.organization.displayName},
                 {"organization_id", subject.organization.id},
                 {"connection_id", subject.connection.id},
                 {"provider", subject.connection.provider},
                 {"problem", form.problem},
                 {"has_problem", !form.problem.empty()},
                 {"testing", subject.isTest()},
                 {"scenario_login", form.scenario == "login"},
                 {"scenario_idp", form.scenario == "idp_initiated"},
                 {"scenario_error", form.scenario == "error"},
                 {"people", peopleValues(subject, form)},
                 {"email", anyDomain ? form.email : form.email.substr(0, at)},
                 {"any_domain", anyDomain},
                 {"domains", domainValues(subject, domainOfEmail(form.email))},
                 {"given_name", form.givenName},
                 {"family_name", form.familyName},
                 {"groups", form.groups},
                 {"relay_state", form.relayState},
                 {"verified_true", form.emailVerified == "true"},
                 {"verified_false", form.emailVerified == "false"},
                 {"rows", attributeRows(form)},
                 {"errors", errorValues(form)}};
  std::string registered;
  for (const auto& key : subject.customAttributes) registered += (registered.empty() ? "" : ", ") + key;
  values["registered_attributes"] = registered;
  bool chosen = false;
  for (const auto& person : values["people"]) chosen = chosen || person["checked"].get<bool>();
  // The first person is ready to go unless somebody else was asked for: by name, or by choosing so.
  const bool somebodyElse = !chosen && (form.sent || !form.email.empty() || values["people"].empty());
  if (!chosen && !somebodyElse) values["people"][0]["checked"] = true;
  values["somebody_else"] = somebodyElse;
  auto response = page(status, "pages/login.html", std::move(values), formTargets(subject),
                       subject.isTest() ? frameAncestorsOf(subject.portalOrigins) : "'none'");
  response.note = "login page for " + subject.organization.displayName;
  return response;
}

/// Only a name that the application hinted at, as the page's starting point.
LoginForm emptyForm(const std::string& authRequestId, const LoginSubject& subject) {
  LoginForm form;
  form.authRequestId = authRequestId;
  form.scenario = "login";
  form.email = subject.request.loginHint;
  return form;
}

/// True for the one answer that a request gets, however many forms are sent at once.
bool consume(Context& context, const std::string& authRequestId) {
  return context.state.with([&](StateData& data) {
    const bool waiting = data.authRequests.find(authRequestId, context.now()) != nullptr;
    data.authRequests.erase(authRequestId);
    return waiting;
  });
}

TestOutcome testOutcome(const LoginSubject& subject, const LoginForm& form) {
  if (form.scenario == "error") return {std::nullopt, form.error, {}};
  return {form.person(subject.connection), {}, {}};
}

/// The app tile: no authorization request, the customer's portal names application and connection.
HttpResponse submitTile(Context& context, const HttpRequest& http, const LoginForm& form) {
  AuthRequest request;
  request.clientId = form.clientId;
  request.connectionId = form.connectionId;
  const auto subject = subjectOfRequest(context, request);
  if (!subject || form.scenario != "idp_initiated" || !form.problem.empty()) {
    return errorPage(400, "invalid_request",
                     form.problem.empty() ? "Without an authRequestID, only scenario=idp_initiated with client_id and "
                                            "connection_id can start a login."
                                          : form.problem,
                     "Open the start page and choose a person there.");
  }
  const std::string fallback = subject->client.redirectUris.empty() ? "" : subject->client.redirectUris.front();
  return startAtIdp(context, http, form.clientId, form.connectionId, form.person(subject->connection), form.relayState,
                    fallback);
}

}  // namespace

HttpResponse showLoginPage(Context& context, const HttpRequest& http) {
  const Params params = Params::parse(http.query);
  const std::string id = params.getOr("authRequestID", "");
  const auto subject = findSubject(context, id);
  if (!subject || !params.problem().empty()) return requestIsOver();
  return render(*subject, emptyForm(id, *subject), 200);
}

HttpResponse submitLoginPage(Context& context, const HttpRequest& http) {
  if (!http.hasForm()) {
    return errorPage(415, "invalid_request", "The form must be sent as application/x-www-form-urlencoded.",
                     "Send the fields that simulator/README.md lists.");
  }
  const LoginForm form = LoginForm::parse(Params::parse(http.body));
  if (form.authRequestId.empty()) return submitTile(context, http, form);
  const auto subject = findSubject(context, form.authRequestId);
  if (!subject) return requestIsOver();
  if (form.addRow) {
    LoginForm again = form;
    again.problem.clear();
    return render(*subject, again, 200);
  }
  if (!form.problem.empty()) return render(*subject, form, 400);
  const AuthRequest& request = subject->request;
  if (subject->isTest() && !isOwnTest(http, request)) return requestIsOver();
  if (!consume(context, form.authRequestId)) return requestIsOver();
  if (subject->isTest()) return finishConnectionTest(context, http, request, testOutcome(*subject, form));
  if (form.scenario == "error") {
    settleAttempt(context, request.attemptId, "FAILED", form.email);
    return failLogin(request.redirectUri, request.state, form.error, {});
  }
  const Person person = form.person(subject->connection);
  if (form.scenario == "login") return finishLogin(context, http, request, person);
  return startAtIdp(context, http, request.clientId, request.connectionId, person, form.relayState,
                    request.redirectUri);
}

}  // namespace scalekit_simulator
