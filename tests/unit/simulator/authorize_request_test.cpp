// SPDX-License-Identifier: Apache-2.0
// Authorization requests: CONTRACT.md 2.4 to 2.6. SEC-SS-26: refused as a real provider would.
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class Authorize : public SimulatorTest {
 protected:
  /// The error in the redirect back to the application.
  std::string redirectError(const std::string& more, const std::string& scope = "openid") {
    const auto response = get(authorizeUrl(more, scope));
    const std::string location = response.header("Location");
    EXPECT_EQ(302, response.status);
    EXPECT_TRUE(location.starts_with(std::string(kCallback) + "?")) << location;
    EXPECT_EQ("st-1", parameter(location, "state"));
    return parameter(location, "error");
  }
  /// The connection that a request with these selectors leads to.
  std::string connectionFor(const std::string& more) {
    const auto response = get(authorizeUrl(more));
    const std::string id = parameter(response.header("Location"), "authRequestID");
    return context_->state.with([&](StateData& data) {
      const AuthRequest* request = data.authRequests.find(id, context_->now());
      return request == nullptr ? "none: " + response.header("Location") : request->connectionId;
    });
  }
};

TEST_F(Authorize, SendsTheBrowserToTheLoginPage) {
  const auto response = get(authorizeUrl(std::string("organization_id=") + kTestOrganization));
  EXPECT_EQ(302, response.status);
  EXPECT_TRUE(response.header("Location").starts_with("/login?authRequestID=req_"));
}

TEST_F(Authorize, PrefersSelectorsInTheDocumentedOrder) {
  const std::string organization = "organization_id=org_70000000000000011";
  EXPECT_EQ("conn_70000000000000002", connectionFor("connection_id=conn_70000000000000002&" + organization));
  EXPECT_EQ("conn_70000000000000012", connectionFor(organization + "&domain=acme.example"));
  EXPECT_EQ("conn_70000000000000002", connectionFor("domain=acme.example&login_hint=ada%40example.com"));
  EXPECT_EQ("conn_70000000000000002", connectionFor("domain_hint=acme.example&login_hint=ada%40example.com"));
  EXPECT_EQ(kTestConnection, connectionFor("login_hint=ada%40example.org"));
  EXPECT_EQ("no_configured_connections", redirectError("provider=google&" + organization));
}

TEST_F(Authorize, NeverFallsThroughFromAWrongSelector) {
  const std::string good = std::string("&organization_id=") + kTestOrganization;
  EXPECT_EQ("invalid_connection_id", redirectError("connection_id=conn_1" + good));
  EXPECT_EQ("invalid_organization_id", redirectError("organization_id=org_1&domain=example.com"));
  EXPECT_EQ("domain_not_found", redirectError("domain=nowhere.example&login_hint=ada%40example.com"));
  EXPECT_EQ("invalid_request", redirectError("provider=myspace" + good));
}

TEST_F(Authorize, MatchesDomainsExactlyAndWithoutLetterCase) {
  EXPECT_EQ(kTestConnection, connectionFor("domain=EXAMPLE.com"));
  EXPECT_EQ("domain_not_found", redirectError("domain=eu.example.com"));
  EXPECT_EQ("domain_not_found", redirectError("domain=com"));
  EXPECT_EQ("invalid_request", redirectError("domain=example.com&domain_hint=example.org"));
  EXPECT_EQ(kTestConnection, connectionFor("domain=example.com&domain_hint=example.com"));
}

TEST_F(Authorize, SaysWhyNoConnectionServes) {
  EXPECT_EQ("invalid_connection_selector", redirectError(""));
  EXPECT_EQ("invalid_connection_selector", redirectError("login_hint=ada"));
  context_->state.with([](StateData& data) {
    data.environment.organizations[0].connections[0].enabled = false;
    data.environment.organizations[1].connections.clear();
    data.environment.organizations[2].connections[0].status = "DRAFT";
  });
  EXPECT_EQ("connection_not_active", redirectError(std::string("connection_id=") + kTestConnection));
  EXPECT_EQ("no_active_connections", redirectError(std::string("organization_id=") + kTestOrganization));
  EXPECT_EQ("no_active_connections", redirectError("domain=example.com"));
  EXPECT_EQ("no_configured_connections", redirectError("domain=acme.example"));
  EXPECT_EQ("no_active_connections", redirectError("domain=globex.example"));
}

// SEC-SS-26: nothing is sent to an address that nobody registered.
TEST_F(Authorize, ShowsAPageInsteadOfRedirectingWhenClientOrUriAreUnknown) {
  const auto page = [&](const std::string& query) { return get("/oauth/authorize?" + query); };
  const std::string rest = "&response_type=code&scope=openid&state=s&domain=example.com";
  const std::string uri = "&redirect_uri=" + percentEncode(kCallback);
  for (const auto& query :
       {std::string("client_id=skc_1") + uri + rest, uri.substr(1) + rest, std::string("client_id=") + kClient + rest,
        std::string("client_id=") + kClient + "&redirect_uri=https%3A%2F%2Fevil.example%2Fcb" + rest,
        std::string("client_id=") + kClient + uri + "%2F" + rest,
        std::string("client_id=") + kClient + uri + "%3Fa=b" + rest,
        std::string("client_id=") + kClient + "&redirect_uri=HTTP%3A%2F%2Flocalhost%3A8080%2Fsso%2Fcallback" + rest,
        std::string("client_id=") + kClient +
            "&redirect_uri=" + percentEncode("http://localhost:8080@evil.example/sso/callback") + rest}) {
    const auto response = page(query);
    EXPECT_EQ(400, response.status) << query;
    EXPECT_EQ("", response.header("Location")) << query;
    EXPECT_NE(std::string::npos, response.body.find("Cannot continue")) << query;
  }
}

TEST_F(Authorize, RefusesAnInactiveApplicationOnAPage) {
  context_->state.with([](StateData& data) { data.environment.clients[0].active = false; });
  const auto response = get(authorizeUrl("domain=example.com"));
  EXPECT_EQ(400, response.status);
  EXPECT_NE(std::string::npos, response.body.find("application_not_active"));
}

TEST_F(Authorize, RefusesMalformedProtocolParameters) {
  const std::string good = "domain=example.com";
  const std::string head =
      std::string("/oauth/authorize?client_id=") + kClient + "&redirect_uri=" + percentEncode(kCallback) + "&";
  const auto error = [&](const std::string& query) { return parameter(get(head + query).header("Location"), "error"); };
  EXPECT_EQ("invalid_request", error("scope=openid&" + good));
  EXPECT_EQ("unsupported_response_type", error("response_type=token&scope=openid&" + good));
  EXPECT_EQ("invalid_request", error("response_type=code&" + good));
  EXPECT_EQ("invalid_scope", error("response_type=code&scope=profile&" + good));
  EXPECT_EQ("invalid_scope", error("response_type=code&scope=openid%20root&" + good));
  EXPECT_EQ("invalid_request", redirectError(good + "&response_mode=fragment"));
  EXPECT_EQ("invalid_request", redirectError(good + "&request=eyJ"));
  EXPECT_EQ("invalid_request", redirectError(good + "&prompt=sometimes"));
  EXPECT_EQ("invalid_request", redirectError(good + "&prompt=none%20login"));
  EXPECT_EQ("invalid_request", redirectError(good + "&login_hint=" + std::string(3000, 'x')));
}

TEST_F(Authorize, RefusesARepeatedParameterAndDropsARepeatedState) {
  const auto response = get(authorizeUrl("domain=example.com&state=st-2"));
  const std::string location = response.header("Location");
  EXPECT_EQ("invalid_request", parameter(location, "error"));
  EXPECT_EQ("", parameter(location, "state"));
}

// SEC-SS-26: PKCE with plain, or none where it is required.
TEST_F(Authorize, AcceptsPkceWithS256Only) {
  const std::string good = "domain=example.com&code_challenge=";
  EXPECT_EQ(kTestConnection, connectionFor(good + challenge() + "&code_challenge_method=S256"));
  EXPECT_EQ("invalid_request", redirectError(good + challenge()));
  EXPECT_EQ("invalid_request", redirectError(good + challenge() + "&code_challenge_method=plain"));
  EXPECT_EQ("invalid_request", redirectError(good + "short&code_challenge_method=S256"));
  EXPECT_EQ("invalid_request", redirectError("domain=example.com&code_challenge_method=S256"));
  context_->state.with([](StateData& data) { data.environment.clients[0].enforcePkce = true; });
  EXPECT_EQ("invalid_request", redirectError("domain=example.com"));
}

TEST_F(Authorize, AnswersPromptNoneWithoutASessionByLoginRequired) {
  EXPECT_EQ("login_required", redirectError("domain=example.com&prompt=none"));
}

TEST_F(Authorize, AnswersPromptNoneFromTheSessionOfAnEarlierLogin) {
  queue("arjun.patel@example.com");
  const auto first = get(authorizeUrl("domain=example.com"));
  const std::string cookie = first.header("Set-Cookie").substr(0, first.header("Set-Cookie").find(';'));
  const auto silent = get(authorizeUrl("domain=example.com&prompt=none"), {}, cookie);
  EXPECT_NE("", parameter(silent.header("Location"), "code"));
  // Another person is asked for, or another connection: the session does not answer.
  const auto other =
      get(authorizeUrl("domain=example.com&prompt=none&login_hint=ada.lovelace%40example.com"), {}, cookie);
  EXPECT_EQ("login_required", parameter(other.header("Location"), "error"));
  const auto elsewhere = get(authorizeUrl("domain=acme.example&prompt=none"), {}, cookie);
  EXPECT_EQ("login_required", parameter(elsewhere.header("Location"), "error"));
  // Without prompt=none the page comes: whoever tests wants to choose.
  EXPECT_TRUE(get(authorizeUrl("domain=example.com"), {}, cookie).header("Location").starts_with("/login?"));
}

TEST_F(Authorize, KeepsTheStateByteForByteInTheRedirect) {
  queue("ada.lovelace@example.com");
  const std::string state = "a b&c=d%/?#\xC3\xA9";
  auto url = authorizeUrl("domain=example.com");
  url.replace(url.find("st-1"), 4, percentEncode(state));
  EXPECT_EQ(state, parameter(get(url).header("Location"), "state"));
}

TEST_F(Authorize, ReturnsAQueuedError) {
  context_->state.with([](StateData& data) { data.next.push_back({std::nullopt, "access_denied", "No."}); });
  EXPECT_EQ("access_denied", redirectError("domain=example.com"));
}

TEST_F(Authorize, RefusesInactivePeopleAndPeopleOutsideTheConnection) {
  queue("dave@acme.example");
  EXPECT_EQ("user_not_active", redirectError("domain=acme.example"));
  context_->state.with(
      [](StateData& data) { data.environment.organizations[0].connections[0].domains = {"example.com"}; });
  queue("grace.hopper@example.org");
  EXPECT_EQ("invalid_user_domain", redirectError("domain=example.com"));
}

}  // namespace
}  // namespace simulator_test
