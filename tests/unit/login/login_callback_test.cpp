// SPDX-License-Identifier: Apache-2.0
// The end of a login, and what may stand in its URL: SECURITY 1.2, SEC-MP-12, SEC-MP-13.
#include "unit/login/login_callback_fixture.h"

namespace sso::test {
namespace {

TEST_F(LoginCallback, SignsInAndReturns) {
  const auto response = login(browser, {}, "/sso/login?organization_id=org_acme&return_to=%2Freports");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/reports");
  ASSERT_TRUE(signedIn(browser));
  const auto tables = storage->tables();
  EXPECT_EQ(tables.accounts.at(*signedIn(browser)).email, "ada@acme.example");
  EXPECT_EQ(tables.sessions.begin()->second.tenantId, "tenant_acme");
  EXPECT_EQ(tables.sessions.begin()->second.idTokenHint, "");
  EXPECT_EQ(audit("sso.login.completed").size(), 1U);
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U) << "the transaction is cleared";
  EXPECT_NE(log->text().find("sso.login.completed"), std::string::npos);
}

TEST_F(LoginCallback, FindsTheSameAccountTheSecondTime) {
  login(browser);
  Browser another(*module);
  login(another);
  EXPECT_EQ(signedIn(browser), signedIn(another));
  EXPECT_EQ(storage->tables().accounts.size(), 1U);
}

TEST_F(LoginCallback, RefusesWrongState) {  // SEC-CB-01
  const auto callback = callbackFor(browser);
  const auto state = valueOf(callback, "state");
  std::size_t refusals = 0;
  for (const std::string& wrong : {std::string(), state.substr(1), state.substr(0, 42), state + "A",
                                   "A" + state.substr(1), std::string(43, 'A'), std::string(5000, 's')}) {
    const auto response = browser.get(with(callback, "state", wrong));
    expectRefused(response, browser, "state", ErrorCode::kLoginFailed, refusals++);
  }
  expectUntouched();
  EXPECT_EQ(browser.get(callback).status, 303) << "the pending login can still finish";
}

TEST_F(LoginCallback, RefusesMissingState) {  // SEC-CB-01
  callbackFor(browser);
  expectRefused(browser.get("/sso/callback?code=abc"), browser, "state", ErrorCode::kLoginFailed);
  Browser without(*module);
  expectRefused(without.get("/sso/callback?code=abc"), without, "state", ErrorCode::kLoginFailed, 1);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesATransactionUnderAnotherStatesName) {  // SEC-CB-01: the seal is bound to its name
  const auto first = callbackFor(browser);
  const auto second = callbackFor(browser);
  ASSERT_EQ(browser.cookies.size(), 2U);
  std::swap(browser.cookies.begin()->second, browser.cookies.rbegin()->second);
  expectRefused(browser.get(first), browser, "state", ErrorCode::kLoginFailed);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesATamperedTransaction) {  // SEC-RD-03
  const auto callback = callbackFor(browser);
  auto& sealed = browser.cookies.begin()->second;
  sealed[sealed.size() / 2] = sealed[sealed.size() / 2] == 'A' ? 'B' : 'A';
  expectRefused(browser.get(callback), browser, "state", ErrorCode::kLoginFailed);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesRepeatedParameters) {  // SEC-CB-02
  const auto callback = callbackFor(browser) + "&iss=" + percentEncode(FakeScalekit::kUrl);
  std::size_t refusals = 0;
  for (const std::string name : {"state", "code", "iss"}) {
    const auto response = browser.get(callback + "&" + name + "=" + percentEncode(valueOf(callback, name)));
    expectRefused(response, browser, "duplicate_parameter", ErrorCode::kInvalidRequest, refusals++);
  }
  const auto response = browser.get(callback + "&error=a&error=b");
  expectRefused(response, browser, "duplicate_parameter", ErrorCode::kInvalidRequest, refusals++);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesNoCodeOrAnEmptyOne) {  // SEC-CB-03
  const auto state = valueOf(callbackFor(browser), "state");
  expectRefused(browser.get("/sso/callback?state=" + state), browser, "malformed", ErrorCode::kLoginFailed);
  const auto other = valueOf(callbackFor(browser), "state");
  expectRefused(browser.get("/sso/callback?code=&state=" + other), browser, "malformed", ErrorCode::kLoginFailed, 1);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesCodesThatAreNone) {  // SEC-CB-06
  std::size_t refusals = 0;
  for (const std::string& code :
       {std::string(12'000, 'c'), std::string(2049, 'c'), std::string("a b"), std::string("ab\xc3\xa9")}) {
    const auto callback = with(callbackFor(browser), "code", code);
    expectRefused(browser.get(callback), browser, "malformed", ErrorCode::kLoginFailed, refusals++);
  }
  for (const auto* raw : {"a%0d%0ab", "%zz", "a%00"}) {
    auto callback = callbackFor(browser);
    callback.replace(callback.find("code="), callback.find('&') - callback.find("code="), std::string("code=") + raw);
    expectRefused(browser.get(callback), browser, "malformed", ErrorCode::kInvalidRequest, refusals++);
  }
  std::string crowd = callbackFor(browser);
  for (int i = 0; i < 150; ++i) crowd += "&p" + std::to_string(i) + "=1";
  expectRefused(browser.get(crowd), browser, "malformed", ErrorCode::kInvalidRequest, refusals++);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesAnotherIssuer) {  // SEC-CB-07
  std::size_t refusals = 0;
  for (const std::string issuer : {"https://evil.example", "https://acme.scalekit.example/", "",
                                   "HTTPS://acme.scalekit.example", "https://acme.scalekit.example.evil.example"}) {
    const auto callback = callbackFor(browser) + "&iss=" + percentEncode(issuer);
    expectRefused(browser.get(callback), browser, "issuer", ErrorCode::kLoginFailed, refusals++);
  }
  expectUntouched();
}

TEST_F(LoginCallback, AcceptsTheRightIssuer) {  // SEC-CB-07
  EXPECT_EQ(browser.get(callbackFor(browser) + "&iss=" + percentEncode(FakeScalekit::kUrl)).status, 303);
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(LoginCallback, IgnoresUnknownParameters) {  // SEC-CB-08
  const auto callback = callbackFor(browser);
  const auto response = browser.get(callback + "&return_to=https%3A%2F%2Fattacker.example&scope=openid");
  EXPECT_EQ(response.location, "/");
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(LoginCallback, AnErrorEndsTheLogin) {  // SEC-CB-09
  const auto callback = callbackFor(browser);
  const auto response = browser.get("/sso/callback?error=access_denied&state=" + valueOf(callback, "state"));
  expectRefused(response, browser, "provider_error", ErrorCode::kAccessDenied);
  EXPECT_EQ(audit("sso.login.failed").front().details.at("provider_error"), "access_denied");
  EXPECT_EQ(audit("sso.login.failed").front().organizationId, "org_acme");
  expectUntouched();
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U);
}

TEST_F(LoginCallback, AnErrorOutweighsACode) {  // SEC-CB-09
  const auto response = browser.get(callbackFor(browser) + "&error=login_required");
  expectRefused(response, browser, "provider_error", ErrorCode::kLoginExpired);
  expectUntouched();
}

TEST_F(LoginCallback, AnEmptyErrorIsAnError) {
  expectRefused(browser.get(callbackFor(browser) + "&error="), browser, "provider_error", ErrorCode::kLoginFailed);
  expectUntouched();
}

TEST_F(LoginCallback, ScalekitsOwnTroubleIsNotTheirFault) {
  const auto response = browser.get(callbackFor(browser) + "&error=server_error");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(audit("sso.login.error").size(), 1U);
}

TEST_F(LoginCallback, NeverShowsTheProvidersWords) {  // SEC-CB-10
  const auto callback = callbackFor(browser) + "&error=" + percentEncode("<b>bold</b>") +
                        "&error_uri=" + percentEncode("https://evil.example") + "&error_description=" +
                        percentEncode("<script>alert(1)</script> ADMIN bob@acme.example " + std::string(8000, 'x'));
  const auto response = browser.get(callback);
  EXPECT_EQ(response.status, 400);
  for (const auto* words : {"<script>", "ADMIN", "<b>", "evil.example", "bob@"}) {
    EXPECT_EQ(response.body.find(words), std::string::npos) << words;
    EXPECT_EQ(log->text().find(words), std::string::npos) << words;
  }
  const auto details = audit("sso.login.failed").at(0).details;
  EXPECT_LE(details.at("provider_description").size(), 220U);
  EXPECT_EQ(details.at("provider_description").find("bob@"), std::string::npos);
  EXPECT_EQ(details.count("error_uri"), 0U);
}

TEST_F(LoginCallback, AnErrorOfAnotherBrowserEndsNothing) {  // SEC-CB-11
  const auto callback = callbackFor(browser);
  const auto response = browser.get("/sso/callback?error=access_denied&state=" + std::string(43, 'x'));
  expectRefused(response, browser, "state", ErrorCode::kLoginFailed);
  EXPECT_EQ(browser.get(callback).status, 303);
}

TEST_F(LoginCallback, RefusesTokensInTheQuery) {  // SEC-CB-12
  const auto callback = callbackFor(browser);
  expectRefused(browser.get(callback + "&id_token=abc"), browser, "malformed", ErrorCode::kInvalidRequest);
  expectRefused(browser.get(callback + "&access_token=abc"), browser, "malformed", ErrorCode::kInvalidRequest, 1);
  expectRefused(browser.get(callback + "&idp_initiated_login=" + scalekit.idpInitiatedToken()), browser, "malformed",
                ErrorCode::kInvalidRequest, 2);
  expectUntouched();
}

TEST_F(LoginCallback, TakesNoPost) {  // SEC-CB-13
  const auto callback = callbackFor(browser);
  auto request = browser.request("/sso/callback", "POST");
  request.contentType = "application/x-www-form-urlencoded";
  request.body = callback.substr(callback.find('?') + 1);
  const auto response = browser.send(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_FALSE(signedIn(browser));
  expectUntouched();
}

TEST_F(LoginCallback,
       RefusesWhatTheVerifierRefuses) {  // the wiring of CONTRACT.md 3.7; the checks have their own tests
  const std::vector<std::pair<std::string, std::function<void(nlohmann::json&)>>> wrong{
      {"nonce", [](auto& claims) { claims["nonce"] = "another"; }},
      {"nonce", [](auto& claims) { claims.erase("nonce"); }},
      {"iss", [](auto& claims) { claims["iss"] = "https://evil.example"; }},
      {"aud", [](auto& claims) { claims["aud"] = "skc_other"; }},
      {"exp", [](auto& claims) { claims["exp"] = 1; }},
      {"at_hash", [](auto& claims) { claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"; }},
      {"c_hash", [](auto& claims) { claims["c_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"; }},
      {"sub", [](auto& claims) { claims.erase("sub"); }},
      {"organization", [](auto& claims) { claims["oid"] = "org_beta"; }},  // SEC-MP-12
  };
  std::size_t refusals = 0;
  for (const auto& [reason, change] : wrong) {
    Person person;
    person.claims = change;
    expectRefused(login(browser, person), browser, reason, ErrorCode::kLoginFailed, refusals++);
    EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U);
  }
  EXPECT_TRUE(storage->tables().accounts.empty());
}

TEST_F(LoginCallback, RefusesAnotherConnectionThanAskedFor) {  // SEC-MP-13
  Person person;
  person.connectionId = "conn_acme2";
  const auto response = login(browser, person, "/sso/login?connection_id=conn_acme1");
  expectRefused(response, browser, "connection", ErrorCode::kLoginFailed);
}

TEST_F(LoginCallback, AConnectionAloneNeedsAnOrganizationThatWeKnow) {
  EXPECT_EQ(login(browser, {}, "/sso/login?connection_id=conn_acme1").status, 303);
  Browser other(*module);
  Person stranger;
  stranger.organizationId = "org_nobody";
  stranger.connectionId = "conn_nobody1";
  const auto events = storage->tables().audit.size();
  expectRefused(login(other, stranger, "/sso/login?connection_id=conn_nobody1"), other, "unknown_organization",
                ErrorCode::kNotAllowed, events);
}

TEST_F(LoginCallback, ACodeThatScalekitRefusesEndsTheLogin) {  // SEC-CB-04
  const auto callback = callbackFor(browser);
  const auto response = browser.get(with(callback, "code", "MARKER-code-of-an-earlier-login"));
  expectRefused(response, browser, "invalid_grant", ErrorCode::kLoginFailed);
}

TEST_F(LoginCallback, KeepsTheIdTokenOnlyWhereConfigured) {
  auto options = defaultOptions();
  options.keepIdTokenForLogout = true;
  const auto keeping = makeModule(options);
  Browser other(*keeping);
  login(other);
  const auto hint = storage->tables().sessions.begin()->second.idTokenHint;
  EXPECT_EQ(std::count(hint.begin(), hint.end(), '.'), 2);
}

}  // namespace
}  // namespace sso::test
