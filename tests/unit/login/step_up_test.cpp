// SPDX-License-Identifier: Apache-2.0
// A page demands that the person authenticates again (step-up): OpenID Connect Core 3.1.2.1, prompt=login.
#include "unit/login/login_callback_fixture.h"

namespace sso::test {
namespace {

constexpr const char* kAgain = "/sso/login?organization_id=org_acme&prompt=login&return_to=%2Fsecrets";

class StepUp : public LoginCallback {
 protected:
  static Person authenticated(std::int64_t at) {
    Person ada;
    ada.claims = [at](nlohmann::json& claims) { claims["auth_time"] = at; };
    return ada;
  }
  std::int64_t now() const { return toEpochSeconds(clock->now()); }
  Reauthentication noted() const { return storage->tables().sessions.begin()->second.reauthentication; }
};

TEST_F(StepUp, AsksTheIdentityProviderToAuthenticateAgain) {
  const auto begun = browser.get(kAgain);
  const auto query = Parameters::parse(begun.location.substr(begun.location.find('?') + 1));
  EXPECT_EQ(query.single("prompt"), "login");
  const auto ordinary = browser.get("/sso/login?organization_id=org_acme");
  EXPECT_EQ(ordinary.location.find("prompt"), std::string::npos);
}

TEST_F(StepUp, TellsTheHostThatItWasAsked) {
  EXPECT_EQ(login(browser, {}, kAgain).location, "/secrets");
  EXPECT_EQ(noted(), Reauthentication::kAsked) << "without auth_time nobody can say more";
}

TEST_F(StepUp, TellsTheHostWhatTheTokenProves) {
  login(browser, authenticated(now()), kAgain);
  EXPECT_EQ(noted(), Reauthentication::kProven);
}

TEST_F(StepUp, RefusesAnAnswerFromAnOlderAuthentication) {
  const auto callback = callbackFor(browser, authenticated(now() - 61), kAgain);
  expectRefused(browser.get(callback), browser, "auth_time", ErrorCode::kLoginFailed);
  EXPECT_TRUE(storage->tables().accounts.empty());
}

TEST_F(StepUp, LeavesTheClocksTheirSkew) {
  login(browser, authenticated(now() - 60), kAgain);
  EXPECT_EQ(noted(), Reauthentication::kProven);
}

TEST_F(StepUp, CountsFromTheBeginningOfThisLogin) {
  const auto begun = now();
  const auto again = browser.get(kAgain);
  clock->advance(std::chrono::seconds(300));
  const auto answer = scalekit.signIn(again.location, authenticated(begun + 1));
  EXPECT_EQ(browser.get("/sso/callback?" + answer).status, 303);
  EXPECT_EQ(noted(), Reauthentication::kProven);
}

TEST_F(StepUp, IsNothingThatAnOrdinaryLoginCanClaim) {
  login(browser, authenticated(now()));
  EXPECT_EQ(noted(), Reauthentication::kNotAsked);
}

TEST_F(StepUp, IsNothingThatTheCallbackCanClaim) {
  const auto callback = callbackFor(browser);
  EXPECT_EQ(browser.get(callback + "&prompt=login").status, 303);
  EXPECT_EQ(noted(), Reauthentication::kNotAsked);
}

TEST_F(StepUp, OldAuthenticationIsFineWhereNobodyAskedForANewOne) {
  EXPECT_EQ(login(browser, authenticated(now() - 3600)).status, 303);
}

// max_age: OpenID Connect Core 3.1.2.1 and 3.1.3.7 (13)
TEST_F(StepUp, AsksForAnAuthenticationThatIsNotTooOld) {
  const auto begun = browser.get("/sso/login?organization_id=org_acme&max_age=300");
  const auto query = Parameters::parse(begun.location.substr(begun.location.find('?') + 1));
  EXPECT_EQ(query.single("max_age"), "300");
  EXPECT_FALSE(query.single("prompt"));
}

TEST_F(StepUp, RefusesAnAuthenticationThatIsTooOld) {
  const auto callback =
      callbackFor(browser, authenticated(now() - 361), "/sso/login?organization_id=org_acme&max_age=300");
  expectRefused(browser.get(callback), browser, "auth_time", ErrorCode::kLoginFailed);
}

TEST_F(StepUp, TellsTheHostThatAnAuthenticationIsYoungEnough) {
  login(browser, authenticated(now() - 360), "/sso/login?organization_id=org_acme&max_age=300");
  EXPECT_EQ(noted(), Reauthentication::kProven);
}

TEST_F(StepUp, TellsTheHostWhenNobodySaysHowOldItIs) {
  login(browser, {}, "/sso/login?organization_id=org_acme&max_age=0");
  EXPECT_EQ(noted(), Reauthentication::kAsked);
}

TEST_F(StepUp, PromptIsStricterThanMaxAge) {
  const auto callback = callbackFor(browser, authenticated(now() - 100), std::string(kAgain) + "&max_age=300");
  expectRefused(browser.get(callback), browser, "auth_time", ErrorCode::kLoginFailed);
}

TEST_F(StepUp, KnowsNoOtherMaxAge) {
  for (const char* age : {"-1", "+1", "1.5", "86401", "99999999999999999999", "0x10", "ten", "%20", "1&max_age=1"}) {
    const auto response = browser.get("/sso/login?organization_id=org_acme&max_age=" + std::string(age));
    EXPECT_EQ(response.status, 400) << age;
    EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U) << age;
  }
}

TEST_F(StepUp, KnowsNoOtherPrompt) {
  for (const char* prompt :
       {"none", "create", "select_account", "login%20none", "LOGIN", "login%00", "login&prompt=login"}) {
    const auto response = browser.get("/sso/login?organization_id=org_acme&prompt=" + std::string(prompt));
    EXPECT_EQ(response.status, 400) << prompt;
    EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U) << prompt;
  }
}

}  // namespace
}  // namespace sso::test
