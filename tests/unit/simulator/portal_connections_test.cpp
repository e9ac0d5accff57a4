// SPDX-License-Identifier: Apache-2.0
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "portal_fixture.h"

namespace simulator_test {
namespace {

/// A self-signed certificate for these times, as PEM.
std::string certificatePem(long long notBefore, long long notAfter) {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), notBefore);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), notAfter);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Fresh IdP"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(text.get(), certificate.get());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

constexpr long long kNow = 1'790'000'000;

class PortalConnections : public PortalTest {
 protected:
  void SetUp() override { enter(); }
  HttpResponse saml(const std::string& id, const std::string& certificate,
                    const std::string& url = "https://idp.example/sso") {
    return submit(path(id, "settings"), "source=manual&entity_id=urn%3Aidp&sso_url=" + percentEncode(url) +
                                            "&certificate=" + percentEncode(certificate));
  }
  Json eventsOf(const std::string& page) { return facts(show(page))["events"]; }
};

TEST_F(PortalConnections, BeginAsDraftsOfTheChosenProvider) {
  const std::string okta = create("okta", "SAML");
  EXPECT_EQ("OKTA", connection(okta).provider);
  EXPECT_EQ("SAML", connection(okta).type);
  EXPECT_EQ("DRAFT", connection(okta).status);
  EXPECT_FALSE(connection(okta).enabled);
  const auto page = show(path(okta));
  EXPECT_TRUE(says(page, "/sso/v1/saml/" + okta + "/callback\"")) << page.body;
  EXPECT_EQ("MICROSOFT_AD", connection(create("entra", "OIDC")).provider);
  EXPECT_EQ("OIDC", connection(create("custom_oidc", "SAML")).type);
  EXPECT_EQ("SAML", connection(create("custom_saml", "OIDC")).type);
  EXPECT_EQ(400, submit("/portal/sso/connections", "provider=nobody&type=SAML").status);
  EXPECT_EQ(400, submit("/portal/sso/connections", "provider=okta&type=LDAP").status);
  EXPECT_EQ(4U, environment().organizations.back().connections.size());
}

TEST_F(PortalConnections, KeepNoClientSecret) {
  const std::string id = createOidc();
  EXPECT_EQ("COMPLETED", connection(id).status);
  const std::string digest = connection(id).settings.secretDigest;
  EXPECT_EQ(hex(sha256("very-secret-word")), digest);
  EXPECT_FALSE(says(show(path(id)), "very-secret-word"));
  EXPECT_EQ(std::string::npos, call("GET", under(kFreshOrganization, "/connections/" + id)).body.find("secret"));
  // Left empty, it stays.
  EXPECT_EQ(303, submit(path(id, "settings"), "issuer=https%3A%2F%2Fidp2.example&client_id=x").status);
  EXPECT_EQ(digest, connection(id).settings.secretDigest);
  // A refused form does not show it either.
  const auto refused = submit(path(id, "settings"), "issuer=ftp%3A%2F%2Fx&client_id=x&client_secret=another-word");
  EXPECT_EQ(400, refused.status);
  EXPECT_FALSE(says(refused, "another-word"));
  EXPECT_EQ(400, submit(path(create("okta", "OIDC"), "settings"), "issuer=https%3A%2F%2Fx.example&client_id=x").status);
}

TEST_F(PortalConnections, TakeHttpsOrLoopbackAddressesOnly) {
  const std::string id = create("okta", "OIDC");
  const auto save = [&](const std::string& issuer) {
    return submit(path(id, "settings"), "client_id=x&client_secret=y&issuer=" + percentEncode(issuer)).status;
  };
  for (const char* good :
       {"https://idp.example", "http://localhost:9000/realm", "http://127.0.0.1", "http://[::1]:80"}) {
    EXPECT_EQ(303, save(good)) << good;
  }
  for (const char* bad : {"", "idp.example", "http://idp.example", "https://", "https://u:p@idp.example", "https:///x",
                          "javascript:alert(1)", "https://idp.example/#f", "https://idp.example?a=b", "https://a b",
                          "https://idp.example\\@evil", "http://localhost.evil.example", "https://:443/"}) {
    EXPECT_EQ(400, save(bad)) << bad;
  }
  EXPECT_EQ(400, save("https://idp.example/" + std::string(1024, 'a')));
}

TEST_F(PortalConnections, TakeACertificateThatIsValidNow) {
  const std::string id = create("custom_saml", "SAML");
  const std::string good = certificatePem(kNow - 100, kNow + 100);
  EXPECT_EQ(400, saml(id, "").status);
  EXPECT_EQ(400, saml(id, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").status);
  EXPECT_EQ(400, saml(id, "x" + std::string(20'000, 'y')).status);
  EXPECT_TRUE(says(saml(id, certificatePem(kNow - 100, kNow)), "has expired"));
  EXPECT_TRUE(says(saml(id, certificatePem(kNow + 10, kNow + 100)), "not valid yet"));
  EXPECT_TRUE(says(saml(id, good + good), "one certificate only"));
  EXPECT_EQ("DRAFT", connection(id).status);
  EXPECT_EQ(400, saml(id, good, "http://idp.example/sso").status);
  EXPECT_EQ(303, saml(id, good).status);
  EXPECT_EQ("COMPLETED", connection(id).status);
  EXPECT_TRUE(says(show(path(id)), "Fresh IdP"));
  const Json config = ok("GET", under(kFreshOrganization, "/connections/" + id))["connection"]["saml_config"];
  EXPECT_EQ("urn:idp", config["idp_entity_id"]);
  EXPECT_EQ("Fresh IdP", config["idp_certificates"][0]["issuer"]);
  EXPECT_EQ(303, submit(path(id, "settings"), "source=metadata&metadata_url=https%3A%2F%2Fidp.example%2Fmeta").status);
  EXPECT_EQ("", connection(id).settings.certificate);
  EXPECT_EQ(400, submit(path(id, "settings"), "source=other").status);
}

TEST_F(PortalConnections, SwitchOnOnceTheyAreConfigured) {
  const std::string draft = create("okta", "OIDC");
  submit(path(draft, "enable"));
  EXPECT_FALSE(connection(draft).enabled);
  const std::string id = createOidc();
  EXPECT_TRUE(says(show(path(id)), "Not tested yet"));
  EXPECT_EQ(303, submit(path(id, "enable")).status);
  EXPECT_TRUE(connection(id).enabled);
}

TEST_F(PortalConnections, ReportEachSwitchOnce) {
  const std::string id = createOidc();
  const std::string token = csrf();
  submitWith(path(id, "enable"), "csrf=" + token);
  Json events = eventsOf(path(id));
  ASSERT_EQ(1U, events.size());
  EXPECT_EQ("ORGANIZATION_SSO_ENABLED", events[0]["event_type"]);
  EXPECT_EQ("connection", events[0]["object"]);
  EXPECT_EQ(kFreshOrganization, events[0]["organization_id"]);
  EXPECT_EQ((Json{{"connection_type", "SSO"}, {"id", id}, {"type", "OIDC"}, {"provider", "OKTA"}, {"enabled", true}}),
            events[0]["data"]);
  EXPECT_TRUE(eventsOf(path(id)).empty());
  submitWith(path(id, "enable"), "csrf=" + token);  // It is.
  EXPECT_TRUE(eventsOf(path(id)).empty());
  submitWith(path(id, "disable"), "csrf=" + token);
  events = eventsOf(path(id));
  ASSERT_EQ(1U, events.size());
  EXPECT_EQ("ORGANIZATION_SSO_DISABLED", events[0]["event_type"]);
  EXPECT_EQ(false, events[0]["data"]["enabled"]);
}

TEST_F(PortalConnections, AreDeletedOnceTheyAreOff) {
  const std::string id = createOidc();
  submit(path(id, "enable"));
  submit(path(id, "delete"));
  EXPECT_EQ(id, connection(id).id);
  submit(path(id, "disable"));
  submit(path(id, "delete"));
  EXPECT_EQ("", connection(id).id);
  EXPECT_EQ(404, show(path(id)).status);
}

TEST_F(PortalConnections, OfOtherOrganizationsAreOutOfReach) {
  for (const char* action : {"settings", "attributes", "test", "enable", "disable", "delete"}) {
    EXPECT_EQ(404, submit(path(kTestConnection, action)).status) << action;
  }
  EXPECT_EQ(404, show(path(kTestConnection)).status);
  EXPECT_TRUE(connection(kTestConnection).enabled);
}

TEST_F(PortalConnections, AreTestedOnTheSignInPage) {
  const std::string id = createOidc();
  submit(path(id, "attributes"), "map_email=email&map_given_name=vorname&map_groups=memberOf&map_department=dept");
  const auto started = submit(path(id, "test"));
  ASSERT_EQ(303, started.status);
  const std::string request = parameter(started.header("Location"), "authRequestID");
  EXPECT_TRUE(request.starts_with("test_"));
  const auto page = show(started.header("Location"));
  EXPECT_EQ(200, page.status);
  EXPECT_NE(std::string::npos, page.header("Content-Security-Policy").find("frame-ancestors 'self' http://"));
  const std::string form = "authRequestID=" + request +
                           "&scenario=login&email=kay%40fresh.example&attr%5Bvorname%5D=Kay&attr%5Bdept%5D=Ops"
                           "&attr%5BmemberOf%5D=one,%20two&attr%5Bdepartment%5D=unmapped";
  const auto foreign = post("/login", form);  // Another browser.
  EXPECT_EQ(400, foreign.status);
  const auto done = submitWith("/login", form);
  ASSERT_EQ(303, done.status) << done.body;
  EXPECT_EQ(path(id) + "#test", done.header("Location"));
  EXPECT_EQ("SUCCESS", connection(id).test.status);
  const auto result = show(path(id));
  for (const char* text : {"The test worked", "kay@fresh.example", "one, two", ">Ops<", ">Kay<"}) {
    EXPECT_TRUE(says(result, text)) << text;
  }
  EXPECT_FALSE(says(result, "unmapped"));
  EXPECT_EQ(0U, ok("GET", "/logs/authentication/requests")["authRequests"].size());
  EXPECT_EQ(400, submitWith("/login", form).status);  // Once.
}

TEST_F(PortalConnections, FailTestsOnPurpose) {
  const std::string id = createOidc();
  post("/simulator/next", R"({"error":"unauthorized"})", "application/json");
  const auto done = submit(path(id, "test"));
  EXPECT_EQ(path(id) + "#test", done.header("Location"));
  EXPECT_EQ("FAILURE", connection(id).test.status);
  EXPECT_TRUE(says(show(path(id)), "The credentials are missing or were refused"));
  post("/simulator/next", R"({"person":{"email":"kay@fresh.example","active":false}})", "application/json");
  submit(path(id, "test"));
  EXPECT_EQ("user_not_active", connection(id).test.error);
  post("/simulator/next", R"({"person":{"email":"kay@fresh.example","attributes":{"email":"nobody"}}})",
       "application/json");
  submit(path(id, "test"));
  EXPECT_EQ("mandatory_attribute_missing", connection(id).test.error);
  submit(path(id, "settings"), kOidcSettings);
  EXPECT_EQ("", connection(id).test.status);  // New settings are untested ones.
}

TEST_F(PortalConnections, CarryLoginsWithMappedAttributes) {
  const std::string id = createOidc();
  submit(path(id, "attributes"), "map_email=mail&map_given_name=vorname&map_groups=memberOf&map_department=dept");
  EXPECT_EQ(
      "no_active_connections",
      parameter(get(authorizeUrl(std::string("organization_id=") + kFreshOrganization)).header("Location"), "error"));
  submit(path(id, "enable"));
  const auto start = get(authorizeUrl(std::string("organization_id=") + kFreshOrganization +
                                      "&code_challenge_method=S256&code_challenge=" + challenge()));
  const std::string request = parameter(start.header("Location"), "authRequestID");
  const auto done =
      post("/login", "authRequestID=" + request +
                         "&email=raw%40fresh.example&attr%5Bmail%5D=kay%40fresh.example&attr%5Bdept%5D=Ops"
                         "&attr%5Bvorname%5D=Kay&attr%5BmemberOf%5D=one,two");
  const Json tokens = Json::parse(exchange(parameter(done.header("Location"), "code")).body);
  const Json claims = claimsOf(tokens["id_token"]);
  EXPECT_EQ(kFreshOrganization, claims["oid"]);
  EXPECT_EQ((Json{id}), claims["amr"]);
  EXPECT_EQ("kay@fresh.example", claims["email"]);
  EXPECT_EQ("Kay", claims["given_name"]);
  EXPECT_EQ("Ops", claims["department"]);
  EXPECT_EQ((Json{"one", "two"}), claims["groups"]);
  EXPECT_EQ(id + ";" + uuidOf(id + ";raw@fresh.example"), claims["sub"]);  // Another address, the same person.
  const Json info = Json::parse(get("/userinfo", "Bearer " + tokens["access_token"].get<std::string>()).body);
  EXPECT_EQ("Kay", info["given_name"]);
  EXPECT_EQ(claims["sub"], info["sub"]);
}

TEST_F(PortalConnections, NeedAnEmailAddressInTheMapping) {
  const std::string id = createOidc();
  EXPECT_EQ(400, submit(path(id, "attributes"), "map_email=&map_groups=g").status);
  EXPECT_EQ(400, submit(path(id, "attributes"), "map_email=" + std::string(257, 'a')).status);
  EXPECT_EQ("email", connection(id).attributeMapping["email"]);
}

TEST_F(PortalConnections, SurviveTheSeedTheyAreWrittenTo) {
  const std::string id = create("custom_saml", "SAML");
  EXPECT_EQ(303, saml(id, certificatePem(kNow - 100, kNow + 100)).status);
  post("/simulator/next", R"({"error":"unauthorized"})", "application/json");
  submit(path(id, "test"));
  createOidc();
  submit("/portal/domains", "domain=fresh.example");
  post("/simulator/dns", R"({"domain":"fresh.example"})", "application/json");
  const Json written = writeSeed(environment());
  const SeedResult again = readSeed(written);
  EXPECT_TRUE(again.problems.empty()) << again.problems.front();
  EXPECT_EQ(written, writeSeed(again.environment));
  const Connection& kept = again.environment.organizations.back().connections.front();
  EXPECT_EQ(connection(id).settings.certificate, kept.settings.certificate);
  EXPECT_EQ("unauthorized", kept.test.error);
  EXPECT_EQ(environment().txtRecords, again.environment.txtRecords);
}

}  // namespace
}  // namespace simulator_test
