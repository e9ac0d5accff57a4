// SPDX-License-Identifier: Apache-2.0
// The end of a login: SECURITY 1.2, SEC-CS-01, SEC-LG-07, SEC-DB-01, N1, N5.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LoginCallback : public LoginFixture {
 protected:
  /// The callback with one parameter replaced or added, percent-encoded.
  static std::string with(std::string callback, const std::string& name, const std::string& value) {
    const auto at = callback.find(name + "=");
    if (at == std::string::npos) return callback + "&" + name + "=" + percentEncode(value);
    const auto end = callback.find('&', at);
    return callback.replace(at, (end == std::string::npos ? callback.size() : end) - at,
                            name + "=" + percentEncode(value));
  }
  static std::string valueOf(const std::string& callback, const std::string& name) {
    return Parameters::parse(callback.substr(callback.find('?') + 1)).single(name).value_or("");
  }
  void expectUntouched() {
    EXPECT_EQ(scalekit.exchanges(), 0) << "REJ0: the token endpoint was not called";
    EXPECT_TRUE(storage->tables().accounts.empty());
    EXPECT_TRUE(storage->tables().identities.empty());
    EXPECT_TRUE(storage->tables().sessions.empty());
  }
  Browser browser{*module};
};

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

TEST_F(LoginCallback, WorksOnAnotherInstance) {
  const auto callback = callbackFor(browser);
  const auto elsewhere = makeModule();
  Browser moved(*elsewhere);
  moved.cookies = browser.cookies;
  EXPECT_EQ(moved.get(callback).status, 303);
  EXPECT_TRUE(signedIn(moved));
}

TEST_F(LoginCallback, OpensWhatAnOlderKeySealed) {  // promise 7
  const auto callback = callbackFor(browser);
  auto options = defaultOptions();
  options.secretKeys.insert(options.secretKeys.begin(), Secret(std::string("vutsrqponmlkjihgfedcba9876543210")));
  const auto rotated = makeModule(options);
  Browser moved(*rotated);
  moved.cookies = browser.cookies;
  EXPECT_EQ(moved.get(callback).status, 303);
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

TEST_F(LoginCallback, TwoTabsFinishInEitherOrder) {  // SEC-CB-14
  for (const bool firstFirst : {true, false}) {
    Browser tabs(*module);
    auto one = callbackFor(tabs, {}, "/sso/login?organization_id=org_acme&return_to=%2Fone");
    auto two = callbackFor(tabs, {}, "/sso/login?organization_id=org_acme&return_to=%2Ftwo");
    if (!firstFirst) std::swap(one, two);
    EXPECT_EQ(tabs.get(one).location, firstFirst ? "/one" : "/two");
    EXPECT_EQ(tabs.get(two).location, firstFirst ? "/two" : "/one");
    EXPECT_TRUE(signedIn(tabs));
  }
}

TEST_F(LoginCallback, TabsDoNotMixTheirCodes) {  // SEC-CB-14: a code works only with its own verifier and nonce
  const auto one = callbackFor(browser);
  const auto two = callbackFor(browser);
  const auto mixed = with(one, "code", valueOf(two, "code"));
  expectRefused(browser.get(mixed), browser, "invalid_grant", ErrorCode::kLoginFailed);
}

TEST_F(LoginCallback, AReloadTakesTheSignedInHome) {  // SEC-CB-15
  const auto callback = callbackFor(browser);
  EXPECT_EQ(browser.get(callback).status, 303);
  const auto again = browser.get(callback);
  EXPECT_EQ(again.status, 303);
  EXPECT_EQ(again.location, "/");
  EXPECT_EQ(scalekit.exchanges(), 1);
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(LoginCallback, WorksOnceEvenWithTheCookieKept) {  // SEC-CB-15, R-08
  const auto callback = callbackFor(browser);
  Browser thief = browser;  // copied URL and cookies
  EXPECT_EQ(browser.get(callback).status, 303);
  const auto events = storage->tables().audit.size();
  expectRefused(thief.get(callback), thief, "replayed", ErrorCode::kLoginExpired, events);
  EXPECT_EQ(scalekit.exchanges(), 1);
}

TEST_F(LoginCallback, WorksOnceEvenOnAnotherInstance) {  // R-08
  const auto callback = callbackFor(browser);
  const auto elsewhere = makeModule();
  Browser thief(*elsewhere);
  thief.cookies = browser.cookies;
  EXPECT_EQ(browser.get(callback).status, 303);
  EXPECT_EQ(thief.get(callback).status, 400);
  EXPECT_FALSE(signedIn(thief));
}

TEST_F(LoginCallback, IsUsedUpByAnErrorToo) {
  const auto callback = callbackFor(browser);
  Browser thief = browser;
  browser.get(callback + "&error=access_denied");
  expectRefused(thief.get(callback), thief, "replayed", ErrorCode::kLoginExpired, 1);
  expectUntouched();
}

TEST_F(LoginCallback, AJsonClientIsNeverSentHome) {
  const auto callback = callbackFor(browser);
  Browser again = browser;
  browser.get(callback);
  again.cookies.insert(browser.cookies.begin(), browser.cookies.end());
  again.accept = "application/json";
  const auto response = again.get(callback);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(nlohmann::json::parse(response.body).at("error"), "login_expired");
}

TEST_F(LoginCallback, RefusesAnExpiredLogin) {  // SEC-CB-17
  const auto callback = callbackFor(browser);
  clock->advance(std::chrono::seconds(601));
  expectRefused(browser.get(callback), browser, "expired", ErrorCode::kLoginExpired);
  expectUntouched();
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U);
}

TEST_F(LoginCallback, AcceptsALoginAtItsLastSecond) {
  const auto begun = browser.get("/sso/login?organization_id=org_acme");
  clock->advance(std::chrono::seconds(600));
  EXPECT_EQ(browser.get("/sso/callback?" + scalekit.signIn(begun.location, {})).status, 303);
}

TEST_F(LoginCallback, RefusesALoginFromTheFuture) {  // the clock was set back: no login lives longer for it
  const auto callback = callbackFor(browser);
  clock->jumpTo(1'700'000'000 - 3600);
  expectRefused(browser.get(callback), browser, "expired", ErrorCode::kLoginExpired);
}

TEST_F(LoginCallback, HeadOptionsAndPrefetchUseNothingUp) {  // SEC-CB-18
  const auto callback = callbackFor(browser);
  for (const std::string method : {"HEAD", "OPTIONS", "PUT", "get", "TRACE"}) {
    const auto response = browser.send(browser.request(callback, method));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.back(), (std::pair<std::string, std::string>{"Allow", "GET"}));
  }
  auto prefetch = browser.request(callback);
  prefetch.prefetch = true;
  EXPECT_EQ(browser.send(prefetch).status, 204);
  expectUntouched();
  EXPECT_TRUE(storage->tables().audit.empty());
  EXPECT_EQ(browser.get(callback).status, 303);
}

TEST_F(LoginCallback, EndsTheEarlierPersonsSession) {  // SEC-CB-19
  login(browser);
  const auto ada = signedIn(browser);
  const auto session = browser.cookies.at("app_session");
  Person grace;
  grace.user = "grace";
  grace.email = "grace@acme.example";
  login(browser, grace);
  EXPECT_NE(signedIn(browser), ada);
  EXPECT_NE(browser.cookies.at("app_session"), session);
  EXPECT_FALSE(storage->tables().sessions.contains(session));
  for (const auto& [key, identity] : storage->tables().identities) {
    EXPECT_EQ(identity.accountId == *ada, key.subject == "conn_acme1;ada") << "no silent linking";
  }
}

TEST_F(LoginCallback, RefusesACallbackOfAnotherBrowser) {  // SEC-CS-01
  Browser attacker(*module);
  const auto callback = callbackFor(attacker);
  expectRefused(browser.get(callback), browser, "browser", ErrorCode::kLoginExpired);
  expectUntouched();
}

TEST_F(LoginCallback, RefusesACallbackOfAnotherBrowserWhileOneIsPending) {  // SEC-CS-01
  Browser attacker(*module);
  const auto callback = callbackFor(attacker);
  callbackFor(browser);
  expectRefused(browser.get(callback), browser, "state", ErrorCode::kLoginFailed);
  expectUntouched();
}

TEST_F(LoginCallback, AForeignCallbackLeavesTheEarlierSessionAlone) {  // SEC-CS-01
  login(browser);
  const auto before = signedIn(browser);
  Browser attacker(*module);
  Person eve;
  eve.user = "eve";
  eve.email = "eve@acme.example";
  const auto callback = callbackFor(attacker, eve);
  const auto events = storage->tables().audit.size();
  const auto response = browser.get(callback);
  EXPECT_EQ(response.location, "/");
  EXPECT_EQ(signedIn(browser), before);
  EXPECT_EQ(storage->tables().audit.size(), events + 1);
  EXPECT_EQ(storage->tables().audit.back().reason, "browser");
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

TEST_F(LoginCallback, SaysSoWhenScalekitIsAway) {  // REJU
  const auto callback = callbackFor(browser);
  scalekit.transport->failWith("/oauth/token");
  const auto response = browser.get(callback);
  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(signedIn(browser));
  EXPECT_EQ(audit("sso.login.error").size(), 1U);
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U) << "used up: the code may have been spent";
}

TEST_F(LoginCallback, WithTheDatabaseAwayNoCodeTravelsAndTheLoginCanStillFinish) {  // SEC-DB-01, -02, N6
  const auto callback = callbackFor(browser);
  storage->setDown(true);
  const auto response = browser.get(callback);
  EXPECT_EQ(response.status, 503);
  expectUntouched();
  EXPECT_NE(log->text().find("sso.audit.lost"), std::string::npos);
  storage->setDown(false);
  EXPECT_EQ(browser.get(callback).status, 303);
}

TEST_F(LoginCallback, ARefusalThatCannotBeAuditedIsLoggedUnderItsReference) {  // N5
  const auto callback = callbackFor(browser);
  storage->setAuditDown(true);
  const auto response = browser.get(callback + "&error=access_denied");
  EXPECT_EQ(response.status, 403);
  const auto begin = response.body.find("<code>") + 6;
  const auto reference = response.body.substr(begin, 10);
  bool found = false;
  for (const auto& line : log->lines()) {
    found |= line.find("sso.audit.lost") != std::string::npos && line.find(reference) != std::string::npos &&
             line.find("provider_error") != std::string::npos && line.find("192.0.2.7") != std::string::npos;
  }
  EXPECT_TRUE(found) << log->text();
}

TEST_F(LoginCallback, NobodyIsSignedInWithoutTheAuditRow) {  // N5: one transaction
  const auto callback = callbackFor(browser);
  storage->setAuditDown(true);
  EXPECT_EQ(browser.get(callback).status, 503);
  EXPECT_FALSE(signedIn(browser));
  EXPECT_TRUE(storage->tables().accounts.empty());
  EXPECT_TRUE(storage->tables().identities.empty());
}

TEST_F(LoginCallback, NoCookieOfASessionThatWasNotCommitted) {  // N1, SEC-DB-03
  const auto callback = callbackFor(browser);
  storage->beforeCommit([] { throw Error(ErrorCode::kStorage, "storage", "killed in commit"); });
  const auto response = browser.get(callback);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body.find("nothing was"), std::string::npos) << "nobody knows whether it was committed";
  EXPECT_FALSE(browser.cookies.contains("app_session"));
  EXPECT_TRUE(storage->tables().sessions.empty());
  EXPECT_TRUE(storage->tables().accounts.empty());
  EXPECT_EQ(login(browser).status, 303) << "the next try works (N6)";
}

TEST_F(LoginCallback, ConflictsAreRetriedWithoutDoublingAnything) {  // SEC-DB-05
  const auto callback = callbackFor(browser);
  storage->conflictNextCommits(3);
  EXPECT_EQ(browser.get(callback).status, 303);
  EXPECT_EQ(storage->tables().accounts.size(), 1U);
  EXPECT_EQ(storage->tables().sessions.size(), 1U);
  EXPECT_EQ(audit("sso.login.completed").size(), 1U);
}

TEST_F(LoginCallback, ConflictsThatDoNotEndAre503) {  // SEC-DB-05
  const auto callback = callbackFor(browser);
  storage->conflictNextCommits(100);
  EXPECT_EQ(browser.get(callback).status, 503);
  EXPECT_FALSE(signedIn(browser));
}

TEST_F(LoginCallback, AHostThatThrowsSignsNobodyIn) {
  for (const std::string method : {"findByEmail", "createAccount", "startSession"}) {
    const auto callback = callbackFor(browser);
    host->throwIn(method);
    const auto response = browser.get(callback);
    host->behave();
    EXPECT_EQ(response.status, 500) << method;
    EXPECT_EQ(response.body.find("SECRET-HOST-TEXT"), std::string::npos);
    EXPECT_FALSE(signedIn(browser));
    EXPECT_TRUE(storage->tables().accounts.empty());
  }
  EXPECT_EQ(log->text().find("SECRET-HOST-TEXT"), std::string::npos);
}

TEST_F(LoginCallback, AHostWithoutAnErrorPageGetsThePlainOne) {
  host->throwIn("renderError");
  const auto response = browser.get("/sso/callback?error=access_denied");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("Reference"), std::string::npos);
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
