// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

class OrganizationClients : public ApiTest {
 protected:
  Json create() {
    return ok("POST", path_,
              {{"name", "Deploy"},
               {"scopes", {"deploy:resources"}},
               {"audience", {"https://api.example.com"}},
               {"custom_claims", {{{"key", "team"}, {"value", "ops"}}}},
               {"expiry", "600"}},
              201);
  }
  const std::string path_ = under(kTestOrganization, "/clients");
};

TEST_F(OrganizationClients, TellTheirSecretOnce) {
  const Json made = create();
  const std::string plain = made["plain_secret"];
  const Json client = made["client"];
  const std::string id = client["client_id"];
  EXPECT_TRUE(id.starts_with("m2morg_"));
  EXPECT_EQ("600", client["expiry"]);
  EXPECT_EQ("ops", client["custom_claims"][0]["value"]);
  EXPECT_EQ(plain.substr(plain.size() - 4), client["secrets"][0]["secret_suffix"]);
  const Json read = ok("GET", path_ + "/" + id);
  EXPECT_EQ(client, read["client"]);
  EXPECT_EQ(std::string::npos, read.dump().find(plain));
  EXPECT_EQ(std::string::npos, ok("GET", path_).dump().find(plain));
  EXPECT_NE(plain, create()["plain_secret"]);
  EXPECT_LE(43U, plain.size());
}

TEST_F(OrganizationClients, RotateTheirSecrets) {
  const std::string one = path_ + "/" + create()["client"]["client_id"].get<std::string>();
  const Json second = ok("POST", one + "/secrets", {}, 201);
  EXPECT_TRUE(second["secret"]["id"].get<std::string>().starts_with("sks_"));
  EXPECT_FALSE(second["plain_secret"].get<std::string>().empty());
  Json client = ok("GET", one)["client"];
  ASSERT_EQ(2U, client["secrets"].size());
  const std::string first = one + "/secrets/" + client["secrets"][0]["id"].get<std::string>();
  EXPECT_EQ(Json::object(), ok("DELETE", first));
  expectNotFound(call("DELETE", first));
  client = ok("GET", one)["client"];
  EXPECT_EQ(second["secret"]["id"], client["secrets"][0]["id"]);
  for (std::size_t i = 1; i < limits::kSecrets; ++i) ok("POST", one + "/secrets", {}, 201);
  expectExhausted(call("POST", one + "/secrets"));
}

TEST_F(OrganizationClients, ChangeOnlyWhatWasSent) {
  const std::string one = path_ + "/" + create()["client"]["client_id"].get<std::string>();
  const Json after = ok("PATCH", one, {{"description", "New"}, {"expiry", 60}})["client"];
  EXPECT_EQ("Deploy", after["name"]);
  EXPECT_EQ("New", after["description"]);
  EXPECT_EQ("60", after["expiry"]);
  EXPECT_EQ(1U, after["scopes"].size());
  EXPECT_EQ(1U, after["secrets"].size());
  EXPECT_TRUE(ok("PATCH", one, {{"scopes", Json::array()}})["client"]["scopes"].empty());
}

TEST_F(OrganizationClients, AreRefusedWithTheFieldThatIsWrong) {
  const auto constraint = [&](const Json& body, const char* field) {
    return violated(call("POST", path_, body.dump()), std::string("client.") + field);
  };
  EXPECT_EQ("required", constraint(Json::object(), "name"));
  EXPECT_EQ("string.max_len", constraint({{"name", std::string(129, 'x')}}, "name"));
  EXPECT_EQ("string.max_len", constraint({{"name", "a"}, {"description", std::string(2001, 'x')}}, "description"));
  EXPECT_EQ("string.pattern", constraint({{"name", "a"}, {"scopes", {"two words"}}}, "scopes[0]"));
  EXPECT_EQ("string.max_len", constraint({{"name", "a"}, {"scopes", {std::string(129, 'x')}}}, "scopes[0]"));
  EXPECT_EQ("string.max_len", constraint({{"name", "a"}, {"audience", {std::string(1025, 'x')}}}, "audience[0]"));
  const Json longClaim = {{"key", std::string(129, 'x')}, {"value", std::string(1025, 'x')}};
  const Json withLongClaim = {{"name", "a"}, {"custom_claims", Json::array({longClaim})}};
  EXPECT_EQ("string.max_len", constraint(withLongClaim, "custom_claims[0].key"));
  EXPECT_EQ("string.max_len", constraint(withLongClaim, "custom_claims[0].value"));
  EXPECT_EQ("repeated.max_items",
            constraint({{"name", "a"}, {"scopes", std::vector<std::string>(101, "s")}}, "scopes"));
  EXPECT_EQ("repeated.max_items",
            constraint({{"name", "a"}, {"audience", std::vector<std::string>(21, "s")}}, "audience"));
  EXPECT_EQ("integer.range", constraint({{"name", "a"}, {"expiry", "0"}}, "expiry"));
  EXPECT_EQ("integer.range", constraint({{"name", "a"}, {"expiry", 99999999}}, "expiry"));
  EXPECT_EQ("type.integer", constraint({{"name", "a"}, {"expiry", "soon"}}, "expiry"));
  EXPECT_EQ("required", constraint({{"name", "a"}, {"custom_claims", {{{"key", "k"}}}}}, "custom_claims[0].value"));
  const Json claim = {{"key", "k"}, {"value", "v"}};
  EXPECT_EQ("repeated.unique",
            constraint({{"name", "a"}, {"custom_claims", Json::array({claim, claim})}}, "custom_claims[1].key"));
  EXPECT_EQ("repeated.max_items",
            constraint({{"name", "a"}, {"custom_claims", std::vector<Json>(21, claim)}}, "custom_claims"));
  EXPECT_EQ("unknown", constraint({{"name", "a"}, {"secret", "x"}}, "secret"));
}

TEST_F(OrganizationClients, BelongToOneOrganization) {
  const std::string id = create()["client"]["client_id"];
  create();
  EXPECT_EQ(2U, idsOfPages(path_, "clients", "client_id").size());
  expectNotFound(call("GET", under("org_70000000000000001", "/clients/") + id));
  expectNotFound(call("POST", under("org_70000000000000001", "/clients/") + id + "/secrets"));
  EXPECT_EQ(Json::object(), ok("DELETE", path_ + "/" + id));
  expectNotFound(call("GET", path_ + "/" + id));
}

TEST_F(OrganizationClients, AreBoundedInNumber) {
  change([](StateData& data) { data.environment.organizations[0].clients.resize(limits::kMachineClients); });
  expectExhausted(call("POST", path_, R"({"name":"one too many"})"));
}

}  // namespace
}  // namespace simulator_test
