// SPDX-License-Identifier: Apache-2.0
// The module from outside: creation, routes, readiness.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class SsoModuleTest : public LoginFixture {
 protected:
  Browser browser{*module};
};

TEST_F(SsoModuleTest, NeedsAHostAndAStorage) {
  EXPECT_THROW(SsoModule::create(defaultOptions(), {.host = nullptr, .storage = storage}), Error);
  EXPECT_THROW(SsoModule::create(defaultOptions(), {.host = host, .storage = nullptr}), Error);
}

TEST_F(SsoModuleTest, RefusesOptionsThatCannotWork) {
  auto options = defaultOptions();
  options.clientId = "";
  options.baseUrl = "http://app.example.com";
  try {
    makeModule(options);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_EQ(std::string(error.what()).find("MARKER-client-secret"), std::string::npos);
  }
}

TEST_F(SsoModuleTest, CreationAsksNobody) { EXPECT_TRUE(scalekit.transport->requests().empty()); }

TEST_F(SsoModuleTest, OwnsItsThreePathsExactly) {
  for (const auto* own : {"/sso/login", "/sso/callback", "/sso/initiate"}) {
    EXPECT_TRUE(module->handle(browser.request(own))) << own;
  }
  for (const auto* other : {"/", "/sso", "/sso/", "/sso/login/", "/SSO/login", "/sso/%6cogin", "/login", "//sso/login",
                            "/sso/login;x=1", ""}) {
    EXPECT_FALSE(module->handle(browser.request(other))) << other;
  }
}

TEST_F(SsoModuleTest, PathsAreThoseOfTheOptions) {
  auto options = defaultOptions();
  options.callbackPath = "/auth/back";
  const auto moved = makeModule(options);
  EXPECT_TRUE(moved->handle(browser.request("/auth/back")));
  EXPECT_FALSE(moved->handle(browser.request("/sso/callback")));
}

TEST_F(SsoModuleTest, WrongMethodsGet405WithAllow) {  // SEC-CS-05, SEC-AR-09
  for (const auto* path : {"/sso/login?organization_id=org_acme", "/sso/callback", "/sso/initiate"}) {
    for (const auto* method : {"POST", "HEAD", "OPTIONS", "DELETE", "BREW"}) {
      const auto response = browser.send(browser.request(path, method));
      EXPECT_EQ(response.status, 405);
      EXPECT_EQ(response.headers.back(), (std::pair<std::string, std::string>{"Allow", "GET"}));
      EXPECT_TRUE(response.cookies.empty());
    }
  }
  EXPECT_TRUE(storage->tables().audit.empty());
}

TEST_F(SsoModuleTest, APrefetchBeginsNothing) {  // SEC-AR-09
  auto request = browser.request("/sso/login?organization_id=org_acme");
  request.prefetch = true;
  const auto response = browser.send(request);
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.cookies.empty());
  EXPECT_TRUE(response.location.empty());
  EXPECT_TRUE(log->lines().empty());
}

TEST_F(SsoModuleTest, ReadyNeedsDatabaseAndKeys) {
  auto readiness = module->readiness();
  EXPECT_TRUE(readiness.ready && readiness.storage && readiness.keys);
  storage->setDown(true);
  readiness = module->readiness();
  EXPECT_FALSE(readiness.ready);
  EXPECT_FALSE(readiness.storage);
  EXPECT_TRUE(readiness.keys);
  storage->setDown(false);
  EXPECT_TRUE(module->readiness().ready);
}

TEST_F(SsoModuleTest, NotReadyWithoutKeys) {
  scalekit.transport->failWith("/keys");
  const auto readiness = module->readiness();
  EXPECT_FALSE(readiness.ready);
  EXPECT_TRUE(readiness.storage);
  EXPECT_FALSE(readiness.keys);
}

TEST_F(SsoModuleTest, AnswersWhateverTheHostThrowsAtLogout) {
  class Throwing : public FakeHost {
   public:
    using FakeHost::FakeHost;
    EndedSession endSession(const RequestInfo&) override { throw std::runtime_error("SECRET-HOST-TEXT"); }
  };
  const auto broken = SsoModule::create(defaultOptions(), {.host = std::make_shared<Throwing>(storage),
                                                           .storage = storage,
                                                           .transport = scalekit.transport,
                                                           .clock = clock,
                                                           .random = random,
                                                           .log = log});
  const auto response = broken->logout(browser.request("/logout", "POST"), false);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("SECRET-HOST-TEXT"), std::string::npos);
  EXPECT_EQ(log->text().find("SECRET-HOST-TEXT"), std::string::npos);
}

TEST_F(SsoModuleTest, ErrorPagesEscapeWhatTheyShow) {
  const ErrorView view{400, "login_failed", "<b>&\"'", "<i>", "<REF>", "/login?\"><script>"};
  const auto page = host->renderError(view, browser.request("/"));
  for (const auto* raw : {"<b>", "<i>", "<REF>", "<script>", "?\">"}) {
    EXPECT_EQ(page.body.find(raw), std::string::npos) << raw;
  }
  EXPECT_NE(page.body.find("&lt;b&gt;&amp;&quot;&#39;"), std::string::npos);
}

TEST_F(SsoModuleTest, ErrorPagesOfferToTryAgain) {
  const auto response = browser.get("/sso/callback");
  EXPECT_NE(response.body.find("href=\"/login\""), std::string::npos);
}

}  // namespace
}  // namespace sso::test
