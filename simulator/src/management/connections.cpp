// SPDX-License-Identifier: Apache-2.0
#include "management/connections.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/domains.h"
#include "management/field_reader.h"
#include "portal/certificate.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

std::vector<std::string> domainsOf(const Organization& organization, const Connection& connection) {
  if (!connection.domains.empty()) return connection.domains;
  std::vector<std::string> names;
  for (const auto& domain : organization.domains) {
    if (domain.routesLogins()) names.push_back(domain.domain);
  }
  return names;
}

Json listItem(const Organization& organization, const Connection& connection) {
  return {{"id", connection.id},
          {"provider", connection.provider},
          {"type", connection.type},
          {"status", connection.status},
          {"enabled", connection.enabled},
          {"organization_id", organization.id},
          {"organization_name", organization.displayName},
          {"ui_button_title", connection.buttonTitle},
          {"domains", domainsOf(organization, connection)},
          {"provider_key", ""},
          {"key_id", ""},
          {"created_at", rfc3339(connection.createdAt)}};
}

void addGiven(Json& json, const char* name, const std::string& value) {
  if (!value.empty()) json[name] = value;
}

/// saml_config or oidc_config: our side, and what the portal was told of the other. Never the client secret.
Json providerConfig(const std::string& base, const Connection& connection, EpochSeconds now) {
  const ProviderSettings& settings = connection.settings;
  if (connection.type != "SAML") {
    Json json = {{"redirect_uri", base + "/sso/v1/oidc/" + connection.id + "/callback"},
                 {"scopes", {"openid", "profile", "email"}}};
    addGiven(json, "issuer", settings.issuer);
    addGiven(json, "client_id", settings.clientId);
    return json;
  }
  const std::string entityId = base + "/sso/v1/saml/" + connection.id;
  Json json = {
      {"sp_entity_id", entityId}, {"sp_assertion_url", entityId + "/callback"}, {"allow_idp_initiated_login", true}};
  addGiven(json, "idp_metadata_url", settings.metadataUrl);
  addGiven(json, "idp_entity_id", settings.entityId);
  addGiven(json, "idp_sso_url", settings.ssoUrl);
  if (!settings.certificate.empty()) {
    const CertificateFacts facts = readCertificate(settings.certificate, now);
    json["idp_certificates"] = Json::array({{{"id", "cer_" + connection.id.substr(connection.id.find('_') + 1)},
                                             {"certificate", settings.certificate},
                                             {"issuer", facts.issuer},
                                             {"create_time", rfc3339(connection.updatedAt)},
                                             {"expiry_time", rfc3339(facts.notAfter)}}});
  }
  return json;
}

Json connectionJson(const ApiCall& call, const Organization& organization, const Connection& connection) {
  Json domains = Json::array();
  for (const auto& domain : organization.domains) {
    if (domain.routesLogins()) domains.push_back(domainJson(call.environment(), organization, domain, call.now));
  }
  const std::string& base = call.context.baseUrl;
  Json json = {{"id", connection.id},
               {"provider", connection.provider},
               {"type", connection.type},
               {"status", connection.status},
               {"enabled", connection.enabled},
               {"debug_enabled", false},
               {"organization_id", organization.id},
               {"ui_button_title", connection.buttonTitle},
               {"configuration_type",
                connection.settings.metadataUrl.empty() && connection.settings.issuer.empty() ? "MANUAL" : "DISCOVERY"},
               {"attribute_mapping", connection.attributeMapping},
               {"test_connection_uri", base + "/sso/v1/oidc/" + connection.id + "/init"},
               {"create_time", rfc3339(connection.createdAt)},
               {"update_time", rfc3339(connection.updatedAt)},
               {"key_id", ""},
               {"provider_key", ""},
               {"domains", std::move(domains)}};
  json[connection.type == "SAML" ? "saml_config" : "oidc_config"] = providerConfig(base, connection, call.now);
  return json;
}

/// Active ones only, unless `include=all`. The descriptors cap `domain` at 32 characters, which looks like a mistake:
/// domain names are longer, and no page mentions it. Refusing them here would break clients that work (CONTRACT.md 12
/// row 30), so anything as long as a domain name can be is looked for.
Json listConnections(ApiCall& call) {
  const auto organizationId = call.params.get("organization_id");
  const auto domain = call.params.get("domain");
  const auto include = call.params.get("include");
  if (domain && domain->size() > 255) {
    throwViolation("domain", "value length must be at most 255 characters", "string.max_len");
  }
  if (include && *include != "all") throwViolation("include", "value must be in list [all]", "string.in");
  if (organizationId && call.environment().findOrganization(*organizationId) == nullptr) {
    throw notFound("organization");
  }
  Json connections = Json::array();
  for (const auto& owner : call.environment().organizations) {
    if (organizationId && owner.id != *organizationId) continue;
    for (const auto& connection : owner.connections) {
      const auto names = domainsOf(owner, connection);
      if (domain && std::find(names.begin(), names.end(), toLower(*domain)) == names.end()) continue;
      const bool active = connection.active() && owner.ssoEnabled;
      if (include || active) connections.push_back(listItem(owner, connection));
    }
  }
  return {{"connections", std::move(connections)}};
}

/// The connection of the second argument, in the organization of the first.
Connection& theConnection(const ApiCall& call) {
  auto& connections = call.organization().connections;
  const auto found = std::find_if(connections.begin(), connections.end(),
                                  [&](const Connection& candidate) { return candidate.id == call.argument(1); });
  if (found == connections.end()) throw notFound("connection");
  return *found;
}

Json getConnection(ApiCall& call) {
  const Connection& connection = theConnection(call);
  return {{"connection", connectionJson(call, call.organization(), connection)}};
}

/// 200 even when nothing changes; the caller must look at `enabled` (CONTRACT.md 4.5).
Json switchConnection(ApiCall& call, bool wanted) {
  Connection& connection = theConnection(call);
  const bool possible = !wanted || connection.status == "COMPLETED";
  if (possible && connection.enabled != wanted) {
    connection.enabled = wanted;
    connection.updatedAt = call.now;
    call.changed();
  }
  return {{"enabled", connection.enabled},
          {"error_message", possible ? "" : "the connection is not completely configured"}};
}

Json enableConnection(ApiCall& call) { return switchConnection(call, true); }
Json disableConnection(ApiCall& call) { return switchConnection(call, false); }

/// The sessions that began with it end.
Json deleteConnection(ApiCall& call) {
  const std::string id = theConnection(call).id;
  call.data.endLogins([&](const Login& login) { return login.connectionId == id; }, "revoked",
                      Instant(Seconds(call.now)));
  std::erase_if(call.organization().connections, [&](const Connection& one) { return one.id == id; });
  call.changed();
  return Json::object();
}

constexpr std::array kConnectionRoutes = {
    ApiRoute{"GET", "connections", listConnections},
    ApiRoute{"GET", "organizations/{id}/connections/{id}", getConnection},
    ApiRoute{"DELETE", "organizations/{id}/connections/{id}", deleteConnection},
    ApiRoute{"PATCH", "organizations/{id}/connections/{id}:enable", enableConnection},
    ApiRoute{"PATCH", "organizations/{id}/connections/{id}:disable", disableConnection},
};

}  // namespace

std::span<const ApiRoute> connectionRoutes() { return kConnectionRoutes; }

}  // namespace scalekit_simulator
