// SPDX-License-Identifier: Apache-2.0
// A tile at the identity provider: SECURITY 1.7, CONTRACT.md 7.2, JIT.md row 26. The token's own checks are tested
// beside the TokenVerifier; here: what becomes of it.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class IdpInitiatedLogin : public LoginFixture {
 protected:
  std::string tokenWith(const std::string& name, const nlohmann::json& value) const {
    return scalekit.idpInitiatedToken([&](nlohmann::json& claims) { claims[name] = value; });
  }
  WebResponse initiate(const std::string& token) { return browser.get("/sso/initiate?idp_initiated_login=" + token); }
  void expectRejected(const WebResponse& response, const std::string& reason, std::size_t auditBefore = 0) {
    EXPECT_TRUE(response.location.empty());
    expectRefused(response, browser, reason, ErrorCode::kInvalidRequest, auditBefore, "sso.idp_initiated.rejected");
    EXPECT_EQ(browser.cookies.size(), 0U);
  }
  std::string finish(const WebResponse& begun, const Person& person = {}) {
    return browser.get("/sso/callback?" + scalekit.signIn(begun.location, person)).location;
  }
  Browser browser{*module};
};

TEST_F(IdpInitiatedLogin, StartsAFreshLoginOfOurOwn) {  // SEC-II-01
  const auto response = initiate(scalekit.idpInitiatedToken());
  ASSERT_EQ(response.status, 302);
  EXPECT_FALSE(signedIn(browser)) << "never a session by itself";
  const auto query = Parameters::parse(response.location.substr(response.location.find('?') + 1));
  EXPECT_EQ(query.single("connection_id"), "conn_acme1");
  EXPECT_EQ(query.single("login_hint"), "ada@acme.example");
  EXPECT_EQ(query.single("state")->size(), 43U);
  EXPECT_EQ(query.single("nonce")->size(), 43U);
  EXPECT_EQ(query.single("code_challenge")->size(), 43U);
  EXPECT_FALSE(query.has("organization_id"));
  EXPECT_EQ(finish(response), "/");
  EXPECT_TRUE(signedIn(browser));
  EXPECT_EQ(audit("sso.login.completed").front().details.at("origin"), "identity_provider");
}

TEST_F(IdpInitiatedLogin, WorksAtTheCallbackRouteToo) {  // CONTRACT.md 7.2
  const auto response = browser.get("/sso/callback?idp_initiated_login=" + scalekit.idpInitiatedToken());
  ASSERT_EQ(response.status, 302);
  EXPECT_EQ(finish(response), "/");
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(IdpInitiatedLogin, RejectsTokensThatTheVerifierRejects) {  // SEC-II-02 to -05, the wiring
  std::size_t refusals = 0;
  expectRejected(initiate(tokenWith("iss", "https://evil.example")), "iss", refusals++);
  expectRejected(initiate(tokenWith("exp", 1)), "exp", refusals++);
  auto forged = scalekit.idpInitiatedToken();
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  expectRejected(initiate(forged), "signature", refusals++);
  EXPECT_TRUE(storage->tables().replays.empty());
}

TEST_F(IdpInitiatedLogin, RejectsAnIdTokenInItsPlace) {  // SEC-II-05
  const auto response = initiate(tokenWith("sub", "conn_acme1;ada"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(audit("sso.idp_initiated.rejected").size(), 1U);
}

TEST_F(IdpInitiatedLogin, RejectsNothingAndHugeTokens) {  // SEC-II-10
  expectRejected(browser.get("/sso/initiate"), "malformed");
  EXPECT_EQ(initiate(std::string(14'000, 'a')).status, 400);
  EXPECT_EQ(initiate(std::string(20'000, 'a')).status, 400);
  EXPECT_EQ(browser.get("/sso/initiate?idp_initiated_login=a&idp_initiated_login=b").status, 400);
}

TEST_F(IdpInitiatedLogin, TakesNoStartWithoutAToken) {  // OIDC Core 4: Scalekit's form of it is the signed token
  for (const std::string start : {"/sso/initiate", "/sso/login", "/sso/callback"}) {
    Browser visitor(*module);
    const auto response = visitor.get(start + "?iss=" + percentEncode(FakeScalekit::kUrl) +
                                      "&login_hint=ada%40acme.example&target_link_uri=https%3A%2F%2Fevil.example");
    EXPECT_EQ(response.status, 400) << start;
    EXPECT_TRUE(response.location.empty()) << start;
    EXPECT_TRUE(visitor.cookies.empty()) << start;
  }
}

TEST_F(IdpInitiatedLogin, RejectsAnUnknownOrganization) {
  expectRejected(initiate(tokenWith("organization_id", "org_nobody")), "unknown_selector");
}

TEST_F(IdpInitiatedLogin, RejectsASuspendedOrganizationBeforeTheRedirect) {  // JIT.md row 17
  changeOrganization("org_acme", [](Organization& acme) { acme.status = OrganizationStatus::kSuspended; });
  const auto response = initiate(scalekit.idpInitiatedToken());
  EXPECT_EQ(response.status, 403);
  EXPECT_TRUE(response.location.empty());
  EXPECT_EQ(audit("sso.idp_initiated.rejected").at(0).reason, "organization_suspended");
}

TEST_F(IdpInitiatedLogin, WorksOnce) {  // SEC-II-11
  const auto token = scalekit.idpInitiatedToken();
  EXPECT_EQ(initiate(token).status, 302);
  browser.cookies.clear();
  expectRejected(initiate(token), "replayed");
}

TEST_F(IdpInitiatedLogin, WorksOnceUnderAnotherSpellingToo) {  // SEC-II-11: by its claims, not its text
  const auto token = scalekit.idpInitiatedToken();
  EXPECT_EQ(initiate(token).status, 302);
  // The same claims, signed under a header with another member order.
  const auto payload = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
  const std::string header = R"({"typ":"JWT","kid":")" + FakeScalekit::keys().kid() + R"(","alg":"RS256"})";
  const auto signingInput = testBase64Url(header) + "." + payload;
  const auto respelt =
      signingInput + "." + testBase64Url(FakeScalekit::keys().signature(TestAlg::kRs256, signingInput));
  ASSERT_NE(respelt, token);
  browser.cookies.clear();
  expectRejected(initiate(respelt), "replayed");
}

TEST_F(IdpInitiatedLogin, RelayStateIsAPathOfOursOrNothing) {  // SEC-II-08
  const std::vector<std::pair<std::string, std::string>> cases{{"/reports", "/reports"},
                                                               {"https://attacker.example/", "/"},
                                                               {"//attacker.example", "/"},
                                                               {"/\\attacker.example", "/"},
                                                               {"/logout", "/"},
                                                               {"/sso/callback?code=1&state=2", "/"}};
  for (const auto& [relayState, expected] : cases) {
    browser.cookies.clear();
    EXPECT_EQ(finish(initiate(tokenWith("relay_state", relayState))), expected) << relayState;
    clock->advance(std::chrono::seconds(1));
  }
}

TEST_F(IdpInitiatedLogin, HintsStayOneParameter) {  // SEC-II-07
  const auto response = initiate(tokenWith("login_hint", "a&prompt=none#x@acme.example"));
  if (response.status == 302) {
    const auto query = Parameters::parse(response.location.substr(response.location.find('?') + 1));
    EXPECT_EQ(query.single("login_hint"), "a&prompt=none#x@acme.example");
    EXPECT_FALSE(query.has("prompt"));
  } else {
    EXPECT_EQ(response.status, 400);
  }
}

TEST_F(IdpInitiatedLogin, ChangesNothingForWhoeverIsSignedIn) {  // SEC-II-12
  login(browser);
  const auto before = browser.cookies.at("app_session");
  const auto accounts = storage->tables().accounts;
  EXPECT_EQ(initiate(tokenWith("login_hint", "grace@acme.example")).status, 302);
  EXPECT_EQ(browser.cookies.at("app_session"), before);
  EXPECT_TRUE(signedIn(browser));
  EXPECT_EQ(storage->tables().accounts, accounts);
}

TEST_F(IdpInitiatedLogin, IsOneClickForABrowserWithoutASession) {  // a tile is another site's link, always
  browser.fetchSite = "cross-site";
  EXPECT_EQ(finish(initiate(scalekit.idpInitiatedToken())), "/");
  EXPECT_TRUE(signedIn(browser));
  clock->advance(std::chrono::seconds(1));
  EXPECT_EQ(finish(initiate(scalekit.idpInitiatedToken())), "/") << "and for the person who is signed in already";
}

TEST_F(IdpInitiatedLogin, AsksBeforeItEndsSomebodyElsesSession) {  // SEC-II-12, SEC-CB-19
  login(browser);
  const auto before = browser.cookies.at("app_session");
  Person grace;
  grace.user = "grace";
  grace.email = "grace@acme.example";
  // From a page of ours, too: the token is always somebody else's word.
  EXPECT_EQ(finish(initiate(tokenWith("login_hint", "grace@acme.example")), grace), "/login/switch");
  EXPECT_EQ(browser.cookies.at("app_session"), before);
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(IdpInitiatedLogin, ExpectsItsOwnConnectionAndOrganization) {  // JIT.md row 30
  const auto begun = initiate(scalekit.idpInitiatedToken());
  Person other;
  other.connectionId = "conn_acme2";
  const auto response = browser.get("/sso/callback?" + scalekit.signIn(begun.location, other));
  expectRefused(response, browser, "connection", ErrorCode::kLoginFailed);
}

TEST_F(IdpInitiatedLogin, AnErrorIsAnError) {
  const auto response = browser.get("/sso/initiate?error=access_denied&error_description=MARKER-words");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body.find("MARKER-words"), std::string::npos);
  EXPECT_EQ(audit("sso.idp_initiated.rejected").at(0).reason, "provider_error");
}

TEST_F(IdpInitiatedLogin, WithTheDatabaseAwayNothingStarts) {
  storage->setDown(true);
  const auto response = initiate(scalekit.idpInitiatedToken());
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.location.empty());
}

}  // namespace
}  // namespace sso::test
