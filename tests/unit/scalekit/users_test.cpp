// SPDX-License-Identifier: Apache-2.0
// Users, memberships, roles and permissions.
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

using namespace scalekit;

const std::string kMia = R"({"id":"usr_1","email":"mia@acme.com","external_id":"7","create_time":"2024-10-03T13:35:50Z",
  "metadata":{"team":"ops"},"memberships":[{"organization_id":"org_1","name":"acme","display_name":"Acme",
    "membership_status":"PENDING_INVITE","roles":[{"id":"role_1","name":"admin","display_name":"Admin"}],
    "permissions":["orders:write"],"metadata":{"desk":"4"},"inviter_email":"olive@acme.com",
    "expires_at":"2024-11-03T13:35:50Z"}],
  "user_profile":{"first_name":"Mia","family_name":"Lee","email_verified":true,"groups":["g1"],"custom_attributes":{"a":"b"}}})";
const std::string kMiaAnswer = "{\"user\":" + kMia + "}";

class UserCalls : public ClientTest {};
class MembershipCalls : public ClientTest {};
class RoleCalls : public ClientTest {};
class PermissionCalls : public ClientTest {};

TEST_F(UserCalls, GetReadsEveryMember) {
  answers(kMiaAnswer);
  const auto mia = client.users().get("usr_1");
  EXPECT_EQ(call(), "GET /api/v1/users/usr_1");
  EXPECT_EQ(mia.id + mia.email + mia.externalId, "usr_1mia@acme.com7");
  EXPECT_EQ(mia.metadata, (Metadata{{"team", "ops"}}));
  EXPECT_EQ(mia.profile.givenName + mia.profile.familyName, "MiaLee") << "first_name is the older given_name";
  EXPECT_TRUE(mia.profile.emailVerified);
  EXPECT_EQ(mia.profile.customAttributes, (Metadata{{"a", "b"}}));
  ASSERT_EQ(mia.memberships.size(), 1u);
  const auto& membership = mia.memberships[0];
  EXPECT_EQ(membership.organizationId + membership.status, "org_1PENDING_INVITE");
  ASSERT_EQ(membership.roles.size(), 1u);
  EXPECT_EQ(membership.roles[0].name, "admin");
  EXPECT_EQ(membership.permissions, std::vector<std::string>{"orders:write"});
  EXPECT_TRUE(membership.expiryTime.has_value());
  EXPECT_FALSE(mia.lastLoginTime.has_value());
}

TEST_F(UserCalls, CreateMakesUserAndMembership) {
  answers(kMiaAnswer, 201);
  NewUser user{
      .email = "mia@acme.com", .externalId = "7", .membership = {.roles = {"admin"}, .sendInvitationEmail = true}};
  user.profile.givenName = "Mia";
  client.users().create("org_1", user);
  EXPECT_EQ(call(), "POST /api/v1/organizations/org_1/users?send_invitation_email=true");
  EXPECT_EQ(sentBody(),
            Json::parse(R"({"email":"mia@acme.com","external_id":"7","membership":{"roles":[{"name":"admin"}]},
    "user_profile":{"given_name":"Mia"}})"));
}

TEST_F(UserCalls, ListsAskWhereTheyAreMeantTo) {
  answers("{\"users\":[" + kMia + "]}");
  EXPECT_EQ(client.users().list().page().items.size(), 1u);
  EXPECT_EQ(client.users().listOf("org_1").page().items.size(), 1u);
  EXPECT_EQ(client.users().search("mia").page("t1").items.size(), 1u);
  EXPECT_EQ(client.users().searchIn("org_1", "mia").page().items.size(), 1u);
  std::vector<std::string> urls;
  for (const auto& request : calls()) urls.push_back(request.url.substr(kEnvironment.size()));
  EXPECT_EQ(urls,
            (std::vector<std::string>{"/api/v1/users?page_size=100", "/api/v1/organizations/org_1/users?page_size=100",
                                      "/api/v1/users:search?page_size=30&page_token=t1&query=mia",
                                      "/api/v1/organizations/org_1/users:search?page_size=30&query=mia"}));
}

TEST_F(UserCalls, ByExternalIdTellsAbsenceFromFailure) {
  answers(kMiaAnswer);
  EXPECT_EQ(client.users().byExternalId("7").value().id, "usr_1");
  EXPECT_EQ(call(), "GET /api/v1/users:external/7");
  answers(R"({"details":[{"error_code":"NOT_FOUND"}]})", 404);
  EXPECT_EQ(client.users().byExternalId("8"), std::nullopt);
  answers("<html>", 404);
  EXPECT_EQ(thrownBy([&] { client.users().byExternalId("8"); }).refusal(), Refusal::kNotFound);
}

TEST_F(UserCalls, UpdateSendsOnlyWhatChanges) {
  answers(kMiaAnswer);
  UserChange change;
  change.metadata = Metadata{};
  change.profile.familyName = "Li";
  client.users().update("usr_1", change);
  EXPECT_EQ(call(), "PATCH /api/v1/users/usr_1");
  EXPECT_EQ(sentBody(), Json::parse(R"({"metadata":{},"user_profile":{"family_name":"Li"}})"));
}

TEST_F(UserCalls, RemoveRolesAndPermissions) {
  answers(R"({"roles":[{"name":"admin"}],"permissions":[{"id":"p1","name":"orders:write","description":"d"}]})");
  EXPECT_EQ(client.users().roles("org_1", "usr_1").at(0).name, "admin");
  EXPECT_EQ(client.users().permissions("org_1", "usr_1").at(0).description, "d");
  client.users().remove("usr_1");
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/organizations/org_1/users/usr_1/roles");
  EXPECT_EQ(calls()[1].url, kEnvironment + "/api/v1/organizations/org_1/users/usr_1/permissions");
  EXPECT_EQ(calls()[2].method + calls()[2].url, "DELETE" + kEnvironment + "/api/v1/users/usr_1");
}

TEST_F(MembershipCalls, AddUpdateRemove) {
  answers(kMiaAnswer);
  client.memberships().add("org_1", "usr_1", {.roles = {"admin", "member"}, .inviterEmail = "olive@acme.com"});
  EXPECT_EQ(call(), "POST /api/v1/memberships/organizations/org_1/users/usr_1?send_invitation_email=false");
  EXPECT_EQ(sentBody(),
            Json::parse(R"({"roles":[{"name":"admin"},{"name":"member"}],"inviter_email":"olive@acme.com"})"));
  client.memberships().update("org_1", "usr_1", {.roles = {"member"}, .inviterEmail = "olive@acme.com"});
  EXPECT_EQ(calls()[1].method, "PATCH");
  EXPECT_EQ(Json::parse(calls()[1].body), Json::parse(R"({"roles":[{"name":"member"}],"metadata":{}})"));
  client.memberships().remove("org_1", "usr_1");
  EXPECT_EQ(calls()[2].method + calls()[2].url,
            "DELETE" + kEnvironment + "/api/v1/memberships/organizations/org_1/users/usr_1");
}

TEST_F(MembershipCalls, ResendInvitation) {
  answers(R"({"invite":{"organization_id":"org_1","user_id":"usr_1","status":"PENDING_INVITE","resent_count":2,
    "expires_at":"2024-11-03T13:35:50Z"}})");
  const auto invitation = client.memberships().resendInvitation("org_1", "usr_1");
  EXPECT_EQ(call(), "PATCH /api/v1/invites/organizations/org_1/users/usr_1/resend");
  EXPECT_EQ(sentBody(), Json::object());
  EXPECT_EQ(invitation.resendCount, 2u);
  EXPECT_TRUE(invitation.expiryTime.has_value());
}

const std::string kRole =
    R"({"id":"role_1","name":"admin","display_name":"Admin","extends":"member","default_creator":true,
  "is_org_role":true,"permissions":[{"name":"orders:write"}]})";

TEST_F(RoleCalls, OfTheEnvironmentAndOfAnOrganization) {
  answers("{\"roles\":[" + kRole + "]}");
  const auto role = client.roles().list().at(0);
  EXPECT_EQ(role.name + role.displayName + role.extends, "adminAdminmember");
  EXPECT_TRUE(role.defaultCreator && role.ofOrganization && !role.defaultMember);
  EXPECT_EQ(role.permissions.at(0).name, "orders:write");
  client.roles().list("org_1");
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/roles?include=permissions");
  EXPECT_EQ(calls()[1].url, kEnvironment + "/api/v1/organizations/org_1/roles?include=permissions");
}

TEST_F(RoleCalls, AForgottenOrganizationIsNotTheEnvironment) {
  const std::string none;
  EXPECT_EQ(thrownBy<Error>([&] { client.roles().remove("admin", "", none); }).code(), ErrorCode::kInvalidRequest);
  EXPECT_EQ(thrownBy<Error>([&] { client.roles().list(none); }).code(), ErrorCode::kInvalidRequest);
  EXPECT_TRUE(calls().empty());
}

TEST_F(RoleCalls, CreateUpdateRemove) {
  answers("{\"role\":" + kRole + "}");
  client.roles().create({.name = "admin", .displayName = "Admin", .permissions = {"orders:write"}});
  EXPECT_EQ(call(), "POST /api/v1/roles");
  EXPECT_EQ(sentBody(), Json::parse(R"({"name":"admin","display_name":"Admin","permissions":["orders:write"]})"));
  client.roles().update("admin", {.description = "All"}, "org_1");
  EXPECT_EQ(calls()[1].method + calls()[1].url, "PUT" + kEnvironment + "/api/v1/organizations/org_1/roles/admin");
  EXPECT_EQ(calls()[1].body, R"({"description":"All"})");
  client.roles().remove("admin", "member");
  EXPECT_EQ(calls()[2].method + calls()[2].url,
            "DELETE" + kEnvironment + "/api/v1/roles/admin?reassign_role_name=member");
  EXPECT_EQ(client.roles().get("admin").id, "role_1");
}

TEST_F(RoleCalls, Defaults) {
  answers("{}");
  client.roles().setDefaults("owner", "");
  EXPECT_EQ(call(), "PATCH /api/v1/roles:set_defaults");
  EXPECT_EQ(sentBody(), (Json{{"default_creator_role", "owner"}}));
  client.roles().setDefaultMemberRole("org_1", "member");
  EXPECT_EQ(calls()[1].url, kEnvironment + "/api/v1/organizations/org_1/roles:set_defaults");
  EXPECT_EQ(calls()[1].body, R"({"default_member_role":"member"})");
}

TEST_F(RoleCalls, PermissionsOfARole) {
  answers(R"({"permissions":[{"name":"orders:write"}]})");
  EXPECT_EQ(client.roles().permissions("admin").at(0).name, "orders:write");
  client.roles().addPermissions("admin", {"a:b", "c"});
  EXPECT_EQ(calls()[1].body, R"({"permission_names":["a:b","c"]})");
  client.roles().removePermission("admin", "a:b");
  EXPECT_EQ(calls()[2].url, kEnvironment + "/api/v1/roles/admin/permissions/a%3Ab");
}

TEST_F(PermissionCalls, ListGetCreateUpdateRemove) {
  answers(R"({"permissions":[{"name":"a"}],"permission":{"id":"p1","name":"a:b","description":"d"}})");
  EXPECT_EQ(client.permissions().list().page().items.at(0).name, "a");
  EXPECT_EQ(client.permissions().get("a:b").id, "p1");
  EXPECT_EQ(client.permissions().create("a:b", "d").description, "d");
  EXPECT_EQ(client.permissions().update("a:b", "e").name, "a:b");
  client.permissions().remove("a:b");
  std::vector<std::string> sent;
  for (const auto& request : calls()) sent.push_back(request.method + " " + request.url.substr(kEnvironment.size()));
  EXPECT_EQ(sent, (std::vector<std::string>{"GET /api/v1/permissions?page_size=100", "GET /api/v1/permissions/a%3Ab",
                                            "POST /api/v1/permissions", "PUT /api/v1/permissions/a%3Ab",
                                            "DELETE /api/v1/permissions/a%3Ab"}));
  EXPECT_EQ(calls()[2].body, R"({"description":"d","name":"a:b"})");
}

}  // namespace
}  // namespace sso::test
