// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/connections.h"

#include "scalekit/domain_fields.h"
#include "scalekit/rest_api.h"
#include "scalekit/toggle.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

ConnectionSummary summaryFrom(const json& object) {
  ConnectionSummary summary;
  summary.id = idField(object);
  summary.provider = textField(object, "provider");
  summary.type = textField(object, "type");
  summary.status = textField(object, "status");
  summary.enabled = flagField(object, "enabled");
  summary.organizationId = textField(object, "organization_id");
  summary.organizationName = textField(object, "organization_name");
  summary.buttonTitle = textField(object, "ui_button_title");
  summary.domains = textsField(object, "domains");
  summary.createTime = timeField(object, "created_at");
  return summary;
}

SamlCertificate certificateFrom(const json& object) {
  return {textField(object, "id"), textField(object, "issuer"), timeField(object, "create_time"),
          timeField(object, "expiry_time")};
}

SamlConfig samlFrom(const json& object) {
  SamlConfig saml;
  saml.spEntityId = textField(object, "sp_entity_id");
  saml.spAssertionUrl = textField(object, "sp_assertion_url");
  saml.spMetadataUrl = textField(object, "sp_metadata_url");
  saml.idpEntityId = textField(object, "idp_entity_id");
  saml.idpSsoUrl = textField(object, "idp_sso_url");
  saml.idpMetadataUrl = textField(object, "idp_metadata_url");
  saml.nameIdFormat = textField(object, "idp_name_id_format");
  saml.signingOption = textField(object, "saml_signing_option");
  saml.allowIdpInitiatedLogin = flagField(object, "allow_idp_initiated_login");
  saml.forceAuthn = flagField(object, "force_authn");
  saml.assertionEncrypted = flagField(object, "assertion_encrypted");
  saml.wantRequestSigned = flagField(object, "want_request_signed");
  saml.idpCertificates = listField<SamlCertificate>(object, "idp_certificates", certificateFrom);
  return saml;
}

OidcConfig oidcFrom(const json& object) {
  OidcConfig oidc;
  oidc.issuer = textField(object, "issuer");
  oidc.discoveryEndpoint = textField(object, "discovery_endpoint");
  oidc.clientId = textField(object, "client_id");
  oidc.redirectUri = textField(object, "redirect_uri");
  oidc.tokenAuthType = textField(object, "token_auth_type");
  oidc.scopes = textsField(object, "scopes");
  oidc.pkceEnabled = flagField(object, "pkce_enabled");
  return oidc;
}

Connection connectionFrom(const json& object) {
  Connection connection;
  connection.id = idField(object);
  connection.provider = textField(object, "provider");
  connection.type = textField(object, "type");
  connection.status = textField(object, "status");
  connection.enabled = flagField(object, "enabled");
  connection.organizationId = textField(object, "organization_id");
  connection.buttonTitle = textField(object, "ui_button_title");
  connection.configurationType = textField(object, "configuration_type");
  connection.testConnectionUri = textField(object, "test_connection_uri");
  connection.attributeMapping = pairsField(object, "attribute_mapping");
  connection.domains = listField<Domain>(object, "domains", domainFrom);
  if (!objectField(object, "saml_config").empty()) connection.saml = samlFrom(objectField(object, "saml_config"));
  if (!objectField(object, "oidc_config").empty()) connection.oidc = oidcFrom(objectField(object, "oidc_config"));
  connection.createTime = timeField(object, "create_time");
  connection.updateTime = timeField(object, "update_time");
  return connection;
}

ApiPath connectionPath(std::string_view organizationId, std::string_view id) {
  return ApiPath("organizations").id(organizationId).word("connections").id(id);
}

}  // namespace

std::vector<ConnectionSummary> Connections::list(const ConnectionFilter& filter) const {
  if (filter.organizationId.empty() && filter.domain.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed,
                "a list of connections needs an organization or a domain");
  }
  ManagementRequest::Query query;
  if (!filter.organizationId.empty()) query.emplace_back("organization_id", filter.organizationId);
  if (!filter.domain.empty()) query.emplace_back("domain", filter.domain);
  if (filter.includeInactive) query.emplace_back("include", "all");
  return listField<ConnectionSummary>(api_->get("connections.list", ApiPath("connections"), query), "connections",
                                      summaryFrom);
}

Connection Connections::get(std::string_view organizationId, std::string_view id) const {
  Connection connection =
      connectionFrom(requiredObject(api_->get("connections.get", connectionPath(organizationId, id)), "connection"));
  requireAsked(connection.id, id);
  requireAsked(connection.organizationId, organizationId);
  return connection;
}

ToggleResult Connections::enable(std::string_view organizationId, std::string_view id) const {
  return toggleResult(api_->once("connections.enable", "PATCH", connectionPath(organizationId, id).verb("enable")));
}

ToggleResult Connections::disable(std::string_view organizationId, std::string_view id) const {
  return toggleResult(api_->once("connections.disable", "PATCH", connectionPath(organizationId, id).verb("disable")));
}

void Connections::remove(std::string_view organizationId, std::string_view id) const {
  api_->once("connections.remove", "DELETE", connectionPath(organizationId, id));
}

}  // namespace sso::scalekit
