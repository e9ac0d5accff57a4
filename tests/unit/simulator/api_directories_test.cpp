// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"

namespace simulator_test {
namespace {

class Directories : public ApiTest {
 protected:
  const std::string path_ = under(kTestOrganization, "/directories");
  const std::string one_ = path_ + "/dir_59615193906282639";
};

TEST_F(Directories, AreListedAndRead) {
  const Json list = ok("GET", path_)["directories"];
  ASSERT_EQ(1U, list.size());
  EXPECT_EQ(list[0], ok("GET", one_)["directory"]);
  EXPECT_EQ("SCIM", list[0]["directory_type"]);
  EXPECT_EQ("OKTA", list[0]["directory_provider"]);
  EXPECT_EQ("http://127.0.0.1:8090/directory/dir_59615193906282639/scim/v2", list[0]["directory_endpoint"]);
  EXPECT_EQ(3, list[0]["total_users"]);
  EXPECT_EQ(3, list[0]["stats"]["total_groups"]);
  EXPECT_EQ("2024-01-02T00:00:00Z", list[0]["stats"]["user_updated_at"]);
  EXPECT_EQ("admin", list[0]["role_assignments"]["assignments"][0]["role_name"]);
  EXPECT_TRUE(ok("GET", under("org_70000000000000001", "/directories"))["directories"].empty());
  expectNotFound(call("GET", under("org_70000000000000001", "/directories/dir_59615193906282639")));
  expectNotFound(call("GET", path_ + "/dir_1/users"));
}

TEST_F(Directories, ListTheirUsersInPages) {
  EXPECT_EQ(3U, idsOfPages(one_ + "/users", "users").size());
  const Json users = ok("GET", one_ + "/users");
  EXPECT_EQ(3, users["total_size"]);
  EXPECT_EQ("Ada", users["users"][0]["given_name"]);
  EXPECT_EQ("engineering", users["users"][0]["groups"][0]["display_name"]);
  EXPECT_FALSE(users["users"][0].contains("user_detail"));
  EXPECT_EQ(false, ok("GET", one_ + "/users?include_detail=true")["users"][2]["user_detail"]["active"]);
  for (const char* query : {"?page_size=31", "?page_token=x", "?include_detail=maybe", "?updated_after=yesterday"}) {
    expectInvalid(call("GET", one_ + "/users" + query));
  }
  EXPECT_EQ("string.max_len",
            violated(call("GET", one_ + "/users?directory_group_id=" + std::string(38, 'x')), "directory_group_id"));
}

TEST_F(Directories, FilterUsersByGroupAndTime) {
  EXPECT_EQ(1, ok("GET", one_ + "/users?directory_group_id=dirgroup_59615193906282643")["total_size"]);
  EXPECT_EQ(0, ok("GET", one_ + "/users?directory_group_id=dirgroup_1")["total_size"]);
  const Json changed = ok("GET", one_ + "/users?updated_after=2024-01-01T12:00:00Z");
  EXPECT_EQ(1, changed["total_size"]);
  EXPECT_EQ("arjun.patel@example.com", changed["users"][0]["email"]);
  EXPECT_EQ(0, ok("GET", one_ + "/users?updated_after=2024-01-02T00:00:00Z")["total_size"]);
}

TEST_F(Directories, ListTheirGroupsInPages) {
  EXPECT_EQ(3U, idsOfPages(one_ + "/groups", "groups").size());
  const Json groups = ok("GET", one_ + "/groups?include_external_groups=true&include_detail=true");
  EXPECT_EQ("engineering", groups["groups"][0]["display_name"]);
  EXPECT_EQ(1, groups["groups"][0]["total_users"]);
  EXPECT_EQ(Json::object(), groups["groups"][0]["group_detail"]);
  EXPECT_EQ(1, ok("GET", one_ + "/groups?updated_after=2024-01-01T00:00:00Z")["total_size"]);
  for (const char* query : {"?page_size=31", "?include_external_groups=x", "?updated_after=1"}) {
    expectInvalid(call("GET", one_ + "/groups" + query));
  }
}

TEST_F(Directories, AreSwitchedOffAndOn) {
  EXPECT_FALSE(ok("PATCH", one_ + ":disable")["enabled"].get<bool>());
  EXPECT_FALSE(ok("GET", one_)["directory"]["enabled"].get<bool>());
  change([](StateData& data) { data.environment.organizations[0].directories[0].status = "DRAFT"; });
  const Json refused = ok("PATCH", one_ + ":enable");
  EXPECT_FALSE(refused["enabled"].get<bool>());
  EXPECT_NE("", refused["error_message"]);
  change([](StateData& data) { data.environment.organizations[0].directories[0].status = "COMPLETED"; });
  EXPECT_TRUE(ok("PATCH", one_ + ":enable")["enabled"].get<bool>());
  expectNotFound(call("PATCH", path_ + "/dir_1:enable"));
}

}  // namespace
}  // namespace simulator_test
