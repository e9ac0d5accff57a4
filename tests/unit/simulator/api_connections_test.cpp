// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"

namespace simulator_test {
namespace {

class Connections : public ApiTest {
 protected:
  std::vector<std::string> list(const std::string& query) {
    std::vector<std::string> ids;
    const Json answer = ok("GET", "/connections" + query);
    for (const auto& connection : answer["connections"]) ids.push_back(connection["id"]);
    return ids;
  }
  const std::string path_ = under(kTestOrganization, "/connections/") + kTestConnection;
};

TEST_F(Connections, AreListedByDomainAndOrganization) {
  EXPECT_EQ(std::vector<std::string>{kTestConnection}, list("?domain=example.org"));
  EXPECT_EQ(std::vector<std::string>{kTestConnection}, list("?domain=EXAMPLE.ORG"));
  EXPECT_TRUE(list("?domain=sub.example.org").empty());
  EXPECT_EQ(std::vector<std::string>{"conn_70000000000000002"}, list("?organization_id=org_70000000000000001"));
  EXPECT_TRUE(list("?organization_id=org_70000000000000001&domain=example.org").empty());
  EXPECT_EQ(3U, list("").size());
  expectNotFound(call("GET", "/connections?organization_id=org_1"));
  expectInvalid(call("GET", "/connections?domain=a&domain=b"));
  EXPECT_EQ("string.in", violated(call("GET", "/connections?include=some"), "include"));
}

TEST_F(Connections, AreFoundByDomainsOfAnyLength) {
  const std::string domain = "a-domain-of-more-than-thirty-two-characters.example";
  ok("POST", under(kTestOrganization, "/domains"), {{"domain", domain}, {"domain_type", "ORGANIZATION_DOMAIN"}});
  EXPECT_EQ(std::vector<std::string>{kTestConnection}, list("?domain=" + domain));
  EXPECT_EQ("string.max_len", violated(call("GET", "/connections?domain=" + std::string(256, 'a')), "domain"));
}

TEST_F(Connections, AreSwitchedOffAndOn) {
  EXPECT_FALSE(ok("PATCH", path_ + ":disable")["enabled"].get<bool>());
  EXPECT_TRUE(list("?domain=example.com").empty());
  EXPECT_EQ(1U, list("?domain=example.com&include=all").size());
  EXPECT_TRUE(ok("PATCH", path_ + ":enable")["enabled"].get<bool>());
  EXPECT_EQ(1U, list("?domain=example.com").size());
  change([](StateData& data) {
    data.environment.organizations[0].connections[0].enabled = false;
    data.environment.organizations[0].connections[0].status = "DRAFT";
  });
  const Json refused = ok("PATCH", path_ + ":enable");
  EXPECT_FALSE(refused["enabled"].get<bool>());
  EXPECT_NE("", refused["error_message"]);
}

TEST_F(Connections, AreReadInTheirOwnOrganizationOnly) {
  const Json connection = ok("GET", path_)["connection"];
  EXPECT_EQ("IDP_SIMULATOR", connection["provider"]);
  EXPECT_TRUE(connection.contains("oidc_config"));
  EXPECT_EQ(2U, connection["domains"].size());
  const std::string elsewhere = "/organizations/org_70000000000000001/connections/" + std::string(kTestConnection);
  expectNotFound(call("GET", elsewhere));
  expectNotFound(call("PATCH", elsewhere + ":disable"));
  expectNotFound(call("DELETE", elsewhere));
}

TEST_F(Connections, AreGoneOnceDeleted) {
  EXPECT_EQ(Json::object(), ok("DELETE", path_));
  expectNotFound(call("GET", path_));
  expectNotFound(call("DELETE", path_));
  EXPECT_TRUE(list("?domain=example.com&include=all").empty());
}

TEST_F(Connections, EndTheSessionsOfTheirPeopleWhenDeleted) {
  const Json tokens = Json::parse(exchange(codeFor("ada.lovelace@example.com")).body);
  const std::string session = claimsOf(tokens["id_token"])["sid"];
  ok("DELETE", path_);
  EXPECT_EQ("revoked", ok("GET", "/sessions/" + session)["status"]);
}

TEST_F(Connections, MarkTheDataFileDirtyWhenTheyChange) {
  const auto version = context_->state.version();
  ok("PATCH", path_ + ":enable");  // It was.
  EXPECT_EQ(version, context_->state.version());
  ok("PATCH", path_ + ":disable");
  EXPECT_LT(version, context_->state.version());
}

}  // namespace
}  // namespace simulator_test
