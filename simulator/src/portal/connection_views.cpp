// SPDX-License-Identifier: Apache-2.0
#include "portal/connection_views.h"

#include "encoding.h"
#include "portal/certificate.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

EpochSeconds nowOf(const PortalRequest& request) { return request.visit.now.time_since_epoch().count(); }

/// 2026-11-26 08:22 UTC
std::string shownTime(EpochSeconds time) {
  std::string text = rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

Json stateValues(const Connection& connection) {
  const bool completed = connection.status == "COMPLETED";
  return {{"on", connection.active()},
          {"off", completed && !connection.enabled},
          {"draft", !completed},
          {"completed", completed},
          {"protocol", connection.type == "SAML" ? "SAML" : "OpenID Connect"},
          {"provider", providerName(connection)}};
}

/// What the other side needs to know of us (CONTRACT.md 4.5).
Json toCopy(const std::string& baseUrl, const Connection& connection) {
  const auto row = [](const char* id, const char* label, const std::string& value, const char* also) {
    return Json{{"id", id}, {"label", label}, {"value", value}, {"also", also}};
  };
  if (connection.type == "SAML") {
    const std::string base = baseUrl + "/sso/v1/saml/" + connection.id;
    return Json::array({row("copy-acs", "ACS URL", base + "/callback",
                            "Also called reply URL, single sign-on URL or assertion consumer service"),
                        row("copy-entity", "Entity ID", base, "Also called audience or identifier"),
                        row("copy-metadata", "Metadata URL", base, "For providers that read all of it from there")});
  }
  return Json::array({row("copy-redirect", "Redirect URI", baseUrl + "/sso/v1/oidc/" + connection.id + "/callback",
                          "Also called callback URL or sign-in redirect URI")});
}

void addFields(Json& values, const FormState& state, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto value = state.values.find(name);
    const auto problem = state.problems.find(name);
    values[name] = value == state.values.end() ? "" : value->second;
    values[name + "_problem"] = problem == state.problems.end() ? "" : problem->second;
  }
}

Json certificateValues(const Connection& connection, EpochSeconds now) {
  const std::string& pem = connection.settings.certificate;
  if (pem.empty()) return Json::array();
  const CertificateFacts facts = readCertificate(pem, now);
  return Json::array({{{"subject", facts.subject},
                       {"issuer", facts.issuer},
                       {"until", shownTime(facts.notAfter)},
                       {"bad", facts.problem}}});
}

Json mappingRows(const PortalRequest& request, const Connection& connection, const FormState& state) {
  static const std::map<std::string, std::string> kLabels = {
      {"email", "E-mail address"}, {"given_name", "First name"}, {"family_name", "Last name"}, {"groups", "Groups"}};
  const Metadata usual = usualMapping(connection.type);
  Json rows = Json::array();
  for (const auto& key : mappableKeys(request.visit.customAttributes)) {
    const auto label = kLabels.find(key);
    const auto value = state.values.find(key);
    const auto problem = state.problems.find(key);
    const auto hint = usual.find(key);
    rows.push_back({{"key", key},
                    {"label", label == kLabels.end() ? key : label->second},
                    {"required", key == "email"},
                    {"value", value == state.values.end() ? "" : value->second},
                    {"hint", hint == usual.end() ? key : hint->second},
                    {"problem", problem == state.problems.end() ? "" : problem->second}});
  }
  return rows;
}

Json testValues(const PortalRequest& request, const Connection& connection) {
  const ConnectionTest& test = connection.test;
  Json values = {{"untested", test.status.empty()},
                 {"succeeded", test.status == "SUCCESS"},
                 {"test_failed", test.status == "FAILURE"},
                 {"test_error", test.error},
                 {"test_description", test.description},
                 {"test_time", shownTime(test.at)},
                 {"claims", Json::array()}};
  const PortalSession& session = request.visit.session;
  if (session.testedConnection == connection.id) {
    for (const auto& [name, value] : session.testedClaims)
      values["claims"].push_back({{"name", name}, {"value", value}});
  }
  values["has_claims"] = !values["claims"].empty();
  return values;
}

}  // namespace

const Connection* connectionOf(const PortalRequest& request) {
  for (const auto& connection : request.visit.organization.connections) {
    if (connection.id == request.id) return &connection;
  }
  return nullptr;
}

HttpResponse connectionListPage(const PortalRequest& request, int status, const std::string& problem) {
  Json connections = Json::array();
  for (const auto& connection : request.visit.organization.connections) {
    Json item = stateValues(connection);
    item["id"] = connection.id;
    item["initial"] = providerName(connection).substr(0, 1);
    item["on_untested"] = connection.active() && connection.test.status.empty() && !connection.attributeMapping.empty();
    connections.push_back(std::move(item));
  }
  Json choices = Json::array();
  const std::string chosen = request.form.getOr("provider", "okta");
  for (const auto& choice : providerChoices()) {
    choices.push_back({{"key", choice.key},
                       {"name", choice.name},
                       {"hint", choice.hint},
                       {"initial", choice.onlyType.empty() ? choice.name.substr(0, 1) : std::string_view("+")},
                       {"checked", choice.key == chosen}});
  }
  const bool any = !connections.empty();
  return portalPage(request.context, request.visit, PortalTab::kSso, status, "pages/portal_sso.html",
                    {{"title", "Single sign-on"},
                     {"has_connections", any},
                     {"connections", std::move(connections)},
                     {"choices", std::move(choices)},
                     {"oidc", request.form.getOr("type", "SAML") == "OIDC"},
                     {"problem", problem},
                     {"open", !any || !problem.empty()}});
}

HttpResponse connectionPage(const PortalRequest& request, const Connection& connection, int status,
                            const RefusedForms& refused) {
  Json values = stateValues(connection);
  values.update(testValues(request, connection));
  values["title"] = providerName(connection);
  values["id"] = connection.id;
  values["path"] = connectionPath(connection.id);
  values["is_saml"] = connection.type == "SAML";
  values["copy"] = toCopy(request.context.baseUrl, connection);
  const FormState settings = refused.settings != nullptr ? *refused.settings : settingsOf(connection);
  addFields(values, settings,
            {"source", "metadata_url", "sso_url", "entity_id", "certificate", "issuer", "client_id", "client_secret"});
  values["manual"] = values["source"] == "manual";
  values["has_secret"] = !connection.settings.secretDigest.empty();
  values["certificates"] = certificateValues(connection, nowOf(request));
  values["settings_refused"] = refused.settings != nullptr;
  const FormState mapping =
      refused.mapping != nullptr ? *refused.mapping : mappingOf(connection, request.visit.customAttributes);
  values["rows"] = mappingRows(request, connection, mapping);
  values["mapping_refused"] = refused.mapping != nullptr;
  return portalPage(request.context, request.visit, PortalTab::kSso, status, "pages/portal_connection.html",
                    std::move(values));
}

}  // namespace scalekit_simulator
