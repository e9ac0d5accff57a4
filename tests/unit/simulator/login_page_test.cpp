// SPDX-License-Identifier: Apache-2.0
// The IdP simulator page (CONTRACT.md 7.3) and IdP-initiated logins (7.2).
#include "simulator/src/authorize_request.h"
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class LoginPage : public SimulatorTest {
 protected:
  std::string begin(const std::string& more = "domain=example.com") {
    return parameter(get(authorizeUrl(more)).header("Location"), "authRequestID");
  }
  HttpResponse submit(const std::string& id, const std::string& fields) {
    return post("/login", "authRequestID=" + id + "&" + fields);
  }
  Json claimsAfter(const HttpResponse& response) {
    const std::string code = parameter(response.header("Location"), "code");
    const auto tokens = post("/oauth/token", "grant_type=authorization_code&code=" + code +
                                                 "&redirect_uri=" + percentEncode(kCallback) + "&client_id=" + kClient +
                                                 "&client_secret=" + kSecret);
    return claimsOf(Json::parse(tokens.body)["id_token"]);
  }
};

TEST_F(LoginPage, ShowsApplicationPeopleAndErrors) {
  const auto page = get("/login?authRequestID=" + begin("login_hint=arjun.patel%40example.com"));
  ASSERT_EQ(200, page.status);
  for (const char* text :
       {"IdP Simulator", "Your Application Details", "Simulate Single Sign On", kClient, kCallback, "local Scalekit",
        "Arjun Patel", "example.org", "signature_validation_failed", "+ Add attribute"}) {
    EXPECT_NE(std::string::npos, page.body.find(text)) << text;
  }
  EXPECT_NE(std::string::npos, page.body.find("value=\"arjun.patel@example.com\" checked"));
  const std::string policy = page.header("Content-Security-Policy");
  EXPECT_NE(std::string::npos, policy.find("default-src 'none'"));
  EXPECT_NE(std::string::npos, policy.find("form-action 'self' http://127.0.0.1:8080 http://localhost:8080"));
  EXPECT_EQ(std::string::npos, page.body.find("<script"));
  EXPECT_EQ(std::string::npos, page.body.find("style="));
}

TEST_F(LoginPage, EscapesWhatTheApplicationSends) {
  const auto page =
      get("/login?authRequestID=" + begin("domain=example.com&login_hint=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"));
  EXPECT_EQ(200, page.status);
  EXPECT_EQ(std::string::npos, page.body.find("<script"));
}

TEST_F(LoginPage, SignsInSomebodyOfTheSeed) {
  const auto response = submit(begin(), "scenario=login&person=arjun.patel%40example.com");
  EXPECT_EQ(302, response.status);
  EXPECT_EQ("st-1", parameter(response.header("Location"), "state"));
  EXPECT_EQ("Sales", claimsAfter(response)["department"]);
}

TEST_F(LoginPage, SignsInSomebodyTyped) {
  const auto response = submit(begin(),
                               "email=new.person&domain=example.org&given_name=New&family_name=Person&groups=a,%20b"
                               "&email_verified=false&attr%5Bdepartment%5D=Ops&attr_key_0=job_title&attr_value_0=Boss");
  const Json claims = claimsAfter(response);
  EXPECT_EQ("new.person@example.org", claims["email"]);
  EXPECT_EQ("New", claims["given_name"]);
  EXPECT_EQ((Json{"a", "b"}), claims["groups"]);
  EXPECT_EQ(false, claims["email_verified"]);
  EXPECT_EQ("Ops", claims["department"]);
  EXPECT_EQ("Boss", claims["job_title"]);
  // The same person keeps the same subject.
  EXPECT_EQ(claims["sub"], claimsAfter(submit(begin(), "email=New.Person%40example.org"))["sub"]);
}

TEST_F(LoginPage, ReturnsEveryDocumentedError) {
  for (const auto& error : callbackErrors()) {
    const auto response = submit(begin(), "scenario=error&error=" + std::string(error.code));
    const std::string location = response.header("Location");
    EXPECT_EQ(error.code, parameter(location, "error"));
    EXPECT_EQ(error.description, parameter(location, "error_description"));
    EXPECT_EQ("st-1", parameter(location, "state"));
  }
  const auto radio = submit(begin(), "scenario=error&error_choice=user_not_active&error=invalid_status");
  EXPECT_EQ("user_not_active", parameter(radio.header("Location"), "error"));
}

TEST_F(LoginPage, AnswersEachRequestOnce) {
  const std::string id = begin();
  EXPECT_EQ(302, submit(id, "person=arjun.patel%40example.com").status);
  EXPECT_EQ(400, submit(id, "person=arjun.patel%40example.com").status);
  EXPECT_EQ(400, get("/login?authRequestID=" + id).status);
  const std::string late = begin();
  now_ += std::chrono::minutes(10);
  EXPECT_EQ(400, submit(late, "person=arjun.patel%40example.com").status);
}

TEST_F(LoginPage, ShowsTheFormAgainOnBadInputWithoutLosingIt) {
  const std::string id = begin();
  const auto again = submit(id, "scenario=login&person=&given_name=Kept%20Name");
  EXPECT_EQ(400, again.status);
  EXPECT_NE(std::string::npos, again.body.find("Kept Name"));
  EXPECT_NE(std::string::npos, again.body.find("role=\"alert\""));
  EXPECT_NE(std::string::npos, again.body.find("id=\"person-other\" checked"));
  EXPECT_EQ(400, submit(id, "scenario=nonsense").status);
  EXPECT_EQ(400, submit(id, "scenario=error&error=nonsense").status);
  EXPECT_EQ(400, submit(id, "person=a%40b.example&person=c%40d.example").status);
  EXPECT_EQ(302, submit(id, "person=arjun.patel%40example.com").status);
}

TEST_F(LoginPage, AddsAttributeRowsWithoutScript) {
  const auto more =
      submit(begin(), "action=add_attribute&scenario=login&person=&attr_key_0=department&attr_value_0=Ops");
  EXPECT_EQ(200, more.status);
  EXPECT_NE(std::string::npos, more.body.find("name=\"attr_key_3\""));
  EXPECT_NE(std::string::npos, more.body.find("value=\"Ops\""));
}

TEST_F(LoginPage, CallsPeopleWithoutNamesByTheirAddress) {
  submit(begin(), "email=nameless%40example.com");
  for (const auto& page : {get("/login?authRequestID=" + begin()), get("/")}) {
    EXPECT_NE(std::string::npos, page.body.find("<b>nameless</b>"));
    EXPECT_EQ(std::string::npos, page.body.find("<b> </b>"));
  }
}

TEST_F(LoginPage, StartsAtTheIdentityProviderAndMakesTheNextRequestSilentOnce) {
  const auto tile =
      post("/login", std::string("scenario=idp_initiated&client_id=") + kClient + "&connection_id=" + kTestConnection +
                         "&person=arjun.patel%40example.com&relay_state=%2Freports");
  ASSERT_EQ(302, tile.status);
  const std::string location = tile.header("Location");
  EXPECT_TRUE(location.starts_with("http://localhost:8080/sso/initiate?idp_initiated_login="));
  const std::string token = parameter(location, "idp_initiated_login");
  EXPECT_TRUE(verifiesWith(token, sharedKey()->jwk()));
  EXPECT_EQ((Json{{"organization_id", kTestOrganization},
                  {"connection_id", kTestConnection},
                  {"login_hint", "arjun.patel@example.com"},
                  {"relay_state", "/reports"},
                  {"iss", "http://127.0.0.1:8090"},
                  {"iat", 1'790'000'000},
                  {"nbf", 1'790'000'000},
                  {"exp", 1'790'000'300}}),
            claimsOf(token));
  const std::string cookie = tile.header("Set-Cookie").substr(0, tile.header("Set-Cookie").find(';'));
  const std::string request =
      authorizeUrl(std::string("connection_id=") + kTestConnection + "&login_hint=arjun.patel%40example.com");
  // prompt=login and another person are asked; neither spends the mark.
  EXPECT_TRUE(get(request + "&prompt=login", {}, cookie).header("Location").starts_with("/login?"));
  EXPECT_TRUE(
      get(authorizeUrl("connection_id=" + std::string(kTestConnection) + "&login_hint=ada.lovelace%40example.com"), {},
          cookie)
          .header("Location")
          .starts_with("/login?"));
  EXPECT_NE("", parameter(get(request, {}, cookie).header("Location"), "code"));
  EXPECT_TRUE(get(request, {}, cookie).header("Location").starts_with("/login?"));
  EXPECT_TRUE(get(request).header("Location").starts_with("/login?"));  // Another browser.
}

TEST_F(LoginPage, SendsFailuresOfTheTileToTheInitiateUrl) {
  const auto tile =
      post("/login", std::string("scenario=idp_initiated&connection_id=conn_70000000000000002&client_id=") + kClient +
                         "&person=dave%40acme.example");
  EXPECT_TRUE(tile.header("Location").starts_with("http://localhost:8080/sso/initiate?error=user_not_active"));
  EXPECT_EQ(400, post("/login", std::string("scenario=login&client_id=") + kClient +
                                    "&connection_id=" + kTestConnection + "&person=arjun.patel%40example.com")
                     .status);
}

TEST_F(LoginPage, HidesAnotherOrganizationsPeople) {
  const auto page = get("/login?authRequestID=" + begin());
  EXPECT_EQ(std::string::npos, page.body.find("acme.example"));
}

}  // namespace
}  // namespace simulator_test
