// SPDX-License-Identifier: Apache-2.0
// POST /oauth/token (CONTRACT.md 2.7) and the tokens of 3.1 and 3.2, verified with OpenSSL directly. SEC-SS-26.
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class Token : public SimulatorTest {
 protected:
  Json tokensFor(const std::string& email, const std::string& scope = "openid%20profile%20email") {
    const auto response = exchange(codeFor(email, scope));
    EXPECT_EQ(200, response.status) << response.body;
    return Json::parse(response.body);
  }
  HttpResponse refresh(const std::string& token, const std::string& more = {}) {
    return post("/oauth/token", std::string("grant_type=refresh_token&client_id=") + kClient +
                                    "&client_secret=" + kSecret + "&refresh_token=" + token + more);
  }
  bool active(const std::string& token) {
    const auto response = post("/oauth/introspect",
                               std::string("client_id=") + kClient + "&client_secret=" + kSecret + "&token=" + token);
    return Json::parse(response.body)["active"];
  }
  Json publishedKey() { return Json::parse(get("/keys").body)["keys"][0]; }
};

TEST_F(Token, IssuesTheIdTokenOfTheContract) {
  const std::string code = codeFor("arjun.patel@example.com");
  const auto response = exchange(code);
  ASSERT_EQ(200, response.status) << response.body;
  EXPECT_NE(std::string::npos, response.header("Cache-Control").find("no-store"));
  const Json body = Json::parse(response.body);
  EXPECT_EQ("Bearer", body["token_type"]);
  EXPECT_EQ(899, body["expires_in"]);
  EXPECT_FALSE(body.contains("refresh_token"));
  const std::string idToken = body["id_token"];
  EXPECT_TRUE(verifiesWith(idToken, publishedKey()));
  EXPECT_EQ((Json{{"alg", "RS256"}, {"kid", "snk_10000000000000001"}, {"typ", "JWT"}}), headerOf(idToken));
  Json claims = claimsOf(idToken);
  EXPECT_TRUE(claims["sid"].get<std::string>().starts_with("ses_"));
  claims.erase("sid");
  const std::string subject =
      std::string(kTestConnection) + ";" + uuidOf(std::string(kTestConnection) + ";arjun.patel@example.com");
  EXPECT_EQ((Json{{"amr", {kTestConnection}},
                  {"at_hash", base64Url(sha256(body["access_token"].get<std::string>()).substr(0, 16))},
                  {"aud", {kClient}},
                  {"azp", kClient},
                  {"c_hash", base64Url(sha256(code).substr(0, 16))},
                  {"client_id", kClient},
                  {"department", "Sales"},
                  {"email", "arjun.patel@example.com"},
                  {"exp", 1'790'003'600},
                  {"family_name", "Patel"},
                  {"given_name", "Arjun"},
                  {"groups", {"sales"}},
                  {"iat", 1'790'000'000},
                  {"iss", "http://127.0.0.1:8090"},
                  {"nonce", "no-1"},
                  {"oid", kTestOrganization},
                  {"preferred_username", "arjun.patel@example.com"},
                  {"sub", subject}}),
            claims);
}

TEST_F(Token, TellsEmailVerifiedOnlyWhenThePersonHasIt) {
  EXPECT_FALSE(claimsOf(tokensFor("arjun.patel@example.com")["id_token"]).contains("email_verified"));
  EXPECT_EQ(true, claimsOf(tokensFor("grace.hopper@example.org")["id_token"])["email_verified"]);
}

TEST_F(Token, DropsUnregisteredAndReservedAttributes) {
  context_->state.with([](StateData& data) {
    data.environment.customAttributes = {"department", "sub", "roles"};
    data.next.push_back(
        {Person{.email = "x@example.com",
                .attributes = {{"department", "D"}, {"sub", "evil"}, {"roles", "admin"}, {"shoe", "42"}}},
         {},
         {}});
  });
  const auto response = get(authorizeUrl("domain=example.com"));
  const auto body = Json::parse(
      post("/oauth/token", "grant_type=authorization_code&code=" + parameter(response.header("Location"), "code") +
                               "&redirect_uri=" + percentEncode(kCallback) + "&client_id=" + kClient +
                               "&client_secret=" + kSecret)
          .body);
  const Json claims = claimsOf(body["id_token"]);
  EXPECT_EQ("D", claims["department"]);
  EXPECT_FALSE(claims.contains("shoe"));
  EXPECT_FALSE(claims.contains("roles"));
  EXPECT_TRUE(claims["sub"].get<std::string>().starts_with("conn_"));
}

TEST_F(Token, IssuesTheModularAccessToken) {
  const Json claims = claimsOf(tokensFor("alice@acme.example")["access_token"]);
  EXPECT_EQ("conn_70000000000000002;alice@acme.example", claims["sub"]);
  EXPECT_EQ(Json::array({kClient}), claims["aud"]);
  EXPECT_TRUE(claims["jti"].get<std::string>().starts_with("tkn_"));
  EXPECT_EQ(900, claims["exp"].get<int>() - claims["iat"].get<int>());
  for (const char* absent : {"oid", "sid", "scope", "roles"}) EXPECT_FALSE(claims.contains(absent)) << absent;
}

// SEC-SS-26: code reuse takes the tokens back.
TEST_F(Token, RevokesTheTokensOfACodeThatComesTwice) {
  const std::string code = codeFor("ada.lovelace@example.com", "openid%20offline_access");
  const Json first = Json::parse(exchange(code).body);
  EXPECT_TRUE(active(first["access_token"]));
  EXPECT_EQ("invalid_grant", errorOf(exchange(code)));
  EXPECT_FALSE(active(first["access_token"]));
  EXPECT_EQ("invalid_grant", errorOf(refresh(first["refresh_token"])));
}

// SEC-SS-26: the same where no refresh token ties the access token to a grant.
TEST_F(Token, RevokesALoneAccessTokenOfACodeThatComesTwice) {
  const std::string code = codeFor("ada.lovelace@example.com");
  const Json first = Json::parse(exchange(code).body);
  EXPECT_TRUE(active(first["access_token"]));
  EXPECT_EQ("invalid_grant", errorOf(exchange(code)));
  EXPECT_FALSE(active(first["access_token"]));
}

// SEC-SS-26: redirect_uri variants, foreign client, PKCE.
TEST_F(Token, BindsTheCodeToClientRedirectUriAndVerifier) {
  const std::string code = codeFor("ada.lovelace@example.com");
  const auto attempt = [&](const std::string& uri, const std::string& verifier) {
    return post("/oauth/token", "grant_type=authorization_code&code=" + code + "&redirect_uri=" + percentEncode(uri) +
                                    "&client_id=" + kClient + "&client_secret=" + kSecret +
                                    (verifier.empty() ? "" : "&code_verifier=" + verifier));
  };
  EXPECT_EQ("invalid_grant", errorOf(attempt("http://127.0.0.1:8080/sso/callback", kVerifier)));
  EXPECT_EQ("invalid_grant", errorOf(attempt(kCallback, "")));
  EXPECT_EQ("invalid_grant", errorOf(attempt(kCallback, std::string(43, 'a'))));
  EXPECT_EQ("invalid_grant", errorOf(attempt(kCallback, challenge())));
  context_->state.with([](StateData& data) {
    data.environment.clients.push_back({.id = "skc_2",
                                        .name = "Other",
                                        .secrets = {"two"},
                                        .redirectUris = {kCallback},
                                        .postLogoutUris = {},
                                        .audience = {},
                                        .initiateLoginUri = {}});
  });
  const auto foreign =
      post("/oauth/token", "grant_type=authorization_code&code=" + code + "&redirect_uri=" + percentEncode(kCallback) +
                               "&client_id=skc_2&client_secret=two&code_verifier=" + kVerifier);
  EXPECT_EQ("invalid_grant", errorOf(foreign));
  EXPECT_EQ(200, exchange(code).status);
}

TEST_F(Token, RefusesAVerifierForACodeWithoutChallenge) {
  queue("ada.lovelace@example.com");
  const std::string code = parameter(get(authorizeUrl("domain=example.com")).header("Location"), "code");
  EXPECT_EQ("invalid_grant", errorOf(exchange(code)));
}

TEST_F(Token, LetsCodesExpire) {
  const std::string code = codeFor("ada.lovelace@example.com");
  now_ += std::chrono::seconds(600);
  EXPECT_EQ("invalid_grant", errorOf(exchange(code)));
}

TEST_F(Token, AuthenticatesClientsInOneWayOnly) {
  const std::string grant = "grant_type=client_credentials";
  const std::string posted = grant + "&client_id=" + kClient + "&client_secret=";
  const auto basic = [](const std::string& pair) {
    std::string encoded;
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : pair) {
      buffer = (buffer << 8) | static_cast<unsigned char>(c);
      for (bits += 8; bits >= 6; bits -= 6) encoded.push_back(kAlphabet[(buffer >> (bits - 6)) & 63U]);
    }
    if (bits > 0) encoded.push_back(kAlphabet[(buffer << (6 - bits)) & 63U]);
    while (encoded.size() % 4 != 0) encoded.push_back('=');
    return "Basic " + encoded;
  };
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(200, post("/oauth/token", posted + kSecret).status);
  EXPECT_EQ(200, post("/oauth/token", grant, form, basic(std::string(kClient) + ":" + kSecret)).status);
  const auto wrong = post("/oauth/token", posted + "wrong");
  EXPECT_EQ(401, wrong.status);
  EXPECT_EQ("invalid_client", errorOf(wrong));
  const auto wrongBasic = post("/oauth/token", grant, form, basic(std::string(kClient) + ":wrong"));
  EXPECT_EQ(401, wrongBasic.status);
  EXPECT_NE("", wrongBasic.header("WWW-Authenticate"));
  EXPECT_EQ(401, post("/oauth/token", grant).status);
  EXPECT_EQ(401, post("/oauth/token", grant + "&client_id=" + kClient).status);
  EXPECT_EQ(401, post("/oauth/token", grant + "&client_id=skc_1&client_secret=" + kSecret).status);
  EXPECT_EQ(401, post("/oauth/token", grant, form, "Basic !!").status);
  const auto both = post("/oauth/token", posted + kSecret, form, basic(std::string(kClient) + ":" + kSecret));
  EXPECT_EQ(400, both.status);
  EXPECT_EQ("invalid_request", errorOf(both));
}

TEST_F(Token, RefusesMalformedRequests) {
  const std::string credentials = std::string("client_id=") + kClient + "&client_secret=" + kSecret;
  EXPECT_EQ("invalid_request", errorOf(post("/oauth/token", credentials)));
  EXPECT_EQ("unsupported_grant_type", errorOf(post("/oauth/token", credentials + "&grant_type=password")));
  EXPECT_EQ("invalid_request", errorOf(post("/oauth/token", credentials + "&grant_type=a&grant_type=b")));
  EXPECT_EQ("invalid_request", errorOf(post("/oauth/token", "{}", "application/json")));
  EXPECT_EQ("invalid_request", errorOf(post("/oauth/token", credentials + "&grant_type=authorization_code")));
  EXPECT_EQ("invalid_request", errorOf(post("/oauth/token", credentials + "&grant_type=refresh_token")));
  EXPECT_EQ("invalid_scope", errorOf(post("/oauth/token", credentials + "&grant_type=client_credentials&scope=%22")));
  HttpRequest inUrl;
  inUrl.method = "POST";
  inUrl.path = "/oauth/token";
  inUrl.query = credentials + "&grant_type=client_credentials";
  inUrl.contentType = "application/x-www-form-urlencoded";
  EXPECT_EQ(400, application_->handle(inUrl).status);
}

TEST_F(Token, IssuesMachineTokens) {
  const auto response = post("/oauth/token", std::string("grant_type=client_credentials&scope=a%20b&client_id=") +
                                                 kClient + "&client_secret=" + kSecret);
  const Json body = Json::parse(response.body);
  EXPECT_EQ(86399, body["expires_in"]);
  EXPECT_EQ("a b", body["scope"]);
  const Json claims = claimsOf(body["access_token"]);
  EXPECT_EQ(kClient, claims["sub"]);
  EXPECT_EQ((Json{"a", "b"}), claims["scopes"]);
  EXPECT_FALSE(body.contains("id_token"));
}

TEST_F(Token, RotatesRefreshTokens) {
  const Json first = tokensFor("ada.lovelace@example.com", "openid%20offline_access");
  EXPECT_EQ(40U, first["refresh_token"].get<std::string>().size());
  const Json second = Json::parse(refresh(first["refresh_token"]).body);
  EXPECT_NE(first["refresh_token"], second["refresh_token"]);
  const Json before = claimsOf(first["id_token"]);
  const Json after = claimsOf(second["id_token"]);
  for (const char* same : {"sub", "oid", "sid", "iss", "aud"}) EXPECT_EQ(before[same], after[same]) << same;
  EXPECT_FALSE(after.contains("c_hash"));
  EXPECT_FALSE(after.contains("nonce"));
  EXPECT_EQ(200, refresh(second["refresh_token"]).status);
}

// RFC 9700 4.14.2: a rotated token that comes back ends the whole chain.
TEST_F(Token, RevokesTheGrantWhenARotatedRefreshTokenComesBack) {
  const Json first = tokensFor("ada.lovelace@example.com", "openid%20offline_access");
  const Json second = Json::parse(refresh(first["refresh_token"]).body);
  EXPECT_EQ("invalid_grant", errorOf(refresh(first["refresh_token"])));
  EXPECT_EQ("invalid_grant", errorOf(refresh(second["refresh_token"])));
  EXPECT_FALSE(active(second["access_token"]));
}

TEST_F(Token, StopsRefreshingForDisabledConnectionsAndInactivePeople) {
  const Json first = tokensFor("ada.lovelace@example.com", "openid%20offline_access");
  EXPECT_EQ("invalid_scope", errorOf(refresh(first["refresh_token"], "&scope=openid%20phone")));
  context_->state.with(
      [](StateData& data) { data.environment.organizations[0].connections[0].people[0].active = false; });
  EXPECT_EQ("invalid_grant", errorOf(refresh(first["refresh_token"])));
  context_->state.with([](StateData& data) {
    data.environment.organizations[0].connections[0].people[0].active = true;
    data.environment.organizations[0].connections[0].enabled = false;
  });
  EXPECT_EQ("invalid_grant", errorOf(refresh(first["refresh_token"])));
}

TEST_F(Token, AnswersUserInfoForLiveUserTokensOnly) {
  const Json tokens = tokensFor("arjun.patel@example.com");
  const auto info = get("/userinfo", "Bearer " + tokens["access_token"].get<std::string>());
  ASSERT_EQ(200, info.status);
  EXPECT_EQ("arjun.patel@example.com", Json::parse(info.body)["email"]);
  EXPECT_EQ(claimsOf(tokens["id_token"])["sub"], Json::parse(info.body)["sub"]);
  EXPECT_EQ(401, get("/userinfo", "Bearer " + tokens["id_token"].get<std::string>()).status);
  EXPECT_EQ(401, get("/userinfo", "Bearer " + machineToken()).status);
  EXPECT_EQ(401, get("/userinfo").status);
  now_ += std::chrono::seconds(900);
  EXPECT_EQ(401, get("/userinfo", "Bearer " + tokens["access_token"].get<std::string>()).status);
}

TEST_F(Token, RevokesOnRequestOfTheOwnerAndKeepsSilent) {
  const Json tokens = tokensFor("arjun.patel@example.com");
  const std::string credentials = std::string("client_id=") + kClient + "&client_secret=" + kSecret;
  EXPECT_EQ(401, post("/oauth/revoke", "token=x").status);
  EXPECT_EQ(200, post("/oauth/revoke", credentials + "&token=unknown").status);
  EXPECT_TRUE(active(tokens["access_token"]));
  EXPECT_EQ(200, post("/oauth/revoke", credentials + "&token=" + tokens["access_token"].get<std::string>()).status);
  EXPECT_FALSE(active(tokens["access_token"]));
}

TEST_F(Token, KeepsOldKeysForTheOverlapAndDropsThemAtAHardRotation) {
  const std::string before = machineToken();
  context_->state.with([&](StateData& data) {
    data.keys.rotate(SigningKey::generate("snk_2"), false, context_->now() + Seconds(3600));
  });
  EXPECT_EQ(2U, Json::parse(get("/keys").body)["keys"].size());
  EXPECT_EQ("snk_2", headerOf(machineToken())["kid"]);
  EXPECT_EQ(200, get("/api/v1/connections", "Bearer " + before).status);
  now_ += std::chrono::seconds(3600);
  EXPECT_EQ(1U, Json::parse(get("/keys").body)["keys"].size());
  EXPECT_EQ(401, get("/api/v1/connections", "Bearer " + before).status);
  context_->state.with([&](StateData& data) { data.keys.rotate(sharedKey(), true, context_->now()); });
  EXPECT_EQ(sharedKey()->kid(), Json::parse(get("/keys").body)["keys"][0]["kid"]);
}

}  // namespace
}  // namespace simulator_test
