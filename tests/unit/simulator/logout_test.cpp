// SPDX-License-Identifier: Apache-2.0
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class Logout : public SimulatorTest {
 protected:
  std::string idToken() { return Json::parse(exchange(codeFor("ada.lovelace@example.com")).body)["id_token"]; }
};

TEST_F(Logout, RedirectsToARegisteredUriWithTheState) {
  const auto response = get("/oidc/logout?post_logout_redirect_uri=" + percentEncode("http://localhost:8080/login") +
                            "&state=a%20b&id_token_hint=" + idToken());
  EXPECT_EQ(302, response.status);
  EXPECT_EQ("http://localhost:8080/login?state=a%20b", response.header("Location"));
}

TEST_F(Logout, RefusesUnregisteredUrisOnAPage) {
  for (const char* uri :
       {"https://evil.example/", "http://localhost:8080/sso/callback", "http://localhost:8080/login/"}) {
    const auto response = get("/oidc/logout?post_logout_redirect_uri=" + percentEncode(uri));
    EXPECT_EQ(400, response.status) << uri;
    EXPECT_EQ("", response.header("Location"));
  }
}

TEST_F(Logout, AcceptsExpiredHintsAndRefusesForgedOnes) {
  const std::string hint = idToken();
  now_ += std::chrono::hours(2);
  EXPECT_EQ(200, get("/oidc/logout?id_token_hint=" + hint).status);
  EXPECT_EQ(400, get("/oidc/logout?id_token_hint=" + hint.substr(0, hint.size() - 8) + "AAAAAAAA").status);
  EXPECT_EQ(400, get("/oidc/logout?client_id=skc_1&id_token_hint=" + hint).status);
}

TEST_F(Logout, EndsTheBrowserSessionAndTheGrant) {
  queue("ada.lovelace@example.com");
  const auto login = get(authorizeUrl("domain=example.com", "openid%20offline_access"));
  const std::string cookie = login.header("Set-Cookie").substr(0, login.header("Set-Cookie").find(';'));
  const std::string credentials = std::string("&client_id=") + kClient + "&client_secret=" + kSecret;
  const Json tokens =
      Json::parse(post("/oauth/token", "grant_type=authorization_code&redirect_uri=" + percentEncode(kCallback) +
                                           "&code=" + parameter(login.header("Location"), "code") + credentials)
                      .body);
  const auto silent = [&] {
    return get(authorizeUrl("domain=example.com&prompt=none"), {}, cookie).header("Location");
  };
  EXPECT_NE("", parameter(silent(), "code"));
  get("/oidc/logout?id_token_hint=" + tokens["id_token"].get<std::string>(), {}, cookie);
  EXPECT_EQ("login_required", parameter(silent(), "error"));
  EXPECT_EQ("invalid_grant",
            errorOf(post("/oauth/token", "grant_type=refresh_token&refresh_token=" +
                                             tokens["refresh_token"].get<std::string>() + credentials)));
}

}  // namespace
}  // namespace simulator_test
