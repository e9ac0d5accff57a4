// SPDX-License-Identifier: Apache-2.0
// The end of a login at its edges: what may lack, what comes along, what is left behind (SECURITY 1.2, 1.3, 1.9).
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LoginCallbackEdges : public LoginFixture {
 protected:
  Browser browser{*module};
};

TEST_F(LoginCallbackEdges, DemandsTheIssuerWhereScalekitPromisesIt) {  // SEC-CB-07, RFC 9207 2.4
  const std::string url = FakeScalekit::kUrl;
  scalekit.transport->onJson("/.well-known/openid-configuration",
                             nlohmann::json{{"issuer", url},
                                            {"authorization_endpoint", url + "/oauth/authorize"},
                                            {"token_endpoint", url + "/oauth/token"},
                                            {"jwks_uri", url + "/keys"},
                                            {"authorization_response_iss_parameter_supported", true}}
                                 .dump());
  expectRefused(browser.get(callbackFor(browser)), browser, "issuer", ErrorCode::kLoginFailed);
  EXPECT_EQ(scalekit.exchanges(), 0) << "the token endpoint was not called";
  EXPECT_EQ(browser.get(callbackFor(browser) + "&iss=" + percentEncode(url)).status, 303);
}

TEST_F(LoginCallbackEdges, NothingOfTheTokenResponseReachesTheBrowser) {  // SEC-TR-14, SEC-TR-15
  const auto callback = callbackFor(browser);
  scalekit.answerTokensWith({{"set-cookie", "app_session=planted; Path=/"},
                             {"location", "https://evil.example"},
                             {"x-odd", "MARKER-odd"},
                             {"refresh", "0; url=https://evil.example"}},
                            {{"refresh_token", "MARKER-refresh-token"}});
  const auto response = browser.get(callback);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.location, "/");
  std::string all = response.body;
  for (const auto& header : response.headers) all += header.first + ": " + header.second + "\n";
  for (const auto& cookie : response.cookies) all += cookie.name + "=" + cookie.value + "\n";
  for (const auto* foreign : {"planted", "evil.example", "MARKER-odd", "x-odd", "MARKER-refresh", "MARKER-access"}) {
    EXPECT_EQ(all.find(foreign), std::string::npos) << foreign;
  }
  EXPECT_EQ(response.cookies.size(), 2U) << "the session, and the end of the transaction";
}

TEST_F(LoginCallbackEdges, AHugeTransactionCookieLocksNobodyOut) {  // SEC-SE-12
  const auto callback = callbackFor(browser);
  browser.cookies.begin()->second = std::string(6000, 'A');
  expectRefused(browser.get(callback), browser, "state", ErrorCode::kLoginFailed);
  EXPECT_EQ(login(browser).status, 303) << "the next login starts clean";
  EXPECT_EQ(browser.cookiesNamed("sso_login_"), 0U) << "and takes the rubbish away";
}

TEST_F(LoginCallbackEdges, AnAnswerInTheFragmentIsNone) {  // SEC-CB-13: browsers keep the fragment to themselves
  callbackFor(browser);
  expectRefused(browser.get("/sso/callback"), browser, "state", ErrorCode::kLoginFailed);
  EXPECT_EQ(scalekit.exchanges(), 0) << "the token endpoint was not called";
}

}  // namespace
}  // namespace sso::test
