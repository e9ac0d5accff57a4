// SPDX-License-Identifier: Apache-2.0
#include "scalekit/connection_directory.h"

#include "unit/scalekit/scalekit_fixture.h"

namespace sso::test {
namespace {

using Answer = detail::ConnectionDirectory::Answer;

std::string listing(const std::string& organization = "org_1", const std::string& status = "COMPLETED") {
  return R"({"connections":[{"id":"conn_1","organization_id":")" + organization + R"(","status":")" + status +
         R"(","enabled":true,"domains":["acme.com"]}]})";
}

class ConnectionDirectoryTest : public ScalekitTest {
 protected:
  std::size_t listRequests() const { return transport->requests("/api/v1/connections").size(); }
  Answer ofOrganization(const std::string& id = "org_1") { return directory.ofOrganization(id, ""); }

  detail::ConnectionDirectory directory{scalekitOptions(), transport, tokens, clock, log, retries};
};

TEST_F(ConnectionDirectoryTest, AsksWithTokenAndVersion) {
  transport->onJson("/api/v1/connections", listing());
  EXPECT_EQ(ofOrganization(), Answer::kActive);
  const auto requests = transport->requests("/api/v1/connections");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].url, kEnvironment + "/api/v1/connections?organization_id=org_1");
  EXPECT_TRUE(requests[0].safeToRepeat);
  const HttpResponse headers{0, requests[0].headers, ""};
  EXPECT_EQ(headers.header("Authorization"), "Bearer token-1");
  EXPECT_TRUE(headers.header("x-sdk-version").starts_with("Scalekit-Cpp/"));
}

TEST_F(ConnectionDirectoryTest, AnswersFromOneListForAMinute) {
  transport->onJson("/api/v1/connections", listing());
  EXPECT_EQ(directory.ofOrganization("org_1", "conn_1"), Answer::kActive);
  EXPECT_EQ(directory.ofOrganization("org_1", "conn_2"), Answer::kInactive);
  EXPECT_EQ(listRequests(), 1u);
  clock->advance(seconds(60));
  ofOrganization();
  EXPECT_EQ(listRequests(), 2u);
}

TEST_F(ConnectionDirectoryTest, ForgetsAnOrganizationByItsIdAndByItsDomains) {
  transport->onJson("/api/v1/connections", listing());
  const auto asks = [&](const std::function<void()>& question) {
    const auto before = listRequests();
    question();
    return listRequests() > before;
  };
  const auto byDomain = [&] { directory.ofDomain("acme.com", "org_1"); };
  const auto others = [&] { directory.ofDomain("acme.com", "org_2"), ofOrganization("org_2"); };
  ofOrganization(), byDomain(), others();
  directory.forget("org_1");
  EXPECT_TRUE(asks([&] { ofOrganization(); }));
  EXPECT_TRUE(asks(byDomain));
  EXPECT_FALSE(asks(others)) << "another organization's";
}

// SEC-MG-06
TEST_F(ConnectionDirectoryTest, AnotherOrganizationsConnectionIsNotUsed) {
  transport->onJson("/api/v1/connections", listing("org_2"));
  EXPECT_EQ(directory.ofDomain("acme.com", "org_1"), Answer::kInactive);
  EXPECT_EQ(directory.ofDomain("acme.com", "org_2"), Answer::kActive);
}

// SEC-MG-06
TEST_F(ConnectionDirectoryTest, ADraftIsNotUsed) {
  transport->onJson("/api/v1/connections", listing("org_1", "DRAFT"));
  EXPECT_EQ(directory.ofDomain("acme.com", "org_1"), Answer::kInactive);
}

// SEC-MG-01
TEST_F(ConnectionDirectoryTest, OneRefusedTokenIsRenewedOnce) {
  int calls = 0;
  transport->on("/api/v1/connections",
                [&](const HttpRequest&) { return ++calls == 1 ? json("{}", 401) : json(listing()); });
  EXPECT_EQ(ofOrganization(), Answer::kActive);
  EXPECT_EQ(tokenRequests(), 2);
}

// SEC-MG-01
TEST_F(ConnectionDirectoryTest, TokensThatAreAlwaysRefusedEndInUnknown) {
  transport->onJson("/api/v1/connections", "{}", 401);
  EXPECT_EQ(ofOrganization(), Answer::kUnknown);
  EXPECT_EQ(tokenRequests(), 2);
  EXPECT_EQ(listRequests(), 2u);
}

// An embedder's transport may throw what it likes; the question is noexcept and must not end the process.
TEST_F(ConnectionDirectoryTest, WhateverTheTransportThrowsIsUnknown) {
  transport->on("/api/v1/connections", [](const HttpRequest&) -> HttpResponse { throw 42; });
  EXPECT_EQ(ofOrganization(), Answer::kUnknown);
}

// SEC-MG-02
TEST_F(ConnectionDirectoryTest, TroubleOfScalekitIsUnknownAfterThreeTries) {
  for (const int status : {429, 500, 503}) {
    transport->onJson("/api/v1/connections", "{}", status);
    const auto before = listRequests();
    EXPECT_EQ(ofOrganization("org_" + std::to_string(status)), Answer::kUnknown);
    EXPECT_EQ(listRequests(), before + 3);
  }
}

// SEC-MG-02, R-01: the circuit opens, and closes again when Scalekit is back.
TEST_F(ConnectionDirectoryTest, AnswersAtOnceWhileScalekitIsAway) {
  transport->failWith("/api/v1/connections");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ofOrganization(), Answer::kUnknown);
  const auto asked = listRequests();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ofOrganization(), Answer::kUnknown);
  EXPECT_EQ(listRequests(), asked);
  EXPECT_EQ(log->lines().size(), 3u) << "one line per question that was asked";
  transport->onJson("/api/v1/connections", listing());
  clock->advance(seconds(3));
  EXPECT_EQ(ofOrganization(), Answer::kActive);
}

TEST_F(ConnectionDirectoryTest, TheCircuitOpensForDomainsToo) {
  transport->onJson("/api/v1/connections", "{}", 503);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(directory.ofDomain("acme.com", "org_1"), Answer::kUnknown);
  const auto asked = listRequests();
  EXPECT_EQ(directory.ofDomain("acme.com", "org_1"), Answer::kUnknown);
  EXPECT_EQ(listRequests(), asked);
}

TEST_F(ConnectionDirectoryTest, GarbageIsUnknown) {
  transport->onJson("/api/v1/connections", "<html>");
  EXPECT_EQ(ofOrganization(), Answer::kUnknown);
}

TEST_F(ConnectionDirectoryTest, AnUnknownOrganizationIsInactive) {
  transport->onJson("/api/v1/connections", "{}", 404);
  EXPECT_EQ(ofOrganization(), Answer::kInactive);
}

TEST_F(ConnectionDirectoryTest, AForbiddenListIsUnknownAndLoggedWithItsTrace) {
  transport->on("/api/v1/connections", [](const HttpRequest&) {
    return HttpResponse{403, {{"x-trace-id", "trace-7"}}, "{}"};
  });
  EXPECT_EQ(ofOrganization(), Answer::kUnknown);
  EXPECT_NE(log->text().find("trace-7"), std::string::npos);
}

// CONTRACT.md 4.5: the domain parameter may be capped at 32 characters.
TEST_F(ConnectionDirectoryTest, ARefusedDomainFallsBackToTheOrganization) {
  const std::string domain = "a-very-long-company-name.example-of-a-domain.com";
  transport->onJson("connections?domain=", R"({"code":3,"message":"too long"})", 400);
  transport->onJson(
      "connections?organization_id=",
      R"({"connections":[{"id":"c","organization_id":"org_1","status":"COMPLETED","enabled":true,"domains":[")" +
          domain + R"("]}]})");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(directory.ofDomain(domain, "org_1"), Answer::kActive);
    EXPECT_EQ(directory.ofDomain("another-very-long-company-name.example.com", "org_1"), Answer::kInactive);
  }
  EXPECT_EQ(transport->requests("organization_id=").size(), 1u);
}

// SEC-MG-08: nothing in a value can name another call.
TEST_F(ConnectionDirectoryTest, ValuesAreEncoded) {
  transport->onJson("/api/v1/connections", "{}");
  ofOrganization("../x?include=all&organization_id=org_2#:enable");
  directory.ofDomain("a.com&organization_id=org_2/../:enable", "org_1");
  const auto requests = transport->requests("/api/v1/connections");
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].url,
            kEnvironment +
                "/api/v1/connections?organization_id=..%2Fx%3Finclude%3Dall%26organization_id%3Dorg_2%23%3Aenable");
  EXPECT_EQ(requests[1].url,
            kEnvironment + "/api/v1/connections?domain=a.com%26organization_id%3Dorg_2%2F..%2F%3Aenable");
}

// Nothing secret reaches the log, whatever fails.
TEST_F(ConnectionDirectoryTest, FailuresLogNoSecret) {
  transport->onJson("/oauth/token", R"({"error":"invalid_client","error_description":"CANARY"})", 401);
  EXPECT_EQ(ofOrganization(), Answer::kUnknown);
  transport->onJson("/api/v1/connections", "CANARY", 500);
  EXPECT_EQ(ofOrganization("org_2"), Answer::kUnknown);
  EXPECT_EQ(log->text().find("CANARY"), std::string::npos) << log->text();
}

}  // namespace
}  // namespace sso::test
