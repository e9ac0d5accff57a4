// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"

namespace simulator_test {
namespace {

using ManagementApi = ApiTest;

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

TEST_F(ManagementApi, SaysWhatItDoesNotHave) {
  for (const char* target : {"/interceptors", "/resources", "/scopes", "/clients"}) {
    expectError(call("GET", target), 501, 12, "UNIMPLEMENTED");
  }
  expectError(call("POST", "/organizations/org_1", "{}"), 501, 12, "UNIMPLEMENTED");
  expectError(call("PATCH", under(kTestOrganization, "/connections/conn_1:explode")), 501, 12, "UNIMPLEMENTED");
  expectError(call("GET", "/organizations/org_1/domains/dom_1/more"), 501, 12, "UNIMPLEMENTED");
}

TEST_F(ManagementApi, RefusesBrokenAndSuspiciousPaths) {
  for (const char* target : {"/organizations/..%2F", "/organizations/%00", "/organizations/%ff", "/organizations/%0a",
                             "/organizations/%zz", "/organizations/", "//organizations"}) {
    expectInvalid(call("GET", target));
  }
}

TEST_F(ManagementApi, RefusesBrokenAndRepeatedParameters) {
  for (const char* query : {"?domain=a&domain=b", "?domain=%ff", "?domain=%z"}) {
    expectInvalid(call("GET", std::string("/connections") + query));
  }
}

TEST_F(ManagementApi, RefusesBodiesThatAreNoSmallStrictJsonObject) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  for (const std::string& body :
       {std::string("["), std::string("[]"), std::string("null"), std::string("\"x\""), "{\"metadata\":" + deep + "}",
        std::string("{\"display_name\":\"\xff\"}"), std::string("{\"display_name\":\"\\ud800\"}"),
        std::string(R"({"display_name":"a","display_name":"b"})"), std::string("{} {}")}) {
    expectInvalid(call("POST", "/organizations", body));
  }
}

TEST_F(ManagementApi, NamesTheRequestInEveryRefusal) {
  const auto response = call("GET", "/organizations/org_1");
  const Json detail = Json::parse(response.body)["details"][0];
  EXPECT_TRUE(response.header("x-trace-id").starts_with("req_"));
  EXPECT_EQ(response.header("x-trace-id"), detail["request_info"]["request_id"]);
}

TEST_F(ManagementApi, TakesCamelCaseMembersAndNullsAsProtoJsonDoes) {
  const Json made = ok("POST", "/organizations", {{"displayName", "Camel"}, {"externalId", nullptr}}, 201);
  EXPECT_EQ("Camel", made["organization"]["display_name"]);
  EXPECT_EQ("unique", violated(call("POST", "/organizations", R"({"displayName":"a","display_name":"b"})"),
                               "organization.display_name"));
}

TEST_F(ManagementApi, RepeatsOnlyALittleOfWhatIsWrong) {
  Json body = {{"display_name", "a"}, {std::string(129, 'x'), 1}};
  EXPECT_EQ("unknown", violated(call("POST", "/organizations", body.dump()), "organization"));
  for (int i = 0; i < 1000; ++i) body["member" + std::to_string(i)] = 1;
  const auto refused = call("POST", "/organizations", body.dump());
  expectInvalid(refused);
  const Json detail = Json::parse(refused.body)["details"][0];
  EXPECT_EQ(50U, detail["validation_error_info"]["field_violations"].size());
}

TEST_F(ManagementApi, GivesPageTokensThatFitOneListOnly) {
  const std::string token = ok("GET", "/organizations?page_size=2")["next_page_token"];
  EXPECT_EQ(1U, ok("GET", "/organizations?page_size=2&page_token=" + token)["organizations"].size());
  const std::string back = ok("GET", "/organizations?page_size=2&page_token=" + token)["prev_page_token"];
  EXPECT_EQ(2U, ok("GET", "/organizations?page_size=2&page_token=" + back)["organizations"].size());
  EXPECT_EQ("page_token", violated(call("GET", "/organizations?external_id=acme&page_token=" + token), "page_token"));
  for (const std::string& garbage : {std::string("garbage"), std::string("p2"), token + "A", token.substr(1)}) {
    EXPECT_EQ("page_token", violated(call("GET", "/organizations?page_token=" + garbage), "page_token")) << garbage;
  }
}

}  // namespace
}  // namespace simulator_test
