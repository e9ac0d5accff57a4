// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 2.8, SEC-RD-04, SEC-SE-06.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class Logout : public LoginFixture {
 protected:
  Logout() : keeping_(makeModule(keepingOptions())), browser_(*keeping_) {}
  static SsoOptions keepingOptions() {
    auto options = defaultOptions();
    options.keepIdTokenForLogout = true;
    return options;
  }
  WebResponse logout(bool alsoAtScalekit) {
    auto response = keeping_->logout(browser_.request("/logout", "POST"), alsoAtScalekit);
    browser_.keep(response);
    return response;
  }
  std::shared_ptr<SsoModule> keeping_;
  Browser browser_;
};

TEST_F(Logout, EndsTheLocalSession) {
  login(browser_);
  const Browser copy = browser_;
  const auto response = logout(false);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/login");
  EXPECT_FALSE(browser_.cookies.contains("app_session"));
  EXPECT_FALSE(signedIn(copy)) << "the old id is worth nothing (SEC-SE-06)";
}

TEST_F(Logout, EndsScalekitsSessionWhereAskedFor) {
  login(browser_);
  const auto response = logout(true);
  ASSERT_TRUE(response.location.starts_with("https://acme.scalekit.example/oidc/logout?"));
  const auto query = Parameters::parse(response.location.substr(response.location.find('?') + 1));
  EXPECT_EQ(query.single("post_logout_redirect_uri"), "https://app.example.com/login");
  EXPECT_FALSE(query.single("id_token_hint")->empty());
  EXPECT_EQ(query.single("state")->size(), 43U);
  EXPECT_FALSE(signedIn(browser_));
}

TEST_F(Logout, StaysLocalWithoutAnIdToken) {
  Browser plain(*module);
  login(plain);
  EXPECT_EQ(module->logout(plain.request("/logout", "POST"), true).location, "/login");
}

TEST_F(Logout, WorksWhileScalekitIsAway) {  // promise 4
  login(browser_);
  const auto fresh = makeModule(keepingOptions());  // with nothing cached
  scalekit.transport->failWith("/.well-known/openid-configuration");
  const auto response = fresh->logout(browser_.request("/logout", "POST"), true);
  EXPECT_EQ(response.location, "/login");
  EXPECT_FALSE(signedIn(browser_));
}

TEST_F(Logout, OfNobodyIsHarmless) {
  EXPECT_EQ(logout(true).location, "/login");
  EXPECT_TRUE(storage->tables().audit.empty()) << "nor is it anything to write down";
}

TEST_F(Logout, IsInTheAuditTrail) {
  login(browser_);
  const auto account = signedIn(browser_);
  logout(false);
  ASSERT_EQ(audit("sso.logout.completed").size(), 1U);
  EXPECT_EQ(audit("sso.logout.completed").front().accountId, account);
  EXPECT_EQ(audit("sso.logout.completed").front().remoteAddress, "192.0.2.7");
}

TEST_F(Logout, WorksWhileTheAuditTableIsAway) {
  login(browser_);
  storage->setAuditDown(true);
  EXPECT_EQ(logout(false).location, "/login");
  EXPECT_FALSE(signedIn(browser_));
  EXPECT_NE(log->lines().back().find("event=sso.audit.lost"), std::string::npos);
}

TEST_F(Logout, ForgetsALinkThatWaits) {
  host->addAccount("ada@acme.example", "tenant_acme");
  login(browser_);
  ASSERT_TRUE(browser_.cookies.contains("__Host-sso_link"));
  logout(false);
  EXPECT_FALSE(browser_.cookies.contains("__Host-sso_link"));
}

}  // namespace
}  // namespace sso::test
