// SPDX-License-Identifier: Apache-2.0
// A callback while Scalekit, the database or the host fails: SEC-DB-01 to -05, SEC-LG-07, N1, N5, N6.
#include "unit/login/login_callback_fixture.h"

namespace sso::test {
namespace {

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

}  // namespace
}  // namespace sso::test
