// SPDX-License-Identifier: Apache-2.0
// Directories, sessions, organization clients and authentication logs.
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

using namespace scalekit;
using namespace std::chrono;

class DirectoryCalls : public ClientTest {};
class SessionCalls : public ClientTest {};
class OrganizationClientCalls : public ClientTest {};
class AuthenticationLogCalls : public ClientTest {};

TEST_F(DirectoryCalls, ListAndGet) {
  const std::string directory = R"({"id":"dir_1","name":"Okta","directory_type":"SCIM","directory_provider":"OKTA",
    "organization_id":"org_1","enabled":true,"status":"COMPLETED","directory_endpoint":"https://env/scim","total_users":"31",
    "total_groups":2,"last_synced_at":"2024-10-03T13:35:50Z"})";
  answers("{\"directories\":[" + directory + "],\"directory\":" + directory + "}");
  const auto list = client.directories().list("org_1");
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].type + list[0].provider + list[0].status, "SCIMOKTACOMPLETED");
  EXPECT_EQ(list[0].totalUsers, 31u);
  EXPECT_EQ(list[0].totalGroups, 2u);
  EXPECT_TRUE(list[0].enabled && list[0].lastSyncTime);
  EXPECT_EQ(client.directories().get("org_1", "dir_1").endpoint, "https://env/scim");
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/organizations/org_1/directories");
  EXPECT_EQ(calls()[1].url, kEnvironment + "/api/v1/organizations/org_1/directories/dir_1");
}

TEST_F(DirectoryCalls, UsersTellWhetherTheyAreActive) {
  answers(
      R"({"users":[{"id":"diruser_1","email":"a@acme.com","emails":["a@acme.com"],"groups":[{"id":"g1","display_name":"Ops"}],
    "user_detail":{"active":false}},{"id":"diruser_2"},{"id":"diruser_3","user_detail":{"active":"yes"}}]})");
  const auto users = client.directories().users("org_1", "dir_1").page().items;
  ASSERT_EQ(users.size(), 3u);
  EXPECT_EQ(users[0].active, false);
  EXPECT_EQ(users[0].groups.at(0).displayName, "Ops");
  EXPECT_EQ(users[1].active, std::nullopt);
  EXPECT_EQ(users[2].active, std::nullopt) << "a word is no answer";
}

TEST_F(DirectoryCalls, UsersAndGroupsAreNarrowed) {
  answers("{}");
  const DirectoryFilter filter{
      .groupId = "dirgroup_1", .updatedAfter = system_clock::time_point(seconds(1700000000)), .pageSize = 5};
  client.directories().users("org_1", "dir_1", filter).page();
  client.directories().groups("org_1", "dir_1", filter).page("t");
  EXPECT_EQ(calls()[0].url,
            kEnvironment +
                "/api/v1/organizations/org_1/directories/dir_1/users?page_size=5&"
                "include_detail=true&updated_after=2023-11-14T22%3A13%3A20Z&directory_group_id=dirgroup_1");
  EXPECT_EQ(calls()[1].url, kEnvironment +
                                "/api/v1/organizations/org_1/directories/dir_1/groups?page_size=5&page_token=t&"
                                "include_detail=true&updated_after=2023-11-14T22%3A13%3A20Z");
}

TEST_F(DirectoryCalls, EnableAndDisable) {
  answers(R"({"enabled":true})");
  EXPECT_TRUE(client.directories().enable("org_1", "dir_1").enabled);
  client.directories().disable("org_1", "dir_1");
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/organizations/org_1/directories/dir_1:enable");
  EXPECT_EQ(calls()[1].url, kEnvironment + "/api/v1/organizations/org_1/directories/dir_1:disable");
}

const std::string kSession = R"({"session_id":"ses_1","user_id":"usr_1","organization_id":"org_1","status":"ACTIVE",
  "created_at":"2024-10-03T13:35:50Z","device":{"user_agent":"UA","os":"Linux","browser":"Chromium","ip":"192.0.2.1"}})";

TEST_F(SessionCalls, GetReadsBareAndWrapped) {
  for (const std::string& body : {kSession, "{\"session\":" + kSession + "}"}) {
    answers(body);
    const auto session = client.sessions().get("ses_1");
    EXPECT_EQ(session.id + session.userId + session.status, "ses_1usr_1active");
    EXPECT_EQ(session.userAgent + session.operatingSystem + session.browser + session.ip, "UALinuxChromium192.0.2.1");
    EXPECT_TRUE(session.createTime.has_value());
  }
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/sessions/ses_1");
}

TEST_F(SessionCalls, ListRevokeAndRevokeAll) {
  answers("{\"sessions\":[" + kSession + "],\"revoked_session\":" + kSession + ",\"revoked_sessions\":[" + kSession +
          "]}");
  EXPECT_EQ(client.sessions().listOf("usr_1", "active").page().items.size(), 1u);
  EXPECT_EQ(client.sessions().revoke("ses_1").id, "ses_1");
  EXPECT_EQ(client.sessions().revokeAllOf("usr_1").size(), 1u);
  std::vector<std::string> sent;
  for (const auto& request : calls()) sent.push_back(request.method + " " + request.url.substr(kEnvironment.size()));
  EXPECT_EQ(sent, (std::vector<std::string>{"GET /api/v1/users/usr_1/sessions?page_size=30&filter.status=active",
                                            "POST /api/v1/sessions/ses_1/revoke",
                                            "POST /api/v1/users/usr_1/sessions/revoke"}));
}

const std::string kClient = R"({"client_id":"m2morg_1","organization_id":"org_1","name":"Robot","scopes":["read"],
  "audience":["api"],"custom_claims":[{"key":"tier","value":"gold"}],"expiry":"3600",
  "secrets":[{"id":"sks_1","secret_suffix":"abcd","status":"ACTIVE"}]})";

TEST_F(OrganizationClientCalls, CreateTellsTheSecretOnce) {
  answers("{\"client\":" + kClient + ",\"plain_secret\":\"s3cret\"}", 201);
  const auto created = client.organizationClients().create(
      "org_1",
      {.name = "Robot", .scopes = {"read"}, .customClaims = {{"tier", "gold"}}, .accessTokenLifetime = seconds(3600)});
  EXPECT_EQ(call(), "POST /api/v1/organizations/org_1/clients");
  EXPECT_EQ(
      sentBody(),
      Json::parse(
          R"({"name":"Robot","description":"","scopes":["read"],"audience":[],"custom_claims":[{"key":"tier","value":"gold"}],"expiry":"3600"})"));
  EXPECT_EQ(created.plainSecret.reveal(), "s3cret");
  EXPECT_EQ(created.client.id, "m2morg_1");
  EXPECT_EQ(created.client.customClaims, (Metadata{{"tier", "gold"}}));
  EXPECT_EQ(created.client.accessTokenLifetime, seconds(3600));
  EXPECT_EQ(created.client.secrets.at(0).suffix, "abcd");
}

TEST_F(OrganizationClientCalls, ASecretThatIsNotToldIsAnError) {
  answers("{\"client\":" + kClient + "}", 201);
  EXPECT_THROW(client.organizationClients().create("org_1", {.name = "Robot"}), Error);
}

TEST_F(OrganizationClientCalls, TheOthers) {
  answers("{\"clients\":[" + kClient + "],\"client\":" + kClient + R"(,"secret":{"id":"sks_2"},"plain_secret":"new"})");
  EXPECT_EQ(client.organizationClients().list("org_1").page().items.at(0).name, "Robot");
  EXPECT_EQ(client.organizationClients().get("org_1", "m2morg_1").name, "Robot");
  EXPECT_EQ(client.organizationClients().update("org_1", "m2morg_1", {.name = "R2"}).name, "Robot");
  EXPECT_EQ(client.organizationClients().createSecret("org_1", "m2morg_1").plainSecret.reveal(), "new");
  client.organizationClients().removeSecret("org_1", "m2morg_1", "sks_1");
  client.organizationClients().remove("org_1", "m2morg_1");
  std::vector<std::string> sent;
  const std::string base = "/api/v1/organizations/org_1/clients";
  for (const auto& request : calls()) sent.push_back(request.method + " " + request.url.substr(kEnvironment.size()));
  EXPECT_EQ(sent,
            (std::vector<std::string>{"GET " + base + "?page_size=30", "GET " + base + "/m2morg_1",
                                      "PATCH " + base + "/m2morg_1", "POST " + base + "/m2morg_1/secrets",
                                      "DELETE " + base + "/m2morg_1/secrets/sks_1", "DELETE " + base + "/m2morg_1"}));
}

TEST_F(OrganizationClientCalls, ALifeThatIsNoneIsRejected) {
  answers(R"({"client":{"client_id":"m2morg_1","expiry":"99999999999"}})");
  EXPECT_THROW(client.organizationClients().get("org_1", "m2morg_1"), Error);
}

TEST_F(AuthenticationLogCalls, ListNarrowsAndReads) {
  answers(R"({"authRequests":[{"auth_request_id":"areq_1","organization_id":"org_1","connection_id":"conn_1",
    "email":"mia@acme.com","status":"SUCCESS","timestamp":"2024-10-03T13:35:50Z","client_name":"App"}]})");
  const auto page = client.authenticationLogs()
                        .list({.email = "mia@acme.com",
                               .statuses = {"SUCCESS", "FAILED"},
                               .from = system_clock::time_point(seconds(1700000000))})
                        .page();
  EXPECT_EQ(call(),
            "GET /api/v1/logs/authentication/requests?page_size=30&email=mia%40acme.com&status=SUCCESS&status=FAILED&"
            "start_time=2023-11-14T22%3A13%3A20Z");
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id + page.items[0].status + page.items[0].connectionId, "areq_1SUCCESSconn_1");
  EXPECT_TRUE(page.items[0].time.has_value());
}

}  // namespace
}  // namespace sso::test
