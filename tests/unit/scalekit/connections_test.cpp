// SPDX-License-Identifier: Apache-2.0
// Connections, domains and portal links: what an organization's own single sign-on is made of.
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

using namespace scalekit;

class ConnectionCalls : public ClientTest {};
class DomainCalls : public ClientTest {};
class PortalLinkCalls : public ClientTest {};

TEST_F(ConnectionCalls, ListNarrowsByWhatIsSet) {
  answers(R"({"connections":[{"id":"conn_1","provider":"OKTA","type":"SAML","status":"COMPLETED","enabled":true,
    "organization_id":"org_1","organization_name":"Acme","ui_button_title":"Acme SSO","domains":["acme.com"],
    "created_at":"2024-10-03T13:35:50Z"},{"id":"conn_2","status":"SHINY_NEW_STATUS","enabled":true},
    {"id":"conn_3","status":"COMPLETED","enabled":false}]})");
  const auto list =
      client.connections().list({.organizationId = "org_1", .domain = "acme.com", .includeInactive = true});
  EXPECT_EQ(call(), "GET /api/v1/connections?organization_id=org_1&domain=acme.com&include=all");
  ASSERT_EQ(list.size(), 3u);
  EXPECT_TRUE(list[0].active());
  EXPECT_EQ(list[0].provider + list[0].type + list[0].organizationName + list[0].buttonTitle, "OKTASAMLAcmeAcme SSO");
  EXPECT_EQ(list[0].domains, std::vector<std::string>{"acme.com"});
  EXPECT_TRUE(list[0].createTime.has_value());
  EXPECT_EQ(list[1].status, "SHINY_NEW_STATUS");
  EXPECT_FALSE(list[1].active());
  EXPECT_FALSE(list[2].active());
}

TEST_F(ConnectionCalls, ListOfNothingIsEmpty) {
  answers("{}");
  EXPECT_TRUE(client.connections().list({.domain = "acme.com"}).empty());
  EXPECT_EQ(call(), "GET /api/v1/connections?domain=acme.com");
  EXPECT_EQ(thrownBy<Error>([&] { client.connections().list({}); }).code(), ErrorCode::kInvalidRequest);
  EXPECT_EQ(calls().size(), 1u);
}

TEST_F(ConnectionCalls, GetReadsSaml) {
  answers(R"({"connection":{"id":"conn_1","provider":"OKTA","type":"SAML","status":"DRAFT","enabled":false,
    "organization_id":"org_1","configuration_type":"MANUAL","test_connection_uri":"https://env/test",
    "attribute_mapping":{"email":"mail"},"domains":[{"id":"dom_1","domain":"acme.com"}],
    "saml_config":{"sp_entity_id":"sp","idp_entity_id":"idp","allow_idp_initiated_login":true,"force_authn":true,
      "idp_certificates":[{"id":"c1","certificate":"MII","issuer":"CN=x","expiry_time":"2030-01-01T00:00:00Z"}]}}})");
  const auto connection = client.connections().get("org_1", "conn_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations/org_1/connections/conn_1");
  EXPECT_FALSE(connection.active());
  EXPECT_EQ(connection.attributeMapping, (Metadata{{"email", "mail"}}));
  ASSERT_EQ(connection.domains.size(), 1u);
  EXPECT_EQ(connection.domains[0].name, "acme.com");
  ASSERT_TRUE(connection.saml.has_value());
  EXPECT_FALSE(connection.oidc.has_value());
  EXPECT_EQ(connection.saml->spEntityId + connection.saml->idpEntityId, "spidp");
  EXPECT_TRUE(connection.saml->allowIdpInitiatedLogin && connection.saml->forceAuthn);
  ASSERT_EQ(connection.saml->idpCertificates.size(), 1u);
  EXPECT_TRUE(connection.saml->idpCertificates[0].expiryTime.has_value());
}

TEST_F(ConnectionCalls, GetReadsOidc) {
  answers(R"({"connection":{"id":"conn_1","type":"OIDC","oidc_config":{"issuer":"https://idp","client_id":"c",
    "client_secret":"hidden","scopes":["openid"],"pkce_enabled":true}}})");
  const auto connection = client.connections().get("org_1", "conn_1");
  ASSERT_TRUE(connection.oidc.has_value());
  EXPECT_EQ(connection.oidc->issuer, "https://idp");
  EXPECT_EQ(connection.oidc->scopes, std::vector<std::string>{"openid"});
  EXPECT_TRUE(connection.oidc->pkceEnabled);
}

TEST_F(ConnectionCalls, NullIsNoConfiguration) {
  answers(R"({"connection":{"id":"conn_1","saml_config":null,"oidc_config":null}})");
  const auto connection = client.connections().get("org_1", "conn_1");
  EXPECT_FALSE(connection.saml.has_value() || connection.oidc.has_value());
}

TEST_F(ConnectionCalls, EnableTellsWhatHappened) {
  answers(R"({"enabled":false,"error_message":"not configured"})");
  const auto result = client.connections().enable("org_1", "conn_1");
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1/connections/conn_1:enable");
  EXPECT_EQ(calls()[0].body, "");
  EXPECT_FALSE(result.enabled);
  EXPECT_EQ(result.errorMessage, "not configured");
}

TEST_F(ConnectionCalls, Disable) {
  answers(R"({"enabled":false})");
  EXPECT_FALSE(client.connections().disable("org_1", "conn_1").enabled);
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1/connections/conn_1:disable");
}

TEST_F(ConnectionCalls, Remove) {
  answers("{}");
  client.connections().remove("org_1", "conn_1");
  EXPECT_EQ(call(), "DELETE /api/v1/organizations/org_1/connections/conn_1");
}

TEST_F(DomainCalls, CreateNamesTheType) {
  answers(R"({"domain":{"id":"dom_1","domain":"acme.com","domain_type":"ORGANIZATION_DOMAIN","organization_id":"org_1",
    "verification_status":"VERIFIED","verification_method":"ADMIN"}})");
  const auto domain = client.domains().create("org_1", "acme.com", domain_type::kOrganization);
  EXPECT_EQ(call(), "POST /api/v1/organizations/org_1/domains");
  EXPECT_EQ(sentBody(), (Json{{"domain", "acme.com"}, {"domain_type", "ORGANIZATION_DOMAIN"}}));
  EXPECT_TRUE(domain.routesLogins());
  EXPECT_EQ(domain.verificationMethod, "ADMIN");
}

TEST_F(DomainCalls, OnlyVerifiedOrganizationDomainsRoute) {
  Domain domain;
  domain.type = domain_type::kOrganization;
  for (const auto status : {verification_status::kPending, verification_status::kFailed, std::string_view("NEW")}) {
    domain.verificationStatus = status;
    EXPECT_FALSE(domain.routesLogins()) << status;
  }
  domain.verificationStatus = verification_status::kAutoVerified;
  EXPECT_TRUE(domain.routesLogins());
  domain.type = domain_type::kAllowedEmail;
  EXPECT_FALSE(domain.routesLogins());
}

TEST_F(DomainCalls, ListCountsItsPages) {
  transport->on("/domains", [this](const HttpRequest& request) {
    const bool first = request.url.find("page_number=0") != std::string::npos;
    return json(first ? R"({"domains":[{"id":"dom_1"},{"id":"dom_2"}]})" : R"({"domains":[{"id":"dom_3"}]})");
  });
  std::string ids;
  for (const auto& domain : client.domains().list("org_1", {.type = "ORGANIZATION_DOMAIN", .pageSize = 2}))
    ids += domain.id;
  EXPECT_EQ(ids, "dom_1dom_2dom_3");
  ASSERT_EQ(calls().size(), 2u);
  EXPECT_EQ(calls()[1].url, kEnvironment +
                                "/api/v1/organizations/org_1/domains?page_size=2&page_number=1&"
                                "domain_type=ORGANIZATION_DOMAIN");
}

TEST_F(DomainCalls, APageThatIsNoneIsRefused) {
  for (const std::uint32_t size : {0U, 101U}) {
    EXPECT_EQ(thrownBy<Error>([&] { client.domains().list("org_1", {.pageSize = size}); }).code(),
              ErrorCode::kInvalidRequest);
  }
  for (const std::string token : {"x", "1x", "-1", "99999999999"}) {
    EXPECT_EQ(thrownBy<Error>([&] { client.domains().list("org_1").page(token); }).code(), ErrorCode::kInvalidRequest);
  }
  EXPECT_TRUE(calls().empty());
}

TEST_F(DomainCalls, GetAndRemove) {
  answers(R"({"domain":{"id":"dom_1","txt_record_key":"k","txt_record_secret":"s"}})");
  const auto domain = client.domains().get("org_1", "dom_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations/org_1/domains/dom_1");
  EXPECT_EQ(domain.txtRecordKey + domain.txtRecordSecret, "ks");
  client.domains().remove("org_1", "dom_1");
  EXPECT_EQ(calls()[1].method + " " + calls()[1].url,
            "DELETE " + kEnvironment + "/api/v1/organizations/org_1/domains/dom_1");
}

TEST_F(PortalLinkCalls, CreateRepeatsTheFeatures) {
  answers(
      R"({"link":{"id":"lnk_1","location":"https://env.example.com/magicLink/abc","expire_time":"2024-10-03T13:35:50Z"}})");
  const auto link = client.portalLinks().create("org_1", {"sso", "dir_sync"});
  EXPECT_EQ(call(), "PUT /api/v1/organizations/org_1/portal_links?features=sso&features=dir_sync");
  EXPECT_EQ(calls()[0].body, "");
  EXPECT_EQ(link.id, "lnk_1");
  EXPECT_EQ(link.location.reveal(), "https://env.example.com/magicLink/abc");
  EXPECT_TRUE(link.expireTime.has_value());
}

// What is framed in the settings comes from the environment and from nowhere else.
TEST_F(PortalLinkCalls, ALinkThatLeadsAwayIsRejected) {
  for (const std::string location :
       {"https://evil.example/magicLink/abc", "http://env.example.com/magicLink/abc", "/magicLink/abc", "",
        "https://env.example.com.evil.example/x", "https://env.example.com@evil.example/x", "javascript:alert(1)"}) {
    answers(R"({"link":{"id":"lnk_1","location":")" + location + "\"}}");
    EXPECT_EQ(thrownBy<Error>([&] { client.portalLinks().create("org_1"); }).code(), ErrorCode::kUpstreamRejected)
        << location;
  }
}

TEST_F(PortalLinkCalls, Revoke) {
  answers("{}");
  client.portalLinks().revoke("org_1", "lnk_1");
  EXPECT_EQ(call(), "DELETE /api/v1/organizations/org_1/portal_links/lnk_1");
}

}  // namespace
}  // namespace sso::test
