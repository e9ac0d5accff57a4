// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

class Roles : public ApiTest {
 protected:
  static std::vector<std::string> names(const Json& list) {
    std::vector<std::string> all;
    for (const auto& item : list) all.push_back(item["name"]);
    return all;
  }
  using Names = std::vector<std::string>;
  const Json editor_ = {
      {"name", "editor"}, {"display_name", "Editor"}, {"extends", "member"}, {"permissions", {"write:documents"}}};
};

TEST_F(Roles, AreCreatedAndRead) {
  const Json made = ok("POST", "/roles", editor_, 201)["role"];
  EXPECT_TRUE(made["id"].get<std::string>().starts_with("role_"));
  EXPECT_EQ("Editor", made["display_name"]);
  EXPECT_FALSE(made["is_org_role"].get<bool>());
  EXPECT_EQ(Names{"write:documents"}, names(made["permissions"]));
  EXPECT_FALSE(ok("GET", "/roles/editor")["role"].contains("permissions"));
  EXPECT_EQ(Names{"write:documents"}, names(ok("GET", "/roles/editor?include=permissions")["role"]["permissions"]));
  const Json all = ok("GET", "/roles/editor?include=permissions:all")["role"]["permissions"];
  EXPECT_EQ((Names{"write:documents", "read:documents"}), names(all));
  EXPECT_EQ("member", all[1]["role_name"]);
  EXPECT_EQ((Names{"admin", "member", "editor"}), names(ok("GET", "/roles")["roles"]));
  EXPECT_EQ("string.in", violated(call("GET", "/roles?include=all"), "include"));
}

TEST_F(Roles, AreRefusedWithTheFieldThatIsWrong) {
  const auto constraint = [&](const char* member, const Json& value) {
    Json body = editor_;
    body[member] = value;
    return violated(call("POST", "/roles", body.dump()), std::string("role.") + member);
  };
  EXPECT_EQ("required", constraint("name", nullptr));
  EXPECT_EQ("string.pattern", constraint("name", "an editor"));
  EXPECT_EQ("string.max_len", constraint("name", std::string(65, 'x')));
  EXPECT_EQ("required", constraint("display_name", nullptr));
  EXPECT_EQ("string.max_len", constraint("display_name", std::string(101, 'x')));
  EXPECT_EQ("string.max_len", constraint("description", std::string(2001, 'x')));
  EXPECT_EQ("string.max_len", constraint("extends", std::string(65, 'x')));
  EXPECT_EQ("role.exists", constraint("extends", "king"));
  EXPECT_EQ("permission.exists", constraint("permissions", {"rule:all"}));
  EXPECT_EQ("repeated.max_items", constraint("permissions", std::vector<std::string>(101, "read:documents")));
  EXPECT_EQ("unknown", constraint("colour", "red"));
  expectTaken(call("POST", "/roles", R"({"name":"admin","display_name":"A"})"));
}

TEST_F(Roles, ExtendNoCircle) {
  EXPECT_EQ("role.circle", violated(call("PUT", "/roles/member", R"({"extends":"admin"})"), "role.extends"));
  EXPECT_EQ("role.circle", violated(call("PUT", "/roles/member", R"({"extends":"member"})"), "role.extends"));
}

TEST_F(Roles, ChangeOnlyWhatWasSent) {
  const Json after =
      ok("PUT", "/roles/admin", {{"description", "All of it"}, {"permissions", {"manage:members"}}})["role"];
  EXPECT_EQ("Admin", after["display_name"]);
  EXPECT_EQ("All of it", after["description"]);
  EXPECT_EQ(Names{"manage:members"}, names(after["permissions"]));
  EXPECT_EQ("unknown", violated(call("PUT", "/roles/admin", R"({"name":"boss"})"), "role.name"));
  expectNotFound(call("PUT", "/roles/king", "{}"));
}

TEST_F(Roles, AreDeletedOnceNobodyNeedsThem) {
  expectError(call("DELETE", "/roles/member"), 400, 9, "FAILED_PRECONDITION");  // admin extends it
  expectError(call("DELETE", "/roles/admin"), 400, 9, "FAILED_PRECONDITION");   // Ada has it
  EXPECT_EQ("role.exists", violated(call("DELETE", "/roles/admin?reassign_role_name=king"), "reassign_role_name"));
  EXPECT_EQ("role.exists", violated(call("DELETE", "/roles/admin?reassign_role_name=admin"), "reassign_role_name"));
  EXPECT_EQ(Json::object(), ok("DELETE", "/roles/admin?reassign_role_name=member"));
  expectNotFound(call("GET", "/roles/admin"));
  const Json ada = ok("GET", "/users:external/user-ada")["user"];
  EXPECT_EQ("member", ada["memberships"][0]["roles"][0]["name"]);
  EXPECT_EQ("member", environment().defaultCreatorRole);
  ok("POST", "/roles", editor_, 201);
  ok("DELETE", "/roles/editor");
}

TEST_F(Roles, PassTheirDependentsOn) {
  ok("POST", "/roles", editor_, 201);
  ok("DELETE", "/roles/member?reassign_role_name=editor");
  EXPECT_EQ("editor", ok("GET", "/roles/admin")["role"]["extends"]);
  EXPECT_EQ("", ok("GET", "/roles/editor")["role"]["extends"]);
}

TEST_F(Roles, CountTheirMembersAndDependents) {
  EXPECT_EQ("1", ok("GET", "/roles/admin/users:count")["count"]);
  EXPECT_EQ(Names{"admin"}, names(ok("GET", "/roles/member/dependents")["roles"]));
  EXPECT_EQ(1, ok("GET", "/roles/member")["role"]["dependent_roles_count"]);
  expectNotFound(call("GET", "/roles/king/users:count"));
}

TEST_F(Roles, OfAnOrganizationHideThoseOfTheEnvironment) {
  const std::string path = under(kTestOrganization, "/roles");
  const Json made = ok("POST", path, {{"name", "admin"}, {"display_name", "Our admin"}}, 201)["role"];
  EXPECT_TRUE(made["is_org_role"].get<bool>());
  EXPECT_EQ((Names{"admin", "member", "admin"}), names(ok("GET", path)["roles"]));
  EXPECT_EQ("Our admin", ok("GET", path + "/admin")["role"]["display_name"]);
  EXPECT_EQ("Admin", ok("GET", "/roles/admin")["role"]["display_name"]);
  EXPECT_EQ("Member", ok("GET", path + "/member")["role"]["display_name"]);
  EXPECT_EQ("0", ok("GET", "/roles/admin/users:count")["count"]);
  EXPECT_EQ("1", ok("GET", path + "/admin/users:count")["count"]);
  EXPECT_TRUE(ok("GET", under(kTestOrganization, "/users/usr_59615193906282661/permissions"))["permissions"].empty());
  expectNotFound(call("PUT", path + "/member", "{}"));  // Not the organization's.
  expectTaken(call("POST", path, R"({"name":"admin","display_name":"A"})"));
  ok("DELETE", path + "/admin?reassign_role_name=member");
  EXPECT_EQ("Admin", ok("GET", path + "/admin")["role"]["display_name"]);
}

TEST_F(Roles, HaveDefaults) {
  const Json set = ok("PATCH", "/roles:set_defaults", {{"default_member_role", "admin"}});
  EXPECT_EQ("admin", set["default_member"]["name"]);
  EXPECT_TRUE(set["default_member"]["default_member"].get<bool>());
  EXPECT_EQ("admin", set["default_creator"]["name"]);
  EXPECT_EQ("member",
            ok("PATCH", "/roles/default", {{"default_member", {{"name", "member"}}}})["default_member"]["name"]);
  EXPECT_EQ("role.exists", violated(call("PATCH", "/roles:set_defaults", R"({"default_creator_role":"king"})"),
                                    "default_creator_role"));
  const std::string path = under(kTestOrganization, "/roles:set_defaults");
  EXPECT_EQ("admin", ok("PATCH", path, {{"default_member_role", "admin"}})["default_member"]["name"]);
  EXPECT_EQ("required", violated(call("PATCH", path, "{}"), "default_member_role"));
  const Json user = ok("POST", under(kTestOrganization, "/users"), {{"email", "eve@example.com"}}, 201)["user"];
  EXPECT_EQ("admin", user["memberships"][0]["roles"][0]["name"]);
}

TEST_F(Roles, AreBoundedInNumber) {
  change([](StateData& data) {
    data.environment.roles.resize(limits::kRoles);
    data.environment.organizations[0].roles.resize(limits::kOrganizationRoles);
  });
  expectExhausted(call("POST", "/roles", R"({"name":"more","display_name":"M"})"));
  expectExhausted(call("POST", under(kTestOrganization, "/roles"), R"({"name":"more","display_name":"M"})"));
}

using Permissions = Roles;

TEST_F(Permissions, AreCreatedChangedAndDeleted) {
  const Json made = ok("POST", "/permissions", {{"name", "read:reports"}, {"description", "Read"}}, 201)["permission"];
  EXPECT_TRUE(made["id"].get<std::string>().starts_with("perm_"));
  EXPECT_EQ(made, ok("GET", "/permissions/read:reports")["permission"]);
  EXPECT_EQ("See", ok("PUT", "/permissions/read:reports",
                      {{"name", "read:reports"}, {"description", "See"}})["permission"]["description"]);
  EXPECT_EQ("immutable", violated(call("PUT", "/permissions/read:reports", R"({"name":"x"})"), "permission.name"));
  ok("POST", "/roles/member/permissions", {{"permission_names", {"read:reports"}}});
  EXPECT_EQ(Json::object(), ok("DELETE", "/permissions/read:reports"));
  expectNotFound(call("GET", "/permissions/read:reports"));
  EXPECT_EQ(Names{"read:documents"}, names(ok("GET", "/roles/member/permissions")["permissions"]));
}

TEST_F(Permissions, HaveNamesOfLettersDigitsColons) {
  for (const auto& [name, constraint] :
       std::initializer_list<std::pair<Json, const char*>>{{"", "string.min_len"},
                                                           {std::string(65, 'x'), "string.max_len"},
                                                           {"read docs", "string.pattern"},
                                                           {"read-docs", "string.pattern"},
                                                           {nullptr, "required"}}) {
    EXPECT_EQ(constraint, violated(call("POST", "/permissions", Json{{"name", name}}.dump()), "permission.name"));
  }
  expectTaken(call("POST", "/permissions", R"({"name":"read:documents"})"));
}

TEST_F(Permissions, ComeInPages) {
  EXPECT_EQ(3U, idsOfPages("/permissions", "permissions").size());
  EXPECT_EQ(3, ok("GET", "/permissions?type=ENVIRONMENT")["total_size"]);
  EXPECT_EQ(0, ok("GET", "/permissions?type=SCALEKIT")["total_size"]);
  EXPECT_EQ("string.in", violated(call("GET", "/permissions?type=X"), "type"));
  expectInvalid(call("GET", "/permissions?page_size=101"));
}

TEST_F(Permissions, AreAddedToRolesAndTakenAway) {
  const Json sent = {{"permission_names", {"manage:members", "read:documents"}}};
  const Json added = ok("POST", "/roles/member/permissions", sent)["permissions"];
  EXPECT_EQ((Names{"read:documents", "manage:members"}), names(added));
  EXPECT_EQ(3U, ok("GET", "/roles/admin/permissions:all")["permissions"].size());
  EXPECT_EQ(Json::object(), ok("DELETE", "/roles/member/permissions/manage:members"));
  expectNotFound(call("DELETE", "/roles/member/permissions/manage:members"));
  EXPECT_EQ("permission.exists",
            violated(call("POST", "/roles/member/permissions", R"({"permission_names":["x"]})"), "permission_names"));
  EXPECT_EQ("required", violated(call("POST", "/roles/member/permissions", "{}"), "permission_names"));
  expectNotFound(call("POST", "/roles/king/permissions", sent.dump()));
}

TEST_F(Permissions, AreRefusedWithMoreThanFits) {
  const Json wordy = {{"name", "a:b"}, {"description", std::string(2001, 'x')}};
  EXPECT_EQ("string.max_len", violated(call("POST", "/permissions", wordy.dump()), "permission.description"));
  EXPECT_EQ("unknown", violated(call("POST", "/permissions", R"({"name":"a:b","id":"perm_1"})"), "permission.id"));
  const Json many = {{"permission_names", std::vector<std::string>(101, "read:documents")}};
  EXPECT_EQ("repeated.max_items", violated(call("POST", "/roles/member/permissions", many.dump()), "permission_names"));
}

TEST_F(Permissions, AreBoundedPerRoleAndInAll) {
  change([](StateData& data) {
    for (int i = 0; i < 100; ++i) {
      data.environment.permissions.push_back({"perm_" + std::to_string(i), "p" + std::to_string(i), ""});
      data.environment.roles[1].permissions.push_back("p" + std::to_string(i));
    }
  });
  EXPECT_EQ("repeated.max_items",
            violated(call("POST", "/roles/member/permissions", R"({"permission_names":["manage:members"]})"),
                     "permission_names"));
  change([](StateData& data) { data.environment.permissions.resize(limits::kPermissions); });
  expectExhausted(call("POST", "/permissions", R"({"name":"one:more"})"));
}

}  // namespace
}  // namespace simulator_test
