// SPDX-License-Identifier: Apache-2.0
// A callback works once, in time, in the browser that began the login: SECURITY 1.2, SEC-CS-01, R-08, promise 7.
#include "unit/login/login_callback_fixture.h"

namespace sso::test {
namespace {

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

TEST_F(LoginCallback, WorksOnceEvenOnAnotherInstance) {
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

}  // namespace
}  // namespace sso::test
