// SPDX-License-Identifier: Apache-2.0
// The forms of the tab of single sign-on.
#include <algorithm>
#include <array>

#include "management/limits.h"
#include "portal/connection_form.h"
#include "portal/connection_test.h"
#include "portal/connection_views.h"
#include "portal/portal_request.h"

namespace scalekit_simulator {
namespace {

HttpResponse showConnections(const PortalRequest& request) { return connectionListPage(request, 200, {}); }

HttpResponse showConnection(const PortalRequest& request) {
  const Connection* connection = connectionOf(request);
  return connection == nullptr ? portalNotFound(request, PortalTab::kSso)
                               : connectionPage(request, *connection, 200, {});
}

HttpResponse createConnection(const PortalRequest& request) {
  const auto& choices = providerChoices();
  const std::string key = request.form.getOr("provider", "");
  const auto choice = std::find_if(choices.begin(), choices.end(), [&](const auto& one) { return one.key == key; });
  std::string type = request.form.getOr("type", "");
  if (choice != choices.end() && !choice->onlyType.empty()) type = choice->onlyType;
  if (choice == choices.end() || (type != "SAML" && type != "OIDC")) {
    return connectionListPage(request, 400, "Choose your identity provider and how it signs people in.");
  }
  Connection connection;
  connection.id = request.context.ids.next("conn");
  connection.provider = choice->provider;
  connection.type = type;
  connection.status = "DRAFT";
  connection.enabled = false;
  connection.buttonTitle = request.visit.organization.displayName;
  connection.attributeMapping = usualMapping(type);
  connection.createdAt = connection.updatedAt = request.visit.now.time_since_epoch().count();
  const auto outcome = changeOrganization(request, [&](StateData&, Organization& organization) -> PortalOutcome {
    if (organization.connections.size() >= limits::kConnections) {
      return {"There are too many connections. Delete a draft first.", true, {}, false};
    }
    organization.connections.push_back(connection);
    return {};
  });
  return HttpResponse::redirect(
      outcome.changed ? connectionPath(connection.id) : std::string(portalTabPath(PortalTab::kSso)), 303);
}

/// Runs on the connection that the request names, then leads back to its page; 404 when the organization has no such
/// connection.
template <typename Change>
HttpResponse onConnection(const PortalRequest& request, const std::string& leadsTo, const Change& change) {
  bool found = false;
  changeOrganization(request, [&](StateData& data, Organization& organization) -> PortalOutcome {
    Connection* connection = organization.findConnection(request.id);
    found = connection != nullptr;
    return found ? change(data, organization, *connection) : PortalOutcome{{}, true, {}, false};
  });
  return found ? HttpResponse::redirect(leadsTo, 303) : portalNotFound(request, PortalTab::kSso);
}

HttpResponse saveSettings(const PortalRequest& request) {
  const Connection* before = connectionOf(request);
  if (before == nullptr) return portalNotFound(request, PortalTab::kSso);
  Connection fresh = *before;
  const FormState state = readSettings(request.form, *before, request.visit.now.time_since_epoch().count(), fresh);
  if (!state.ok()) return connectionPage(request, *before, 400, {.settings = &state});
  return onConnection(request, connectionPath(request.id), [&](StateData&, Organization&, Connection& connection) {
    connection.settings = fresh.settings;
    connection.status = fresh.status;
    connection.test = fresh.test;
    connection.updatedAt = fresh.updatedAt;
    return PortalOutcome{"Saved. Test the connection before people rely on it."};
  });
}

HttpResponse saveMapping(const PortalRequest& request) {
  const Connection* before = connectionOf(request);
  if (before == nullptr) return portalNotFound(request, PortalTab::kSso);
  Connection fresh = *before;
  const FormState state = readMapping(request.form, request.visit.customAttributes, fresh);
  if (!state.ok()) return connectionPage(request, *before, 400, {.mapping = &state});
  return onConnection(request, connectionPath(request.id), [&](StateData&, Organization&, Connection& connection) {
    connection.attributeMapping = fresh.attributeMapping;
    connection.updatedAt = request.visit.now.time_since_epoch().count();
    return PortalOutcome{"The attributes are saved."};
  });
}

nlohmann::json toggleEvent(const Organization& organization, const Connection& connection) {
  const bool on = connection.enabled;
  return portalEvent(
      on ? "ORGANIZATION_SSO_ENABLED" : "ORGANIZATION_SSO_DISABLED", "connection",
      on ? "Single sign-on connection enabled successfully" : "Single sign-on connection disabled successfully",
      organization.id,
      {{"connection_type", "SSO"},
       {"id", connection.id},
       {"type", connection.type},
       {"provider", connection.provider},
       {"enabled", on}});
}

HttpResponse switchConnection(const PortalRequest& request, bool wanted) {
  return onConnection(
      request, connectionPath(request.id), [&](StateData&, Organization& organization, Connection& connection) {
        if (wanted && connection.status != "COMPLETED") {
          return PortalOutcome{"Enter the details of your identity provider first (step 2).", true, {}, false};
        }
        if (connection.enabled == wanted) return PortalOutcome{{}, false, {}, false};
        connection.enabled = wanted;
        connection.updatedAt = request.visit.now.time_since_epoch().count();
        const char* on =
            connection.test.status == "SUCCESS"
                ? "Single sign-on is on. People of your company can sign in with it now."
                : "Single sign-on is on, but was not tested successfully. Test it before people rely on it.";
        return PortalOutcome{wanted ? on : "Single sign-on is off. Nobody signs in through this connection.", false,
                             toggleEvent(organization, connection)};
      });
}

HttpResponse enableConnection(const PortalRequest& request) { return switchConnection(request, true); }
HttpResponse disableConnection(const PortalRequest& request) { return switchConnection(request, false); }

/// What is on must be switched off first, knowingly. Sessions that began with it end, as with the management API.
HttpResponse deleteConnection(const PortalRequest& request) {
  const Connection* connection = connectionOf(request);
  const bool on = connection != nullptr && connection->enabled;
  return onConnection(request, on ? connectionPath(request.id) : std::string(portalTabPath(PortalTab::kSso)),
                      [&](StateData& data, Organization& organization, Connection& one) {
                        if (one.enabled)
                          return PortalOutcome{"Switch the connection off before you delete it.", true, {}, false};
                        const std::string id = one.id;
                        data.endLogins([&](const Login& login) { return login.connectionId == id; }, "revoked",
                                       request.visit.now);
                        std::erase_if(organization.connections, [&](const Connection& c) { return c.id == id; });
                        return PortalOutcome{"The connection was deleted."};
                      });
}

constexpr std::array kPortalConnectionRoutes = {
    PortalRoute{"GET", "/portal/sso", PortalTab::kSso, showConnections},
    PortalRoute{"POST", "/portal/sso/connections", PortalTab::kSso, createConnection},
    PortalRoute{"GET", "/portal/sso/connections/{id}", PortalTab::kSso, showConnection},
    PortalRoute{"POST", "/portal/sso/connections/{id}/settings", PortalTab::kSso, saveSettings},
    PortalRoute{"POST", "/portal/sso/connections/{id}/attributes", PortalTab::kSso, saveMapping},
    PortalRoute{"POST", "/portal/sso/connections/{id}/test", PortalTab::kSso, startConnectionTest},
    PortalRoute{"POST", "/portal/sso/connections/{id}/enable", PortalTab::kSso, enableConnection},
    PortalRoute{"POST", "/portal/sso/connections/{id}/disable", PortalTab::kSso, disableConnection},
    PortalRoute{"POST", "/portal/sso/connections/{id}/delete", PortalTab::kSso, deleteConnection},
};

}  // namespace

std::span<const PortalRoute> portalConnectionRoutes() { return kPortalConnectionRoutes; }

}  // namespace scalekit_simulator
