// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 2.4, 2.7, 2.8; SECURITY 1.1 and 1.3.
#include "oidc/oidc_client.h"

#include <gmock/gmock.h>

#include "base/circuit_breaker.h"
#include "base/time_budget.h"
#include "base/url.h"
#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class OidcClientTest : public VerifierFixture {
 protected:
  detail::OidcClient client() {
    metadata = std::make_shared<detail::ProviderMetadata>(transport, options, clock, log);
    return {options, transport, metadata};
  }
  static detail::AuthorizationRequest request() {
    return {.state = "s-1",
            .nonce = "n-1",
            .codeChallenge = "c-1",
            .connectionId = {},
            .organizationId = {},
            .domain = {},
            .loginHint = {},
            .provider = {},
            .prompt = {}};
  }
  Parameters parametersOf(const std::string& url) { return Parameters::parse(detail::parseUrl(url).value().query); }
  static json tokens() {
    return {{"access_token", "an-access-token"},
            {"id_token", "an-id-token"},
            {"token_type", "Bearer"},
            {"expires_in", 899}};
  }
  detail::TokenResponse exchange() { return client().exchangeCode("the code", Secret("the-verifier")); }
  void answer(int status, const std::string& type, const std::string& body) {
    transport->on("/oauth/token", [=](const HttpRequest&) {
      return HttpResponse{status, {{"content-type", type}}, body};
    });
  }
  void exchangeWhole() {
    answer(200, "application/json", tokens().dump());
    exchange();
  }
  std::string refusalOfAnswer(const std::string& body, ErrorCode code = ErrorCode::kLoginFailed) {
    answer(200, "application/json", body);
    return refusalOf([this] { exchange(); }, code);
  }
  std::string refusalWithMember(const std::string& member, const json& value) {
    json body = tokens();
    body[member] = value;
    return refusalOfAnswer(body.dump());
  }
};

TEST_F(OidcClientTest, AsksForACodeWithStateNonceAndPkce) {  // SEC-AR-01
  const std::string url = client().authorizationUrl(request());
  EXPECT_TRUE(url.starts_with("https://acme.scalekit.com/oauth/authorize?"));
  const Parameters sent = parametersOf(url);
  EXPECT_EQ(sent.single("response_type"), "code");
  EXPECT_EQ(sent.single("client_id"), kClientId);
  EXPECT_EQ(sent.single("redirect_uri"), "https://app.example.com/sso/callback");
  EXPECT_EQ(sent.single("scope"), "openid profile email");
  EXPECT_EQ(sent.single("state"), "s-1");
  EXPECT_EQ(sent.single("nonce"), "n-1");
  EXPECT_EQ(sent.single("code_challenge"), "c-1");
  EXPECT_EQ(sent.single("code_challenge_method"), "S256");
  for (const char* name :
       {"connection_id", "organization_id", "domain", "domain_hint", "login_hint", "provider", "prompt"}) {
    EXPECT_FALSE(sent.has(name)) << name;
  }
}
TEST_F(OidcClientTest, SendsPkceWhateverDiscoveryLists) {  // SEC-DI-06, SEC-AR-01; RFC 9700 2.1.1
  for (const json& methods : {json(nullptr), json::array(), json::array({"plain"}), json("S256"), json(7)}) {
    json document = discovery();
    if (!methods.is_null()) document["code_challenge_methods_supported"] = methods;
    transport->onJson("/.well-known/openid-configuration", document.dump());
    const Parameters sent = parametersOf(client().authorizationUrl(request()));
    EXPECT_EQ(sent.single("code_challenge_method"), "S256") << methods;
    EXPECT_EQ(sent.single("code_challenge"), "c-1") << methods;
    exchangeWhole();
    const auto form = Parameters::parse(transport->requests("/oauth/token").back().body);
    EXPECT_EQ(form.single("code_verifier"), "the-verifier") << methods;
  }
}
TEST_F(OidcClientTest, SendsEverySelectorOnce) {  // CONTRACT.md 2.4
  auto asked = request();
  asked.connectionId = "conn_1", asked.organizationId = "org_1", asked.domain = "example.com";
  asked.loginHint = "a+b@example.com", asked.provider = "google", asked.prompt = "login";
  const Parameters sent = parametersOf(client().authorizationUrl(asked));
  EXPECT_EQ(sent.single("connection_id"), "conn_1");
  EXPECT_EQ(sent.single("organization_id"), "org_1");
  EXPECT_EQ(sent.single("domain"), "example.com");
  EXPECT_EQ(sent.single("domain_hint"), "example.com");
  EXPECT_EQ(sent.single("login_hint"), "a+b@example.com");
  EXPECT_EQ(sent.single("provider"), "google");
  EXPECT_EQ(sent.single("prompt"), "login");
}
TEST_F(OidcClientTest, NeverLetsAValueBecomeAParameter) {  // SEC-AR-03
  for (const std::string& hostile :
       {std::string("x&prompt=none"), std::string("x#y"), std::string("x\r\nLocation: y"), std::string("x\0y", 3),
        std::string("%26state=z"), std::string("a b"), std::string(10'000, '&')}) {
    auto asked = request();
    asked.connectionId = asked.organizationId = asked.domain = asked.loginHint = asked.provider = hostile;
    const std::string url = client().authorizationUrl(asked);
    EXPECT_EQ(std::count(url.begin(), url.end(), '&'), 7 + 6);
    EXPECT_EQ(url.find_first_of("#\r\n "), std::string::npos);
    EXPECT_EQ(url.find('\0'), std::string::npos);
    EXPECT_THAT(url, HasSubstr("&connection_id=" + percentEncode(hostile) + "&"));
  }
}
TEST_F(OidcClientTest, PutsNoSecretInAUrl) {  // SEC-AR-08
  EXPECT_THAT(client().authorizationUrl(request()), Not(HasSubstr("test_secret")));
}

TEST_F(OidcClientTest, ExchangesTheCode) {  // CONTRACT.md 2.7
  answer(200, "application/json", tokens().dump());
  options.clientSecret = Secret("s3cret&=+");
  const auto response = exchange();
  EXPECT_EQ(response.idToken.reveal(), "an-id-token");
  EXPECT_EQ(response.accessToken.reveal(), "an-access-token");
  const HttpRequest sent = transport->requests("/oauth/token").at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://acme.scalekit.com/oauth/token");
  EXPECT_FALSE(sent.safeToRepeat);
  EXPECT_EQ(sent.timeout, options.requestTimeout);
  EXPECT_EQ(sent.maxBodyBytes, options.maxResponseBytes);
  const Parameters form = Parameters::parse(sent.body);
  EXPECT_EQ(form.single("grant_type"), "authorization_code");
  EXPECT_EQ(form.single("code"), "the code");
  EXPECT_EQ(form.single("redirect_uri"), "https://app.example.com/sso/callback");
  EXPECT_EQ(form.single("client_id"), kClientId);
  EXPECT_EQ(form.single("client_secret"), "s3cret&=+");
  EXPECT_EQ(form.single("code_verifier"), "the-verifier");
  for (const auto& [name, value] : sent.headers) {
    EXPECT_NE(name, "Authorization");
    if (name == "Content-Type") {
      EXPECT_EQ(value, "application/x-www-form-urlencoded");
    }
  }
}
TEST_F(OidcClientTest, TellsARefusedCodeFromOtherErrors) {  // SEC-TR-02, CONTRACT.md 2.7
  answer(400, "application/json", R"({"error":"invalid_grant","error_description":"<b>marker\r\n</b>"})");
  EXPECT_EQ(refusalOf([this] { exchange(); }), "invalid_grant");
  EXPECT_EQ(transport->requests("/oauth/token").size(), 1u);
  for (const char* error : {"invalid_request", "unsupported_grant_type", "invalid_scope", "made_up"}) {
    answer(400, "application/json", json{{"error", error}}.dump());
    EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamRejected), "upstream") << error;
  }
  answer(400, "text/html", "<html>");
  EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamRejected), "upstream");
  answer(500, "application/json", R"({"error":"invalid_grant"})");  // a broken server is no refusal
  EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamUnavailable), "upstream");
}
TEST_F(OidcClientTest, TellsTheOperatorAboutWrongCredentials) {  // CONTRACT.md 2.7
  for (const auto& [status, error] :
       {std::pair(401, "invalid_client"), std::pair(400, "unauthorized_client"), std::pair(401, "x")}) {
    answer(status, "application/json", json{{"error", error}}.dump());
    try {
      exchange();
      FAIL();
    } catch (const Error& refusal) {
      EXPECT_EQ(refusal.code(), ErrorCode::kUpstreamRejected);
      EXPECT_THAT(refusal.hint(), HasSubstr("SCALEKIT_CLIENT_SECRET"));
    }
  }
}
TEST_F(OidcClientTest, ReportsAnUnavailableServer) {  // SEC-TR-01: at once, whatever Retry-After says
  for (const int status : {500, 502, 503, 429}) {
    answer(status, "text/html", "<html>");
    EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamUnavailable), "upstream") << status;
  }
  transport->failWith("/oauth/token");
  EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamUnavailable), "upstream");
  EXPECT_EQ(transport->requests("/oauth/token").size(), 5u);  // one each: never sent twice (SEC-TR-13)
}
// R-01: what a slow database of ours used up must not make Scalekit look away.
TEST_F(OidcClientTest, BlamesScalekitOnlyForWhatHadTimeToBeAnswered) {
  transport->failWith("/oauth/token");
  metadata = std::make_shared<detail::ProviderMetadata>(transport, options, clock, log);
  const auto circuit = std::make_shared<detail::CircuitBreaker>(clock);
  const detail::OidcClient asking(options, transport, metadata, nullptr, circuit);
  const auto failThrice = [&] {
    for (int i = 0; i < detail::CircuitBreaker::kFailures; ++i) {
      EXPECT_THROW(asking.exchangeCode("the code", Secret("the-verifier")), Error);
    }
  };
  {
    const detail::TimeBudget budget(*clock, options.totalTimeout);
    clock->advance(options.totalTimeout - options.requestTimeout / 3);
    failThrice();
    EXPECT_TRUE(circuit->allows());
  }
  const detail::TimeBudget budget(*clock, options.totalTimeout);
  failThrice();
  EXPECT_FALSE(circuit->allows());
}

TEST_F(OidcClientTest, DoesNotFollowRedirects) {  // SEC-TR-12
  for (const int status : {302, 307}) {
    transport->on("/oauth/token", [status](const HttpRequest&) {
      return HttpResponse{status, {{"location", "https://evil.example/"}}, ""};
    });
    EXPECT_EQ(refusalOf([this] { exchange(); }, ErrorCode::kUpstreamRejected), "upstream");
  }
  EXPECT_TRUE(transport->requests("evil.example").empty());
}
TEST_F(OidcClientTest, WantsJson) {  // SEC-TR-04
  for (const char* type : {"text/html", "", "application/jsonx", "text/json", "application/json+x"}) {
    answer(200, type, tokens().dump());
    EXPECT_EQ(refusalOf([this] { exchange(); }), "token_response") << type;
  }
  for (const char* type : {"application/json", "Application/JSON ; charset=utf-8"}) {
    answer(200, type, tokens().dump());
    EXPECT_EQ(refusalOf([this] { exchange(); }), "none") << type;
  }
}
TEST_F(OidcClientTest, WantsBothTokens) {  // SEC-TR-05
  for (const char* member : {"id_token", "access_token"}) {
    for (const json& value : {json(nullptr), json::array({"a"}), json(""), json(7)}) {
      EXPECT_EQ(refusalWithMember(member, value), "token_response") << member << value;
    }
    json body = tokens();
    body.erase(member);
    EXPECT_EQ(refusalOfAnswer(body.dump()), "token_response") << member;
  }
}
TEST_F(OidcClientTest, WantsABearerToken) {  // SEC-TR-06
  EXPECT_EQ(refusalWithMember("token_type", "mac"), "token_response");
  EXPECT_EQ(refusalWithMember("token_type", nullptr), "token_response");
  EXPECT_EQ(refusalWithMember("token_type", "bearerx"), "token_response");
  EXPECT_EQ(refusalWithMember("token_type", "beare"), "token_response");
  EXPECT_EQ(refusalWithMember("token_type", "bEARER"), "none");
  for (const json& junk : {json("soon"), json(1e300), json(-1), json(nullptr), json::array()}) {
    EXPECT_EQ(refusalWithMember("expires_in", junk), "none");
  }
}
TEST_F(OidcClientTest, RefusesBodiesThatAreNoObject) {  // SEC-TR-07, SEC-TR-08
  const std::string good = tokens().dump();
  EXPECT_EQ(refusalOfAnswer("[]"), "token_response");
  EXPECT_EQ(refusalOfAnswer(""), "malformed");
  EXPECT_EQ(refusalOfAnswer("\xEF\xBB\xBF" + good), "malformed");
  EXPECT_EQ(refusalOfAnswer(good + good), "malformed");
  EXPECT_EQ(refusalOfAnswer(R"({"x":")"
                            "\xFF\"," +
                            good.substr(1)),
            "malformed");
  EXPECT_EQ(refusalOfAnswer(R"({"id_token":"another",)" + good.substr(1)), "json_duplicate");
  EXPECT_EQ(refusalOfAnswer(std::string(100'000, '[')), "malformed");  // SEC-TR-11
}
TEST_F(OidcClientTest, PutsNothingOfAnAnswerIntoErrors) {  // DESIGN promise 5
  for (const int status : {200, 400, 401, 500}) {
    answer(status, "application/json",
           R"({"error":"marker","error_description":"marker","id_token":"marker","access_token":7})");
    try {
      exchange();
      FAIL() << status;
    } catch (const Error& error) {
      EXPECT_THAT(error.what() + error.hint(), Not(HasSubstr("marker"))) << status;
      EXPECT_THAT(error.what() + error.hint(), Not(HasSubstr("test_secret"))) << status;
    }
  }
}

TEST_F(OidcClientTest, LogsOutAtScalekit) {  // CONTRACT.md 2.8
  const std::string url = client().logoutUrl("an.id.token", "s-1");
  EXPECT_TRUE(url.starts_with("https://acme.scalekit.com/oidc/logout?"));
  const Parameters sent = parametersOf(url);
  EXPECT_EQ(sent.single("id_token_hint"), "an.id.token");
  EXPECT_EQ(sent.single("post_logout_redirect_uri"), "https://app.example.com/login");
  EXPECT_EQ(sent.single("state"), "s-1");
  EXPECT_FALSE(parametersOf(client().logoutUrl("", "s-1")).has("id_token_hint"));
}

}  // namespace
}  // namespace sso::test
