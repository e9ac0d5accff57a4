// SPDX-License-Identifier: Apache-2.0
// The start of a login: SECURITY 1.1 and 1.11, JIT.md row 17, CONTRACT.md 2.4.
#include <fstream>
#include <set>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LoginBegin : public LoginFixture {
 protected:
  static Parameters query(const WebResponse& response) {
    return Parameters::parse(std::string_view(response.location).substr(response.location.find('?') + 1));
  }
  std::string returnPathAfterLogin(const std::string& encodedReturnTo) {
    Browser fresh(*module);
    return login(fresh, {}, "/sso/login?organization_id=org_acme&return_to=" + encodedReturnTo).location;
  }
  void expectNothingBegun(const WebResponse& response, int status) {
    EXPECT_EQ(response.status, status);
    EXPECT_TRUE(response.location.empty());
    EXPECT_TRUE(response.cookies.empty());
    EXPECT_TRUE(storage->tables().audit.empty());
  }
  Browser browser{*module};
};

TEST_F(LoginBegin, SendsTheBrowserToScalekitWithEverythingNeeded) {  // SEC-AR-01
  const auto response = browser.get("/sso/login?organization_id=org_acme");
  ASSERT_EQ(response.status, 302);
  EXPECT_TRUE(response.location.starts_with("https://acme.scalekit.example/oauth/authorize?"));
  const auto parameters = query(response);
  EXPECT_EQ(parameters.single("response_type"), "code");
  EXPECT_EQ(parameters.single("client_id"), FakeScalekit::kClientId);
  EXPECT_EQ(parameters.single("redirect_uri"), "https://app.example.com/sso/callback");
  EXPECT_EQ(parameters.single("organization_id"), "org_acme");
  EXPECT_EQ(parameters.single("code_challenge_method"), "S256");
  for (const auto* name : {"state", "nonce", "code_challenge"}) EXPECT_EQ(parameters.single(name)->size(), 43U) << name;
}

TEST_F(LoginBegin, NeverRepeatsStateNonceOrChallenge) {  // SEC-AR-02
  std::set<std::string> seen;
  for (int i = 0; i < 40; ++i) {
    const auto parameters = query(browser.get("/sso/login?organization_id=org_acme"));
    for (const auto* name : {"state", "nonce", "code_challenge"}) {
      EXPECT_TRUE(seen.insert(*parameters.single(name)).second) << name;
    }
  }
}

TEST_F(LoginBegin, BindsTheLoginToTheBrowserWithAHostCookie) {  // SEC-AR-02, SEC-SE-01
  const auto response = browser.get("/sso/login?organization_id=org_acme");
  ASSERT_EQ(response.cookies.size(), 1U);
  const auto& cookie = response.cookies.front();
  EXPECT_TRUE(cookie.name.starts_with("__Host-"));
  EXPECT_TRUE(cookie.secure);
  EXPECT_TRUE(cookie.httpOnly);
  EXPECT_EQ(cookie.maxAge, std::chrono::seconds(600));
  EXPECT_LT(cookie.name.size() + cookie.value.size(), 1500U);
  EXPECT_EQ(response.location.find(cookie.value), std::string::npos);
}

TEST_F(LoginBegin, KeepsCookieSmallWithTheLongestReturnPath) {
  const auto response =
      browser.get("/sso/login?organization_id=org_acme&connection_id=conn_acme1&return_to=/" + std::string(699, 'a'));
  ASSERT_EQ(response.cookies.size(), 1U);
  EXPECT_LT(response.cookies[0].name.size() + response.cookies[0].value.size(), 1500U);
}

TEST_F(LoginBegin, HasPlainCookiesOnLoopbackInDevelopment) {
  auto options = defaultOptions();
  options.environment = AppEnvironment::kDevelopment;
  options.baseUrl = "http://localhost:8080";
  const auto development = makeModule(options);
  Browser local(*development);
  const auto response = local.get("/sso/login?organization_id=org_acme");
  ASSERT_EQ(response.cookies.size(), 1U);
  EXPECT_TRUE(response.cookies[0].name.starts_with("sso_login_"));
  EXPECT_FALSE(response.cookies[0].secure);
}

TEST_F(LoginBegin, HasPrefixedCookiesOverHttpsEvenInDevelopment) {  // SEC-AR-02
  auto options = defaultOptions();
  options.environment = AppEnvironment::kDevelopment;
  options.baseUrl = "https://localhost:8443";
  const auto forgotten = makeModule(options);
  Browser distant(*forgotten);
  const auto response = distant.get("/sso/login?organization_id=org_acme");
  ASSERT_EQ(response.cookies.size(), 1U);
  EXPECT_TRUE(response.cookies[0].name.starts_with("__Host-sso_login_"));
  EXPECT_TRUE(response.cookies[0].secure);
}

TEST_F(LoginBegin, IsNeitherKeptNorNamedAsReferrer) {  // SEC-AR-07
  for (const auto* target : {"/sso/login?organization_id=org_acme", "/sso/login?organization_id=org_nobody"}) {
    const auto headers = browser.get(target).headers;
    const auto has = [&](const std::pair<std::string, std::string>& header) {
      return std::find(headers.begin(), headers.end(), header) != headers.end();
    };
    EXPECT_TRUE(has({"Cache-Control", "no-store"}));
    EXPECT_TRUE(has({"Referrer-Policy", "no-referrer"}));
  }
}

TEST_F(LoginBegin, WritesNothingAndAsksScalekitOnlyOnce) {
  browser.get("/sso/login?organization_id=org_acme");
  const auto requests = scalekit.transport->requests().size();
  const auto reads = storage->organizationReads();
  for (int i = 0; i < 20; ++i) browser.get("/sso/login?organization_id=org_acme");
  EXPECT_EQ(scalekit.transport->requests().size(), requests);
  EXPECT_EQ(storage->organizationReads(), reads);
  EXPECT_EQ(storage->begins(), 0);
  EXPECT_TRUE(storage->tables().audit.empty());
  EXPECT_TRUE(storage->tables().replays.empty());
}

TEST_F(LoginBegin, KeepsAtMostEightOutstandingAndClearsTheOldest) {
  std::string first;
  for (int i = 0; i < 12; ++i) {
    const auto response = browser.get("/sso/login?organization_id=org_acme");
    if (i == 0) first = response.cookies.front().name;
    clock->advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 8U);
  EXPECT_FALSE(browser.cookies.contains(first));
}

TEST_F(LoginBegin, ClearsTransactionsThatAreStaleOrNotOurs) {  // SEC-SE-12
  browser.get("/sso/login?organization_id=org_acme");
  browser.cookies["__Host-sso_login_0123456789abcdef"] = std::string(3000, 'x');
  clock->advance(std::chrono::seconds(601));
  browser.get("/sso/login?organization_id=org_acme");
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 1U);
}

TEST_F(LoginBegin, UsesOneSelectorInTheOrderOfTheContract) {
  auto parameters = query(browser.get("/sso/login?connection_id=conn_acme1&organization_id=org_acme"));
  EXPECT_EQ(parameters.single("connection_id"), "conn_acme1");
  EXPECT_FALSE(parameters.has("organization_id"));
  parameters = query(browser.get("/sso/login?organization_id=org_acme&domain=beta.example&email=x%40beta.example"));
  EXPECT_EQ(parameters.single("organization_id"), "org_acme");
}

TEST_F(LoginBegin, ResolvesDomainAndEmailToAnOrganization) {
  for (const auto* start : {"/sso/login?domain=ACME.Test", "/sso/login?email=Ada%40Acme.Example"}) {
    const auto parameters = query(browser.get(start));
    EXPECT_EQ(parameters.single("organization_id"), "org_acme") << start;
  }
  EXPECT_EQ(query(browser.get("/sso/login?email=Ada%40Acme.Example")).single("login_hint"), "ada@acme.example");
}

// The organization found by the address is expected in the token (CONTRACT.md 3.7 (9)), not whatever comes back.
TEST_F(LoginBegin, ExpectsTheOrganizationThatTheAddressNamed) {
  Person stranger;
  stranger.organizationId = "org_beta";
  stranger.connectionId = "conn_beta1";
  stranger.email = "eve@beta.example";
  const auto response = login(browser, stranger, "/sso/login?email=ada%40acme.example");
  expectRefused(response, browser, "organization", ErrorCode::kLoginFailed);
}

TEST_F(LoginBegin, DoesNotTellWhatDoesNotExist) {  // SEC-AR-04
  std::set<std::string> pages;
  for (const auto* start : {"/sso/login?organization_id=org_nobody", "/sso/login?domain=nobody.example",
                            "/sso/login?email=a%40nobody.example", "/sso/login?domain=gmail.com",
                            "/sso/login?connection_id=conn_acme1&organization_id=org_nobody"}) {
    auto response = browser.get(start);
    expectNothingBegun(response, 404);
    const auto reference = response.body.find("<code>");
    ASSERT_NE(reference, std::string::npos);
    pages.insert(response.body.erase(reference, 16));
  }
  EXPECT_EQ(pages.size(), 1U) << "every unknown selector looks the same";
}

TEST_F(LoginBegin, RefusesMalformedSelectors) {  // SEC-AR-03
  for (const std::string start :
       {"", "?", "?organization_id=", "?organization_id[]=org_acme", "?organization_id=org_acme%26prompt%3Dnone",
        "?organization_id=org_acme%0d%0aX:y", "?organization_id=org%00acme", "?organization_id=a%23b",
        "?connection_id=conn%20x", "?organization_id=org_acme&organization_id=org_acme", "?organization_id=%zz",
        "?domain=not..a..domain", "?email=two%40at%40signs.example", "?email=%22quoted%22%40acme.example",
        "?domain=acme.example%0d%0a"}) {
    expectNothingBegun(browser.get("/sso/login" + start), 400);
  }
  expectNothingBegun(browser.get("/sso/login?organization_id=" + std::string(65, 'a')), 400);
  expectNothingBegun(browser.get("/sso/login?organization_id=" + std::string(10'240, 'a')), 400);
}

TEST_F(LoginBegin, RefusesASuspendedOrganizationBeforeTheRedirect) {  // JIT.md row 17
  changeOrganization("org_acme", [](Organization& acme) { acme.status = OrganizationStatus::kSuspended; });
  expectNothingBegun(browser.get("/sso/login?organization_id=org_acme"), 403);
  EXPECT_NE(log->text().find("organization_suspended"), std::string::npos);
}

TEST_F(LoginBegin, RefusesWhereSsoIsOff) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.mode = SsoMode::kOff; });
  expectNothingBegun(browser.get("/sso/login?email=ada%40acme.example"), 403);
  EXPECT_NE(log->text().find("sso_off"), std::string::npos);
}

TEST_F(LoginBegin, RefusesWithoutAnActiveConnection) {
  scalekit.setConnectionEnabled(false);
  expectNothingBegun(browser.get("/sso/login?organization_id=org_acme"), 403);
  EXPECT_NE(log->text().find("connection_disabled"), std::string::npos);
}

TEST_F(LoginBegin, GoesOnWhenTheManagementApiIsAway) {  // promise 4: the stored organization decides
  scalekit.transport->failWith("/api/v1/connections");
  EXPECT_EQ(browser.get("/sso/login?organization_id=org_acme").status, 302);
}

TEST_F(LoginBegin, SaysSoWhenScalekitIsAway) {
  scalekit.transport->failWith("/.well-known/openid-configuration");
  const auto response = browser.get("/sso/login?organization_id=org_acme");
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.cookies.empty());
  EXPECT_NE(log->text().find("sso.login.error"), std::string::npos);
}

TEST_F(LoginBegin, SaysSoWhenTheDatabaseIsAway) {  // SEC-DB-01
  storage->setDown(true);
  EXPECT_EQ(browser.get("/sso/login?organization_id=org_acme").status, 503);
  storage->setDown(false);
  EXPECT_EQ(browser.get("/sso/login?organization_id=org_acme").status, 302);
}

TEST_F(LoginBegin, AnswersErrorsAsJsonWhereAskedFor) {
  browser.accept = "application/json";
  const auto response = browser.get("/sso/login?organization_id=org_nobody");
  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(response.contentType.starts_with("application/json"));
  const auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body.at("error"), "not_found");
  EXPECT_EQ(body.at("reference").get<std::string>().size(), 10U);
}

TEST_F(LoginBegin, ReturnsToThePathThatWasAskedFor) {
  EXPECT_EQ(returnPathAfterLogin("%2Freports%3Fyear%3D2024"), "/reports?year=2024");
}

TEST_F(LoginBegin, ReplacesReturnPathsThatAreNotOurs) {  // SEC-RD-01, -05
  for (const std::string hostile :
       {"https%3A%2F%2Fattacker.example", "%2F%2Fattacker.example", "%2F%5Cattacker.example", "%5C%5Cattacker.example",
        "javascript%3Aalert(1)", "%2F%22onload", "%2F%0Aattacker", "attacker.example", "https%3Aattacker.example",
        "%2F%E5%98%8D%E5%98%8A"}) {
    Browser other(*module);
    const auto begun = other.get("/sso/login?organization_id=org_acme&return_to=" + hostile);
    if (begun.status == 400) continue;  // control bytes: refused whole
    const auto done = other.get("/sso/callback?" + scalekit.signIn(begun.location, {}));
    EXPECT_EQ(done.location, "/") << hostile;
  }
}

TEST_F(LoginBegin, ReplacesReturnPathsThatWouldLoop) {  // SEC-RD-06
  for (const std::string loop : {"/sso/callback", "/sso/login?organization_id=org_acme", "/sso/initiate", "/logout",
                                 "/login", "/login/link", "/./sso/callback"}) {
    EXPECT_EQ(returnPathAfterLogin(percentEncode(loop)), "/") << loop;
  }
  EXPECT_EQ(returnPathAfterLogin("/" + std::string(700, 'a')), "/");
  EXPECT_EQ(returnPathAfterLogin("/" + std::string(699, 'a')).size(), 700U);
}

TEST_F(LoginBegin, UrlsComeFromTheConfigurationOnly) {  // SEC-AR-05
  auto request = browser.request("/sso/login?organization_id=org_acme");
  request.origin = "https://attacker.example";
  const auto response = browser.send(request);
  EXPECT_EQ(query(response).single("redirect_uri"), "https://app.example.com/sso/callback");
}

TEST_F(LoginBegin, ForgetsWhatItCachedAfterTenSeconds) {
  EXPECT_EQ(browser.get("/sso/login?organization_id=org_acme").status, 302);
  changeOrganization("org_acme", [](Organization& acme) { acme.status = OrganizationStatus::kSuspended; });
  clock->advance(std::chrono::seconds(10));
  EXPECT_EQ(browser.get("/sso/login?organization_id=org_acme").status, 403);
}

}  // namespace
}  // namespace sso::test
