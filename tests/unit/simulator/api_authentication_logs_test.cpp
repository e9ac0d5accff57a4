// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

class AuthenticationLogs : public ApiTest {
 protected:
  Json attempts(const std::string& query = {}) { return ok("GET", path_ + query)["authRequests"]; }
  const std::string path_ = "/logs/authentication/requests";
};

TEST_F(AuthenticationLogs, ShowALoginFromTheQuestionToTheAnswer) {
  const auto asked = get(authorizeUrl("connection_id=" + std::string(kTestConnection) + "&login_hint=a%40example.com"));
  Json entry = attempts()[0];
  EXPECT_EQ("PENDING", entry["status"]);
  EXPECT_EQ("a@example.com", entry["email"]);
  EXPECT_TRUE(entry["auth_request_id"].get<std::string>().starts_with("req_"));
  const std::string id = parameter(asked.header("Location"), "authRequestID");
  post("/login", "authRequestID=" + id + "&scenario=login&person=ada.lovelace%40example.com");
  ASSERT_EQ(1U, attempts().size());
  const Json after = attempts()[0];
  EXPECT_EQ("SUCCESS", after["status"]);
  EXPECT_EQ("ada.lovelace@example.com", after["email"]);
  EXPECT_EQ(entry["auth_request_id"], after["auth_request_id"]);
  EXPECT_EQ(kTestOrganization, after["organization_id"]);
  EXPECT_EQ("IDP_SIMULATOR", after["connection_provider"]);
  EXPECT_EQ(kTestConnection, after["connection_details"][0]["connection_id"]);
  EXPECT_EQ(kClient, after["client_id"]);
  EXPECT_EQ("Reference application", after["client_name"]);
  EXPECT_EQ("2026-09-21T14:13:20Z", after["timestamp"]);
}

TEST_F(AuthenticationLogs, ShowEveryKindOfFailure) {
  // The person is refused.
  codeFor("dave@acme.example");
  EXPECT_EQ("FAILED", attempts()[0]["status"]);
  EXPECT_EQ("dave@acme.example", attempts()[0]["email"]);
  // The page was told to fail.
  const auto asked = get(authorizeUrl("connection_id=" + std::string(kTestConnection)));
  post("/login",
       "authRequestID=" + parameter(asked.header("Location"), "authRequestID") + "&scenario=error&error=access_denied");
  EXPECT_EQ("FAILED", attempts()[0]["status"]);
  // A silent request that cannot be.
  get(authorizeUrl("prompt=none&connection_id=" + std::string(kTestConnection)));
  EXPECT_EQ("FAILED", attempts()[0]["status"]);
  // The request itself is refused.
  get(authorizeUrl("connection_id=conn_1&login_hint=" + std::string(400, 'x')));
  EXPECT_EQ("FAILED", attempts()[0]["status"]);
  EXPECT_EQ("", attempts()[0]["email"]);
  EXPECT_FALSE(attempts()[0].contains("connection_id"));
  // The app tile of somebody inactive.
  post("/login", "client_id=" + std::string(kClient) +
                     "&connection_id=conn_70000000000000002&scenario=idp_initiated&person=dave%40acme.example");
  EXPECT_EQ("dave@acme.example", attempts()[0]["email"]);
  EXPECT_EQ(5U, attempts("?status=failed").size());
}

TEST_F(AuthenticationLogs, AreFilteredAndPagedNewestFirst) {
  codeFor("ada.lovelace@example.com");
  now_ += std::chrono::seconds(10);
  codeFor("dave@acme.example");
  now_ += std::chrono::seconds(10);
  codeFor("arjun.patel@example.com");
  EXPECT_EQ(3U, idsOfPages(path_, "authRequests", "auth_request_id").size());
  EXPECT_EQ("arjun.patel@example.com", attempts()[0]["email"]);
  EXPECT_EQ(2U, attempts("?status=SUCCESS").size());
  EXPECT_EQ(3U, attempts("?status=success&status=FAILED").size());
  EXPECT_EQ(1U, attempts("?email=ADA.lovelace%40example.com").size());
  EXPECT_EQ(2U, attempts("?start_time=2026-09-21T14:13:30Z").size());
  EXPECT_EQ(2U, attempts("?end_time=2026-09-21T14:13:30Z").size());
  EXPECT_EQ(3U, attempts(std::string("?client_id=") + kClient).size());
  EXPECT_EQ(0U, attempts("?client_id=skc_1").size());
  EXPECT_EQ(0U, attempts("?resource_id=res_1").size());
  EXPECT_EQ("string.in", violated(call("GET", path_ + "?status=DONE"), "status"));
  EXPECT_EQ("timestamp", violated(call("GET", path_ + "?end_time=now"), "end_time"));
  expectInvalid(call("GET", path_ + "?page_size=101"));
  expectInvalid(call("GET", path_ + "?email=a&email=b"));
}

TEST_F(AuthenticationLogs, KeepABoundedNumber) {
  change([](StateData& data) { data.attempts.resize(limits::kLoginAttempts); });
  codeFor("ada.lovelace@example.com");
  EXPECT_EQ(limits::kLoginAttempts, ok("GET", path_)["total_size"].get<std::size_t>());
  EXPECT_EQ("ada.lovelace@example.com", attempts()[0]["email"]);
}

}  // namespace
}  // namespace simulator_test
