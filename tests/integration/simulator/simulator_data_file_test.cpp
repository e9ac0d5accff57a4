// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "http_client.h"
#include "scalekit_simulator/simulator.h"

namespace simulator_test {
namespace {

using scalekit_simulator::Simulator;

class SimulatorDataFile : public ::testing::Test {
 protected:
  SimulatorDataFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "simulator-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "state.json";
  }
  ~SimulatorDataFile() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_, path_;
};

TEST_F(SimulatorDataFile, KeepsKeysPeopleAndRefreshTokensBetweenRuns) {
  std::string keys;
  std::string refreshToken;
  const std::string base = "http://localhost:18999";
  {
    Simulator simulator({.baseUrl = base, .dataFile = path_.string(), .publishedKeys = 1});
    simulator.start();
    simulator.addPerson("conn_70000000000000002", {.email = "new@acme.example", .groups = std::vector<std::string>{}});
    simulator.nextLogin("new@acme.example");
    HttpClient client(simulator.port());
    keys = client.get("/keys").body;
    const auto login =
        client.get("/oauth/authorize?response_type=code&scope=openid%20offline_access&domain=acme.example&client_id=" +
                   simulator.clientId() + "&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsso%2Fcallback");
    const auto tokens =
        client.post("/oauth/token",
                    "grant_type=authorization_code&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsso%2Fcallback&code=" +
                        parameterOf(login.header("Location"), "code") + "&client_id=" + simulator.clientId() +
                        "&client_secret=" + simulator.clientSecret());
    ASSERT_EQ(200, tokens.status) << tokens.body;
    refreshToken = tokens.json()["refresh_token"];
  }
  struct stat status {};
  ASSERT_EQ(0, stat(path_.c_str(), &status));
  EXPECT_EQ(0600, status.st_mode & 0777);  // It holds private keys.
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".new"));
  Simulator again({.baseUrl = base, .dataFile = path_.string(), .publishedKeys = 1});
  again.start();
  HttpClient client(again.port());
  EXPECT_EQ(keys, client.get("/keys").body);
  EXPECT_NO_THROW(again.nextLogin("new@acme.example"));
  const auto refreshed =
      client.post("/oauth/token", "grant_type=refresh_token&refresh_token=" + refreshToken +
                                      "&client_id=" + again.clientId() + "&client_secret=" + again.clientSecret());
  EXPECT_EQ(200, refreshed.status) << refreshed.body;
}

void signIn(HttpClient& client, const Simulator& simulator) {
  client.bearer = client
                      .post("/oauth/token", "grant_type=client_credentials&client_id=" + simulator.clientId() +
                                                "&client_secret=" + simulator.clientSecret())
                      .json()["access_token"];
}

TEST_F(SimulatorDataFile, KeepsWhatTheManagementApiMadeBetweenRuns) {
  const auto create = [](HttpClient& client, const std::string& target, const std::string& body) {
    const auto answer = client.postJson("/api/v1/" + target, body);
    EXPECT_LT(answer.status, 300) << target << "\n" << answer.body;
    return answer.json();
  };
  std::string base;
  std::vector<std::pair<std::string, nlohmann::json>> kept;
  {
    Simulator simulator({.dataFile = path_.string(), .publishedKeys = 1});
    simulator.start();
    HttpClient client(simulator.port());
    signIn(client, simulator);
    base = "/api/v1/organizations/" +
           create(client, "organizations",
                  R"({"display_name":"Kept","slug":"kept","metadata":{"tier":"gold"}})")["organization"]["id"]
               .get<std::string>();
    const std::string below = base.substr(std::string("/api/v1/").size());
    create(client, below + "/domains", R"({"domain":"kept.example","domain_type":"ORGANIZATION_DOMAIN"})");
    create(client, below + "/roles", R"({"name":"keeper","display_name":"Keeper","extends":"member"})");
    create(client, below + "/users", R"({"email":"kim@kept.example","membership":{"roles":[{"name":"keeper"}]}})");
    create(client, below + "/clients", R"({"name":"Deploy","expiry":"60"})");
    client.send("PATCH", base + "/session-policy", R"({"policy_source":"CUSTOM","absolute_session_timeout":60})",
                "application/json");
    for (const char* part : {"", "/domains", "/roles", "/users", "/clients", "/session-policy"}) {
      const auto answer = client.get(base + part);
      ASSERT_EQ(200, answer.status) << part;
      kept.emplace_back(part, answer.json());
    }
  }
  Simulator again({.dataFile = path_.string(), .publishedKeys = 1});
  again.start();
  HttpClient client(again.port());
  signIn(client, again);
  for (const auto& [part, before] : kept) EXPECT_EQ(before, client.get(base + part).json()) << part;
}

TEST_F(SimulatorDataFile, KeepsWhatTheAdminPortalMadeBetweenRuns) {
  const std::string organization = "/api/v1/organizations/org_70000000000000011";
  std::string connectionPath;
  nlohmann::json connection;
  nlohmann::json domains;
  {
    Simulator simulator({.dataFile = path_.string(), .publishedKeys = 1});
    simulator.start();
    HttpClient client(simulator.port());
    signIn(client, simulator);
    client.send("PATCH", organization + "/settings", R"({"features":[{"name":"domain_verification","enabled":true}]})",
                "application/json");
    const std::string location = client.send("PUT", organization + "/portal_links", "", "").json()["link"]["location"];
    ASSERT_EQ(302, client.get(location.substr(simulator.baseUrl().size())).status);
    const std::string page = client.get("/portal/sso").body;
    const auto token = page.find("name=\"csrf\" value=\"");
    ASSERT_NE(std::string::npos, token) << page;
    const std::string csrf = "csrf=" + page.substr(token + 19, 43);
    const auto made = client.post("/portal/sso/connections", csrf + "&provider=jumpcloud&type=OIDC");
    ASSERT_EQ(303, made.status) << made.body;
    const std::string below = made.header("Location");
    connectionPath = organization + "/connections" + below.substr(below.rfind('/'));
    client.post(below + "/settings", csrf + "&issuer=https%3A%2F%2Fidp.example&client_id=a&client_secret=b");
    client.post(below + "/attributes", csrf + "&map_email=mail&map_department=dept");
    client.post(below + "/enable", csrf);
    client.post("/portal/domains", csrf + "&domain=kept.example");
    connection = client.get(connectionPath).json();
    domains = client.get(organization + "/domains").json();
    ASSERT_EQ(true, connection["connection"]["enabled"]) << connection;
    ASSERT_EQ("PENDING", domains["domains"].back()["verification_status"]) << domains;
  }
  Simulator again({.dataFile = path_.string(), .publishedKeys = 1});
  again.start();
  HttpClient client(again.port());
  signIn(client, again);
  nlohmann::json kept = client.get(connectionPath).json();
  // Addresses follow the port, which is another one now.
  for (auto* one : {&connection, &kept}) {
    (*one)["connection"].erase("test_connection_uri");
    (*one)["connection"]["oidc_config"].erase("redirect_uri");
  }
  EXPECT_EQ(connection, kept);
  EXPECT_EQ(domains, client.get(organization + "/domains").json());
}

TEST_F(SimulatorDataFile, RefusesAFileThatItCannotUnderstand) {
  for (const char* text :
       {"", "{", "{}", R"({"version":99})", R"({"version":1,"seed":{},"keys":[],"grants":[],"refresh_tokens":[]})"}) {
    std::ofstream(path_) << text;
    EXPECT_THROW(Simulator({.dataFile = path_.string(), .publishedKeys = 1}), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace simulator_test
