// SPDX-License-Identifier: Apache-2.0
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class ManagementApi : public SimulatorTest {
 protected:
  HttpResponse call(const std::string& target, const std::string& method = "GET") {
    if (token_.empty()) token_ = machineToken();
    HttpRequest request;
    request.method = method;
    const auto question = target.find('?');
    request.path = "/api/v1" + target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.authorization = "Bearer " + token_;
    return application_->handle(request);
  }
  std::vector<std::string> connectionIds(const std::string& query) {
    std::vector<std::string> ids;
    const Json body = Json::parse(call("/connections" + query).body);
    for (const auto& connection : body["connections"]) ids.push_back(connection["id"]);
    return ids;
  }
  void expectError(const HttpResponse& response, int status, int code, const char* name) {
    EXPECT_EQ(status, response.status);
    const Json body = Json::parse(response.body);
    EXPECT_EQ(code, body["code"]);
    EXPECT_EQ(name, body["details"][0]["error_code"]);
    EXPECT_EQ("type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", body["details"][0]["@type"]);
  }
  std::string token_;
};

TEST_F(ManagementApi, NeedsAMachineToken) {
  expectError(get("/api/v1/connections"), 401, 16, "UNAUTHENTICATED");
  expectError(get("/api/v1/connections", "Bearer nonsense"), 401, 16, "UNAUTHENTICATED");
  const Json user = Json::parse(exchange(codeFor("ada.lovelace@example.com")).body);
  expectError(get("/api/v1/connections", "Bearer " + user["access_token"].get<std::string>()), 403, 7,
              "PERMISSION_DENIED");
  expectError(get("/api/v1/connections", "Bearer " + user["id_token"].get<std::string>()), 403, 7, "PERMISSION_DENIED");
  const std::string machine = machineToken();
  now_ += std::chrono::hours(24);
  expectError(get("/api/v1/connections", "Bearer " + machine), 401, 16, "UNAUTHENTICATED");
}

TEST_F(ManagementApi, ListsActiveConnectionsByDomainAndOrganization) {
  EXPECT_EQ(std::vector<std::string>{kTestConnection}, connectionIds("?domain=example.org"));
  EXPECT_EQ(std::vector<std::string>{kTestConnection}, connectionIds("?domain=EXAMPLE.ORG"));
  EXPECT_TRUE(connectionIds("?domain=sub.example.org").empty());
  EXPECT_EQ(std::vector<std::string>{"conn_70000000000000002"},
            connectionIds("?organization_id=org_70000000000000001"));
  EXPECT_EQ(3U, connectionIds("").size());
  expectError(call("/connections?organization_id=org_1"), 404, 5, "NOT_FOUND");
  expectError(call("/connections?domain=a&domain=b"), 400, 3, "INVALID_ARGUMENT");
}

TEST_F(ManagementApi, SwitchesConnectionsOffAndOn) {
  const std::string path = std::string("/organizations/") + kTestOrganization + "/connections/" + kTestConnection;
  EXPECT_FALSE(Json::parse(call(path + ":disable", "PATCH").body)["enabled"].get<bool>());
  EXPECT_TRUE(connectionIds("?domain=example.com").empty());
  EXPECT_EQ(1U, connectionIds("?domain=example.com&include=all").size());
  EXPECT_TRUE(Json::parse(call(path + ":enable", "PATCH").body)["enabled"].get<bool>());
  EXPECT_EQ(1U, connectionIds("?domain=example.com").size());
  context_->state.with([](StateData& data) {
    data.environment.organizations[0].connections[0].enabled = false;
    data.environment.organizations[0].connections[0].status = "DRAFT";
  });
  const Json refused = Json::parse(call(path + ":enable", "PATCH").body);
  EXPECT_FALSE(refused["enabled"].get<bool>());
  EXPECT_NE("", refused["error_message"]);
  // A connection of another organization is not found under this one.
  expectError(call("/organizations/org_70000000000000001/connections/" + std::string(kTestConnection)), 404, 5,
              "NOT_FOUND");
}

TEST_F(ManagementApi, ReadsOrganizationsConnectionsAndDomains) {
  const std::string base = std::string("/organizations/") + kTestOrganization;
  EXPECT_EQ("Test Organization", Json::parse(call(base).body)["organization"]["display_name"]);
  EXPECT_EQ("org_70000000000000001", Json::parse(call("/organizations:external/acme").body)["organization"]["id"]);
  const Json connection = Json::parse(call(base + "/connections/" + kTestConnection).body)["connection"];
  EXPECT_EQ("IDP_SIMULATOR", connection["provider"]);
  EXPECT_TRUE(connection.contains("oidc_config"));
  const Json domains = Json::parse(call(base + "/domains").body);
  EXPECT_EQ(2U, domains["domains"].size());
  EXPECT_EQ("VERIFIED", domains["domains"][0]["verification_status"]);
  EXPECT_EQ("example.com", Json::parse(call(base + "/domains/dom_59615193906282637").body)["domain"]["domain"]);
  expectError(call("/organizations/org_1"), 404, 5, "NOT_FOUND");
  expectError(call("/organizations/..%2F"), 400, 3, "INVALID_ARGUMENT");
}

TEST_F(ManagementApi, PagesThroughOrganizations) {
  std::vector<std::string> seen;
  std::string token;
  for (int pages = 0; pages < 5; ++pages) {
    const Json page =
        Json::parse(call("/organizations?page_size=2" + (token.empty() ? "" : "&page_token=" + token)).body);
    for (const auto& organization : page["organizations"]) seen.push_back(organization["id"]);
    EXPECT_EQ(3, page["total_size"]);
    token = page["next_page_token"];
    if (token.empty()) break;
  }
  EXPECT_EQ(3U, seen.size());
  expectError(call("/organizations?page_token=garbage"), 400, 3, "INVALID_ARGUMENT");
  expectError(call("/organizations?page_size=1000"), 400, 3, "INVALID_ARGUMENT");
}

TEST_F(ManagementApi, SaysWhatItDoesNotHave) {
  expectError(call("/organizations", "POST"), 501, 12, "UNIMPLEMENTED");
  expectError(call(std::string("/organizations/") + kTestOrganization + "/portal_links", "PUT"), 501, 12,
              "UNIMPLEMENTED");
  expectError(call("/users"), 501, 12, "UNIMPLEMENTED");
}

}  // namespace
}  // namespace simulator_test
