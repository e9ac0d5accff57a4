// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

constexpr const char* kAcme = "org_70000000000000001";

class Users : public ApiTest {
 protected:
  Json create(const Json& body, const std::string& query = "?send_invitation_email=false") {
    return ok("POST", under(kAcme, "/users") + query, body, 201)["user"];
  }
  HttpResponse tryCreate(const Json& body) { return call("POST", under(kAcme, "/users"), body.dump()); }
};

TEST_F(Users, AreCreatedWithAMembership) {
  const Json user = create({{"email", "Eve@acme.example"},
                            {"external_id", "eve"},
                            {"metadata", {{"plan", "gold"}}},
                            {"membership", {{"roles", {{{"name", "admin"}}}}, {"metadata", {{"desk", "4"}}}}},
                            {"user_profile", {{"given_name", "Eve"}, {"groups", {"a", "b"}}, {"locale", "en-GB"}}}});
  EXPECT_TRUE(user["id"].get<std::string>().starts_with("usr_"));
  EXPECT_TRUE(user["user_profile"]["id"].get<std::string>().starts_with("usp_"));
  EXPECT_EQ("Eve@acme.example", user["email"]);
  EXPECT_EQ("Eve", user["user_profile"]["given_name"]);
  ASSERT_EQ(1U, user["memberships"].size());
  const Json membership = user["memberships"][0];
  EXPECT_EQ(kAcme, membership["organization_id"]);
  EXPECT_EQ("Acme Corporation", membership["display_name"]);
  EXPECT_EQ("ACTIVE", membership["membership_status"]);
  EXPECT_EQ("admin", membership["roles"][0]["name"]);
  EXPECT_EQ((Json{"write:documents", "manage:members", "read:documents"}), membership["permissions"]);
  EXPECT_EQ(user, ok("GET", "/users/" + user["id"].get<std::string>())["user"]);
  EXPECT_EQ(user, ok("GET", "/users:external/eve")["user"]);
}

TEST_F(Users, GetTheDefaultRoleWhenNobodyNamesOne) {
  EXPECT_EQ("member", create({{"email", "eve@acme.example"}})["memberships"][0]["roles"][0]["name"]);
}

TEST_F(Users, AreRefusedWithTheFieldThatIsWrong) {
  const std::string e = "eve@acme.example";
  Json tooMany = Json::object();
  for (int i = 0; i < 21; ++i) tooMany["key" + std::to_string(i)] = "v";
  const std::vector<std::tuple<Json, const char*, const char*>> cases = {
      {Json::object(), "user.email", "required"},
      {{{"email", "nobody"}}, "user.email", "string.email"},
      {{{"email", "a b@c.example"}}, "user.email", "string.email"},
      {{{"email", e}, {"external_id", 4}}, "user.external_id", "type.string"},
      {{{"email", e}, {"metadata", tooMany}}, "user.metadata", "map.max_pairs"},
      {{{"email", e}, {"colour", "red"}}, "user.colour", "unknown"},
      {{{"email", e}, {"membership", "x"}}, "user.membership", "type.object"},
      {{{"email", e}, {"membership", {{"roles", {{{"name", "king"}}}}}}},
       "user.membership.roles[0].name",
       "role.exists"},
      {{{"email", e}, {"membership", {{"inviter_email", "x"}}}}, "user.membership.inviter_email", "string.email"},
      {{{"email", e}, {"membership", {{"status", "ACTIVE"}}}}, "user.membership.status", "unknown"},
      {{{"email", e}, {"user_profile", {{"given_name", std::string(256, 'x')}}}},
       "user.user_profile.given_name",
       "string.max_len"},
      {{{"email", e}, {"user_profile", {{"phone_number", "0123"}}}},
       "user.user_profile.phone_number",
       "string.pattern"},
      {{{"email", e}, {"user_profile", {{"groups", {std::string(251, 'x')}}}}},
       "user.user_profile.groups[0]",
       "string.max_len"},
      {{{"email", e}, {"user_profile", {{"picture", "javascript:alert(1)"}}}},
       "user.user_profile.picture",
       "string.pattern"},
      {{{"email", e}, {"user_profile", {{"email_verified", true}}}}, "user.user_profile.email_verified", "unknown"},
  };
  for (const auto& [body, field, constraint] : cases) EXPECT_EQ(constraint, violated(tryCreate(body), field)) << body;
  EXPECT_EQ("type.bool",
            violated(call("POST", under(kAcme, "/users?send_invitation_email=no"), R"({"email":"eve@acme.example"})"),
                     "send_invitation_email"));
  EXPECT_EQ(2U, environment().users.size());
  expectError(call("POST", "/users", R"({"email":"eve@acme.example"})"), 501, 12, "UNIMPLEMENTED");
}

TEST_F(Users, AreRefusedWithMoreThanFits) {
  Json pairs = Json::object();
  for (int i = 0; i < 21; ++i) pairs["key" + std::to_string(i)] = "v";
  const auto text = [](std::size_t length) { return Json(std::string(length, 'x')); };
  const std::vector<std::tuple<const char*, Json, const char*>> profile = {
      {"first_name", text(256), "string.max_len"},
      {"last_name", text(256), "string.max_len"},
      {"family_name", text(256), "string.max_len"},
      {"name", text(256), "string.max_len"},
      {"preferred_username", text(256), "string.max_len"},
      {"locale", text(36), "string.max_len"},
      {"phone_number", "+1234567890123456", "string.max_len"},
      {"picture", "https://a.example/" + std::string(2048, 'x'), "string.max_len"},
      {"gender", text(65), "string.max_len"},
      {"groups", std::vector<std::string>(1001, "g"), "repeated.max_items"},
      {"metadata", pairs, "map.max_pairs"},
      {"custom_attributes", pairs, "map.max_pairs"}};
  for (const auto& [member, value, constraint] : profile) {
    const Json body = {{"email", "eve@acme.example"}, {"user_profile", {{member, value}}}};
    EXPECT_EQ(constraint, violated(tryCreate(body), std::string("user.user_profile.") + member)) << member;
  }
  const Json role = {{"name", "admin"}};
  const std::vector<std::tuple<const char*, Json, const char*>> membership = {
      {"roles", std::vector<Json>(21, role), "repeated.max_items"},
      {"metadata", pairs, "map.max_pairs"},
      {"inviter_email", std::string(321, 'x') + "@a.example", "string.max_len"}};
  for (const auto& [member, value, constraint] : membership) {
    const Json body = {{"email", "eve@acme.example"}, {"membership", {{member, value}}}};
    EXPECT_EQ(constraint, violated(tryCreate(body), std::string("user.membership.") + member)) << member;
  }
  EXPECT_EQ("string.max_len", violated(tryCreate({{"email", std::string(321, 'x') + "@a.example"}}), "user.email"));
  EXPECT_EQ(
      "string.max_len",
      violated(tryCreate({{"email", "eve@acme.example"}, {"external_id", std::string(257, 'x')}}), "user.external_id"));
}

TEST_F(Users, HaveAddressesAndExternalIdsOfTheirOwn) {
  expectTaken(tryCreate({{"email", "ADA.lovelace@example.com"}}));
  expectTaken(tryCreate({{"email", "eve@acme.example"}, {"external_id", "user-ada"}}));
  create({{"email", "eve@acme.example"}, {"external_id", "eve"}});
  expectTaken(call("PATCH", std::string("/users/") + kAda, R"({"external_id":"eve"})"));
  ok("PATCH", std::string("/users/") + kAda, {{"external_id", "user-ada"}});
}

TEST_F(Users, ChangeOnlyWhatWasSent) {
  const Json before = ok("GET", "/users:external/user-ada")["user"];
  const Json after = ok("PATCH", "/users:external/user-ada",
                        {{"user_profile", {{"last_name", "King"}}}, {"metadata", {{"plan", "gold"}}}})["user"];
  EXPECT_EQ("King", after["user_profile"]["family_name"]);
  EXPECT_EQ("Ada", after["user_profile"]["given_name"]);
  EXPECT_EQ("gold", after["metadata"]["plan"]);
  EXPECT_EQ(before["memberships"], after["memberships"]);
  EXPECT_EQ("unknown",
            violated(call("PATCH", std::string("/users/") + kAda, R"({"email":"x@y.example"})"), "user.email"));
  expectNotFound(call("PATCH", "/users/usr_1", "{}"));
  expectNotFound(call("PATCH", "/users:external/nobody", "{}"));
}

TEST_F(Users, AreListedInOrganizationAndEnvironment) {
  create({{"email", "eve@acme.example"}});
  EXPECT_EQ(3U, idsOfPages("/users", "users").size());
  EXPECT_EQ(2U, idsOfPages(under(kTestOrganization, "/users"), "users").size());
  EXPECT_EQ(1, ok("GET", under(kAcme, "/users"))["total_size"]);
  expectInvalid(call("GET", "/users?page_size=101"));
  expectNotFound(call("GET", "/organizations/org_1/users"));
}

TEST_F(Users, AreSearchedByNameAndAddress) {
  create({{"email", "eve@acme.example"}, {"user_profile", {{"given_name", "Eve"}, {"family_name", "Lovelace"}}}});
  EXPECT_EQ(2, ok("GET", "/users:search?query=LOVELACE")["total_size"]);
  EXPECT_EQ(1, ok("GET", "/users:search?query=eve%20love")["total_size"]);
  EXPECT_EQ(1, ok("GET", under(kTestOrganization, "/users:search?query=lovelace"))["total_size"]);
  EXPECT_EQ("string.min_len", violated(call("GET", "/users:search?query=ev"), "query"));
  EXPECT_EQ("string.min_len", violated(call("GET", "/users:search"), "query"));
  expectInvalid(call("GET", "/users:search?query=lovelace&page_size=31"));
}

TEST_F(Users, AreGoneOnceDeleted) {
  EXPECT_EQ(Json::object(), ok("DELETE", std::string("/users/") + kAda));
  expectNotFound(call("GET", std::string("/users/") + kAda));
  expectNotFound(call("DELETE", "/users:external/user-ada"));
}

TEST_F(Users, AreBoundedInNumber) {
  change([](StateData& data) { data.environment.users.resize(limits::kUsers); });
  expectExhausted(tryCreate({{"email", "eve@acme.example"}}));
}

class Memberships : public ApiTest {
 protected:
  static std::string membership(const std::string& user = kAda, const char* organization = kAcme) {
    return "/memberships/organizations/" + std::string(organization) + "/users/" + user;
  }
  const Json empty_ = Json::object();
};

TEST_F(Memberships, BeginWithAnInvitation) {
  const Json user =
      ok("POST", membership(), {{"roles", {{{"name", "admin"}}}}, {"inviter_email", "boss@acme.example"}}, 201)["user"];
  ASSERT_EQ(2U, user["memberships"].size());
  EXPECT_EQ("PENDING_INVITE", user["memberships"][1]["membership_status"]);
  EXPECT_EQ("boss@acme.example", user["memberships"][1]["inviter_email"]);
  expectTaken(call("POST", membership(), "{}"));
  expectNotFound(call("POST", membership("usr_1"), "{}"));
  expectNotFound(call("POST", membership(kAda, "org_1"), "{}"));
}

TEST_F(Memberships, AreAddedByExternalIdToo) {
  const std::string target = "/memberships/organizations/" + std::string(kAcme) + "/users:external/user-ada";
  const Json user = ok("POST", target + "?send_invitation_email=false", empty_, 201)["user"];
  EXPECT_EQ("ACTIVE", user["memberships"][1]["membership_status"]);
  EXPECT_EQ("admin",
            ok("PATCH", target, {{"roles", {{{"name", "admin"}}}}})["user"]["memberships"][1]["roles"][0]["name"]);
  EXPECT_EQ(empty_, ok("DELETE", target));
  expectNotFound(call("DELETE", target));
}

TEST_F(Memberships, ReplaceRolesAndMetadata) {
  const std::string target = membership(kAda, kTestOrganization);
  const Json after = ok("PATCH", target, {{"roles", {{{"name", "member"}}}}, {"metadata", {{"desk", "4"}}}})["user"];
  EXPECT_EQ(1U, after["memberships"][0]["roles"].size());
  EXPECT_EQ("member", after["memberships"][0]["roles"][0]["name"]);
  EXPECT_EQ("4", after["memberships"][0]["metadata"]["desk"]);
  EXPECT_TRUE(ok("PATCH", target, {{"roles", Json::array()}})["user"]["memberships"][0]["roles"].empty());
  EXPECT_EQ("role.exists",
            violated(call("PATCH", target, R"({"roles":[{"name":"king"}]})"), "membership.roles[0].name"));
  EXPECT_EQ("unknown",
            violated(call("PATCH", target, R"({"inviter_email":"a@b.example"})"), "membership.inviter_email"));
}

TEST_F(Memberships, EndWithoutEndingTheUser) {
  EXPECT_EQ(empty_, ok("DELETE", membership(kAda, kTestOrganization)));
  expectNotFound(call("DELETE", membership(kAda, kTestOrganization)));
  EXPECT_TRUE(ok("GET", std::string("/users/") + kAda)["user"]["memberships"].empty());
}

TEST_F(Memberships, KeepToTheLimitOfTheOrganization) {
  ok("PATCH", under(kTestOrganization, "/settings/usermanagement"), {{"settings", {{"max_allowed_users", 2}}}});
  expectError(call("POST", under(kTestOrganization, "/users"), R"({"email":"eve@example.com"})"), 400, 9,
              "FAILED_PRECONDITION");
  ok("PATCH", under(kTestOrganization, "/settings/usermanagement"), {{"settings", {{"max_allowed_users", 3}}}});
  ok("POST", under(kTestOrganization, "/users"), {{"email", "eve@example.com"}}, 201);
}

TEST_F(Memberships, AreBoundedInNumber) {
  change([](StateData& data) { data.environment.findUser(kAda)->memberships.resize(limits::kMemberships); });
  expectExhausted(call("POST", membership(), "{}"));
}

TEST_F(Memberships, InvitationsRunOutAndAreSentAgain) {
  ok("POST", membership(), empty_, 201);
  const std::string resend = "/invites/organizations/" + std::string(kAcme) + "/users/" + kAda + "/resend";
  const auto status = [&] {
    return ok("GET", std::string("/users/") + kAda)["user"]["memberships"][1]["membership_status"];
  };
  now_ += std::chrono::hours(24 * 15);
  token_.clear();
  EXPECT_EQ("INVITE_EXPIRED", status());
  const Json invite = ok("PATCH", resend)["invite"];
  EXPECT_EQ(1, invite["resent_count"]);
  EXPECT_EQ(kAda, invite["user_id"]);
  EXPECT_EQ("PENDING_INVITE", status());
  EXPECT_EQ(2, ok("PATCH", resend)["invite"]["resent_count"]);
  expectError(call("PATCH", "/invites/organizations/" + std::string(kTestOrganization) + "/users/" + kAda + "/resend"),
              400, 9, "FAILED_PRECONDITION");
  expectNotFound(call("PATCH", "/invites/organizations/" + std::string(kAcme) + "/users/usr_1/resend"));
}

TEST_F(Memberships, AreAcceptedByTheFirstLogin) {
  ok("POST", under(kAcme, "/users"), {{"email", "Alice@acme.example"}}, 201);
  codeFor("alice@acme.example");
  const Json found = ok("GET", under(kAcme, "/users"));
  const Json user = found["users"][0];
  EXPECT_EQ("ACTIVE", user["memberships"][0]["membership_status"]);
  EXPECT_EQ("2026-09-21T14:13:20Z", user["last_login_time"]);
}

TEST_F(Memberships, ShowTheRolesAndPermissionsOfAMember) {
  const std::string target = under(kTestOrganization, "/users/") + kAda;
  const Json roles = ok("GET", target + "/roles")["roles"];
  ASSERT_EQ(2U, roles.size());  // admin, and member, which it extends
  EXPECT_EQ("admin", roles[0]["name"]);
  EXPECT_EQ("Member", roles[1]["display_name"]);
  const Json permissions = ok("GET", target + "/permissions")["permissions"];
  ASSERT_EQ(3U, permissions.size());
  EXPECT_EQ("write:documents", permissions[0]["name"]);
  expectNotFound(call("GET", under(kAcme, "/users/") + kAda + "/roles"));
  expectNotFound(call("GET", under(kTestOrganization, "/users/usr_1/permissions")));
}

}  // namespace
}  // namespace simulator_test
