// SPDX-License-Identifier: Apache-2.0
#include "portal/connection_test.h"

#include "attribute_mapping.h"
#include "authorize_request.h"
#include "encoding.h"
#include "login_service.h"
#include "pages.h"
#include "seed.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

constexpr Seconds kTestLifetime{600};

/// What a login of this person would end with; empty when it would succeed.
std::string_view refusalOf(const Connection& connection, const Person& person) {
  if (!person.active) return "user_not_active";
  if (isOutsideDomains(connection, person)) return "invalid_user_domain";
  return personProblem(mappedPerson(person, connection)).empty() ? "" : "mandatory_attribute_missing";
}

std::vector<std::pair<std::string, std::string>> shownClaims(const Connection& connection, const Person& person,
                                                             const std::vector<std::string>& customAttributes) {
  std::vector<std::pair<std::string, std::string>> claims;
  const auto all = personClaims(mappedPerson(person, connection), customAttributes);
  for (const auto& [name, value] : all.items()) {
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_array()) {
      text.clear();
      for (const auto& item : value) text += (text.empty() ? "" : ", ") + item.get<std::string>();
      if (text.empty()) text = "(empty list)";
    }
    claims.emplace_back(name, text);
  }
  return claims;
}

/// Keeps the result; under the lock.
void settle(StateData& data, Connection& connection, const AuthRequest& test, const TestOutcome& outcome,
            EpochSeconds now) {
  std::string error = outcome.error;
  if (outcome.person) error = std::string(refusalOf(connection, *outcome.person));
  connection.test = {error.empty() ? "SUCCESS" : "FAILURE", error, outcome.description, now};
  if (!error.empty() && outcome.description.empty()) connection.test.description = describeCallbackError(error);
  PortalSession* session = data.portalSessions.find(test.testedBy, Instant(Seconds(now)));
  if (session == nullptr) return;
  session->testedConnection = connection.id;
  session->testedClaims.clear();
  if (error.empty()) {
    session->testedClaims = shownClaims(connection, *outcome.person, data.environment.customAttributes);
  }
  tellPortal(data, test.testedBy, error.empty() ? "The test worked." : "The test failed. Step 4 says why.",
             !error.empty(), nullptr);
}

}  // namespace

bool isOwnTest(const HttpRequest& http, const AuthRequest& test) {
  return equalInConstantTime(portalSessionKey(http), test.testedBy);
}

HttpResponse startConnectionTest(const PortalRequest& request) {
  Context& context = request.context;
  const Connection* connection = nullptr;
  for (const auto& one : request.visit.organization.connections) {
    if (one.id == request.id) connection = &one;
  }
  if (connection == nullptr) return portalNotFound(request, PortalTab::kSso);
  if (connection->status != "COMPLETED") {
    changeOrganization(request, [](StateData&, Organization&) -> PortalOutcome {
      return {"Enter the details of your identity provider first (step 2).", true, {}, false};
    });
    return HttpResponse::redirect(connectionPath(request.id), 303);
  }
  AuthRequest test;
  test.connectionId = connection->id;
  test.organizationId = request.visit.organization.id;
  test.testedBy = request.visit.key;
  test.redirectUri =
      context.baseUrl + (connection->type == "SAML" ? "/sso/v1/saml/" : "/sso/v1/oidc/") + connection->id + "/callback";
  const std::string id = context.ids.next("test");
  const auto next = context.state.with([&](StateData& data) {
    test.clientId = data.environment.clients.front().id;
    auto queued = data.takeNext();
    data.sweep(request.visit.now);
    if (!queued) data.authRequests.put(id, test, request.visit.now + kTestLifetime);
    return queued;
  });
  if (next) return finishConnectionTest(context, request.http, test, {next->person, next->error, next->description});
  return HttpResponse::redirect("/login?authRequestID=" + id, 303);
}

HttpResponse finishConnectionTest(Context& context, const HttpRequest& http, const AuthRequest& test,
                                  const TestOutcome& outcome) {
  const auto visit = findPortalVisit(context, http);
  if (!visit || !isOwnTest(http, test)) {
    return errorPage(403, "invalid_request", "This test belongs to a portal session that has ended.",
                     "Open the portal from your application and start the test again.");
  }
  const bool kept = context.state.with([&](StateData& data) {
    const auto located = data.environment.findConnection(test.connectionId);
    if (located.connection == nullptr || located.organization->id != visit->organization.id) return false;
    settle(data, *located.connection, test, outcome, visit->now.time_since_epoch().count());
    return true;
  });
  if (kept) context.state.markDirty();
  auto response = HttpResponse::redirect(connectionPath(test.connectionId) + "#test", 303);
  response.note = "tested " + test.connectionId;
  return response;
}

}  // namespace scalekit_simulator
