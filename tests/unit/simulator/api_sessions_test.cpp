// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"

namespace simulator_test {
namespace {

class Sessions : public ApiTest {
 protected:
  /// Signs Ada in, with a refresh token; returns the session's id.
  std::string signIn() {
    const auto response = exchange(codeFor("ada.lovelace@example.com", "openid%20offline_access"));
    tokens_ = Json::parse(response.body);
    return claimsOf(tokens_["id_token"])["sid"];
  }
  int refresh() {
    const auto response =
        post("/oauth/token", "grant_type=refresh_token&refresh_token=" + tokens_["refresh_token"].get<std::string>() +
                                 "&client_id=" + kClient + "&client_secret=" + kSecret);
    if (response.status == 200) tokens_ = Json::parse(response.body);
    return response.status;
  }
  Json sessions(const std::string& query = {}) { return ok("GET", path_ + query)["sessions"]; }
  void later(std::chrono::seconds time) {
    now_ += time;
    token_.clear();
  }
  Json tokens_;
  const std::string path_ = std::string("/users/") + kAda + "/sessions";
};

TEST_F(Sessions, BeginWithALogin) {
  const std::string id = signIn();
  const Json session = ok("GET", "/sessions/" + id);
  EXPECT_EQ(id, session["session_id"]);
  EXPECT_EQ(kAda, session["user_id"]);
  EXPECT_EQ(kTestOrganization, session["organization_id"]);
  EXPECT_EQ("active", session["status"]);
  EXPECT_EQ(kClient, session["authenticated_clients"][0]["client_id"]);
  EXPECT_EQ("2026-09-21T14:13:20Z", session["created_at"]);
  expectNotFound(call("GET", "/sessions/ses_1"));
}

TEST_F(Sessions, ShowTheBrowserUnlessItsNameIsNoText) {
  const auto browserOf = [&](const std::string& userAgent) {
    queue("ada.lovelace@example.com");
    HttpRequest request;
    const std::string target = authorizeUrl("connection_id=" + std::string(kTestConnection));
    request.path = target.substr(0, target.find('?'));
    request.query = target.substr(target.find('?') + 1);
    request.userAgent = userAgent;
    application_->handle(request);
    now_ += std::chrono::seconds(1);
    return sessions()[0]["device"]["user_agent"];
  };
  EXPECT_EQ("Browser/1.0", browserOf("Browser/1.0"));
  EXPECT_EQ("", browserOf("Browser/\xff"));
  EXPECT_EQ("", browserOf(std::string(513, 'x')));
}

TEST_F(Sessions, OfPeopleWhoAreNoUsersBelongToNobody) {
  const auto response = exchange(codeFor("bob@acme.example"));
  const std::string id = claimsOf(Json::parse(response.body)["id_token"])["sid"];
  EXPECT_EQ("", ok("GET", "/sessions/" + id)["user_id"]);
}

TEST_F(Sessions, RefreshNoTokensOnceRevoked) {
  const std::string id = signIn();
  EXPECT_EQ(200, refresh());
  const Json revoked = ok("POST", "/sessions/" + id + "/revoke")["revoked_session"];
  EXPECT_EQ("revoked", revoked["status"]);
  EXPECT_EQ(kAda, revoked["user_id"]);
  EXPECT_TRUE(revoked.contains("logout_at"));
  EXPECT_EQ(400, refresh());
  EXPECT_EQ(401, get("/userinfo", "Bearer " + tokens_["access_token"].get<std::string>()).status);
  EXPECT_EQ("revoked", ok("GET", "/sessions/" + id)["status"]);
  expectNotFound(call("POST", "/sessions/ses_1/revoke"));
}

TEST_F(Sessions, TakeUnusedCodesWithThem) {
  const std::string code = codeFor("ada.lovelace@example.com");
  ok("POST", path_ + "/revoke");
  EXPECT_EQ(400, exchange(code).status);
}

TEST_F(Sessions, AreListedNewestFirst) {
  const std::string first = signIn();
  later(std::chrono::seconds(10));
  const std::string second = signIn();
  EXPECT_EQ((std::vector<std::string>{second, first}), idsOfPages(path_, "sessions", "session_id"));
  ok("POST", "/sessions/" + first + "/revoke");
  EXPECT_EQ(1U, sessions("?filter.status=ACTIVE").size());
  EXPECT_EQ(2U, sessions("?filter.status=active&filter.status=revoked").size());
  EXPECT_EQ(1U, sessions("?filter.start_time=2026-09-21T14:13:30Z").size());
  EXPECT_EQ(1U, sessions("?filter.end_time=2026-09-21T14:13:29Z").size());
  EXPECT_EQ("string.in", violated(call("GET", path_ + "?filter.status=gone"), "filter.status"));
  EXPECT_EQ("timestamp", violated(call("GET", path_ + "?filter.start_time=now"), "filter.start_time"));
  EXPECT_EQ("timestamp", violated(call("GET", path_ + "?filter.start_time=2026-01-02T00:00:00Z&filter.end_time="
                                                      "2026-01-01T00:00:00Z"),
                                  "filter.end_time"));
  expectInvalid(call("GET", path_ + "?page_size=101"));
  expectNotFound(call("GET", "/users/usr_1/sessions"));
}

TEST_F(Sessions, AreRevokedAllAtOnce) {
  const std::string first = signIn();
  signIn();
  ok("POST", "/sessions/" + first + "/revoke");
  const Json answer = ok("POST", path_ + "/revoke");
  EXPECT_EQ(1, answer["total_revoked"]);  // The other one had ended.
  EXPECT_EQ("revoked", answer["revoked_sessions"][0]["status"]);
  EXPECT_EQ(400, refresh());
  EXPECT_EQ(0, ok("POST", path_ + "/revoke")["total_revoked"]);
}

TEST_F(Sessions, EndWithTheLogout) {
  const std::string id = signIn();
  get("/oidc/logout?id_token_hint=" + tokens_["id_token"].get<std::string>());
  EXPECT_EQ("logout", ok("GET", "/sessions/" + id)["status"]);
}

TEST_F(Sessions, LastAsLongAsThePolicyOfTheOrganizationSays) {
  ok("PATCH", under(kTestOrganization, "/session-policy"),
     {{"policy_source", "CUSTOM"},
      {"absolute_session_timeout", 60},
      {"idle_session_timeout_enabled", true},
      {"idle_session_timeout", 10}});
  const std::string id = signIn();
  later(std::chrono::minutes(9));
  EXPECT_EQ(200, refresh());  // Idle time counts anew.
  later(std::chrono::minutes(9));
  EXPECT_EQ("active", ok("GET", "/sessions/" + id)["status"]);
  later(std::chrono::minutes(1));
  const Json session = ok("GET", "/sessions/" + id);
  EXPECT_EQ("expired", session["status"]);
  EXPECT_EQ(session["idle_expires_at"], session["expired_at"]);
  EXPECT_EQ(400, refresh());
}

TEST_F(Sessions, EndAbsolutelyHoweverBusyTheyAre) {
  ok("PATCH", under(kTestOrganization, "/session-policy"),
     {{"policy_source", "CUSTOM"}, {"absolute_session_timeout", 60}});
  const std::string id = signIn();
  later(std::chrono::minutes(59));
  EXPECT_EQ(200, refresh());
  later(std::chrono::minutes(1));
  EXPECT_EQ(400, refresh());
  EXPECT_EQ("expired", ok("GET", "/sessions/" + id)["status"]);
}

TEST_F(Sessions, EndWithTheUserOrTheMembership) {
  signIn();
  ok("DELETE", "/memberships/organizations/" + std::string(kTestOrganization) + "/users/" + kAda);
  EXPECT_EQ(400, refresh());
  signIn();
  ok("DELETE", std::string("/users/") + kAda);
  EXPECT_EQ(400, refresh());
}

}  // namespace
}  // namespace simulator_test
