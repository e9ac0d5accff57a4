// SPDX-License-Identifier: Apache-2.0
#include "simulator/src/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace scalekit_simulator {
namespace {

constexpr const char* kClients = R"("clients":[{"client_id":"skc_1","client_secrets":["s"]}])";

bool mentions(const SeedResult& result, const std::string& beginning) {
  return std::any_of(result.problems.begin(), result.problems.end(),
                     [&](const std::string& problem) { return problem.starts_with(beginning); });
}

TEST(ReadSeed, AcceptsTheBuiltInSeed) {
  const auto result = readSeedText(defaultSeedJson());
  EXPECT_TRUE(result.problems.empty()) << result.problems.front();
  ASSERT_EQ(3U, result.environment.organizations.size());
  const auto& test = result.environment.organizations[0];
  EXPECT_EQ("org_59615193906282635", test.id);
  EXPECT_EQ("IDP_SIMULATOR", test.connections[0].provider);
  EXPECT_EQ("example.com", test.domains[0].domain);
  EXPECT_EQ("example.org", test.domains[1].domain);
  for (const auto& organization : result.environment.organizations) {
    EXPECT_EQ(4U, organization.connections[0].people.size()) << organization.displayName;
  }
}

TEST(ReadSeed, RoundTripsThroughWriteSeed) {
  const auto once = readSeedText(defaultSeedJson());
  const auto written = writeSeed(once.environment);
  const auto twice = readSeed(written);
  ASSERT_TRUE(twice.problems.empty()) << twice.problems.front();
  EXPECT_EQ(written, writeSeed(twice.environment));
  EXPECT_EQ(std::optional<bool>(true), twice.environment.organizations[0].connections[0].people[2].emailVerified);
  EXPECT_FALSE(twice.environment.organizations[0].connections[0].people[0].emailVerified);
}

TEST(ReadSeed, NamesEveryProblemByItsPath) {
  const auto result = readSeedText(R"({
    "clients": [{"client_id": "nope", "redirect_uris": ["https://a.example/?x"], "secret": "typo"}],
    "organizations": [
      {"id": "org_1", "display_name": "", "domains": [{"id": "dom_1", "domain": "not a domain"}],
       "connections": [{"id": "conn_1", "provider": "OKTTA", "enabled": "yes",
                        "people": [{"email": "nobody"}, {"email": "a@b.example", "groups": "all"}]}]},
      {"id": "org_1", "display_name": "Twin"}
    ]})");
  for (const char* path :
       {"clients[0].client_id:", "clients[0].redirect_uris[0]:", "clients[0].secret:", "organizations[0].display_name:",
        "organizations[0].domains[0].domain:", "organizations[0].connections[0].provider:",
        "organizations[0].connections[0].enabled:", "organizations[0].connections[0].people[0].email:",
        "organizations[0].connections[0].people[1].groups:", "organizations[1].id:"}) {
    EXPECT_TRUE(mentions(result, path)) << path;
  }
}

TEST(ReadSeed, RefusesADomainInTwoOrganizations) {
  const auto result = readSeedText(std::string("{") + kClients + R"(,"organizations":[
    {"id":"org_1","display_name":"A","domains":[{"id":"dom_1","domain":"acme.example"}]},
    {"id":"org_2","display_name":"B","domains":[{"id":"dom_2","domain":"ACME.example"}]}]})");
  EXPECT_TRUE(mentions(result, "organizations[1].domains[0].domain: repeats"));
}

TEST(ReadSeed, RefusesTextThatIsNotOneStrictJsonObject) {
  for (const std::string bad : {"", "[]", "{", "null", R"({"clients":[],"clients":[]})", "{} {}"}) {
    EXPECT_FALSE(readSeedText(bad).problems.empty()) << bad;
  }
  EXPECT_FALSE(readSeedText(std::string(100, '[')).problems.empty());
  EXPECT_THROW(parseStrictJson(std::string(40, '[') + std::string(40, ']')), std::invalid_argument);
  EXPECT_THROW(parseStrictJson(std::string("{}\0", 3)), std::invalid_argument);
}

TEST(ReadSeed, KeepsWhatTheManagementApiSetsOfAnOrganization) {
  const auto result = readSeedText(std::string("{") + kClients + R"(,"organizations":[
    {"id":"org_1","display_name":"A","logo_url":"https://a.example/l.png","domain_verification":true,
     "session_policy":true,"custom_session_policy":{"absolute_minutes":60,"idle_minutes":5},"max_allowed_users":3,
     "create_time":"2025-01-01T00:00:00Z","update_time":"2025-01-02T00:00:00Z",
     "domains":[{"id":"dom_1","domain":"a.example","create_time":"2025-01-03T00:00:00Z"}]}]})");
  ASSERT_TRUE(result.problems.empty()) << result.problems.front();
  const auto written = writeSeed(result.environment);
  const auto again = readSeed(written).environment.organizations.at(0);
  EXPECT_EQ("https://a.example/l.png", again.logoUrl);
  EXPECT_TRUE(again.domainVerificationEnabled && again.sessionPolicyEnabled);
  EXPECT_TRUE(again.sessionPolicy.custom && again.sessionPolicy.idleEnabled);
  EXPECT_EQ(60, again.sessionPolicy.absoluteMinutes);
  EXPECT_EQ(3, again.maxUsers);
  EXPECT_EQ(1'735'689'600, again.createdAt);
  EXPECT_EQ(1'735'862'400, again.domains[0].createdAt);
  EXPECT_EQ(kSeedTime, again.domains[0].updatedAt);
}

TEST(ReadSeed, RefusesSettingsThatTheManagementApiWouldRefuse) {
  const auto result = readSeedText(std::string("{") + kClients + R"(,"organizations":[
    {"id":"org_1","display_name":"A","slug":"a","max_allowed_users":-1,"create_time":"yesterday",
     "custom_session_policy":{"absolute_minutes":0,"idle_minutes":"x"}},
    {"id":"org_2","display_name":"B","slug":"a"}]})");
  for (const char* path : {"organizations[0].max_allowed_users:", "organizations[0].create_time:",
                           "organizations[0].custom_session_policy.absolute_minutes:",
                           "organizations[0].custom_session_policy.idle_minutes:", "organizations[1].slug:"}) {
    EXPECT_TRUE(mentions(result, path)) << path;
  }
}

TEST(ReadSeed, KeepsUsersRolesDirectoriesAndMachineClients) {
  auto once = readSeedText(defaultSeedJson()).environment;
  once.organizations[0].roles.push_back({"role_1", "boss", "Boss", "", "admin", {"read:documents"}});
  once.organizations[0].defaultMemberRole = "boss";
  MachineClient client;
  client.id = "m2morg_1";
  client.name = "Deploy";
  client.customClaims = {{"team", "ops"}};
  client.expirySeconds = 60;
  client.secrets.push_back({"sks_1", std::string(64, 'a'), "zzzz", 1'735'689'600});
  once.organizations[0].clients.push_back(client);
  once.users[0].memberships[0].inviteExpiresAt = 1'735'689'600;
  once.users[0].lastLoginAt = 1'735'689'600;
  const auto written = writeSeed(once);
  const auto again = readSeed(written);
  ASSERT_TRUE(again.problems.empty()) << again.problems.front();
  EXPECT_EQ(written, writeSeed(again.environment));
  EXPECT_EQ(2U, again.environment.users.size());
  EXPECT_EQ("admin", again.environment.defaultCreatorRole);
  const auto& organization = again.environment.organizations[0];
  EXPECT_EQ(3U, organization.directories.at(0).users.size());
  EXPECT_EQ(std::string(64, 'a'), organization.clients.at(0).secrets.at(0).digest);
  EXPECT_EQ("boss", organization.roles.at(0).name);
}

TEST(ReadSeed, RefusesReferencesToNothingAndCircles) {
  const auto result = readSeedText(std::string("{") + kClients + R"(,
    "environment":{"default_creator_role":"king","default_member_role":"king"},
    "permissions":[{"id":"perm_1","name":"a b"},{"id":"perm_2","name":"ok"},{"id":"perm_3","name":"ok"}],
    "roles":[{"id":"role_1","name":"one","extends":"two"},{"id":"role_2","name":"two","extends":"one"},
             {"id":"role_3","name":"three","extends":"king","permissions":["none"]},{"id":"role_4","name":"one"},
             {"id":"rule_5","name":"five"}],
    "users":[{"id":"usr_1","email":"a@b.example","external_id":"x",
              "memberships":[{"organization_id":"org_9"},{"organization_id":"org_1","roles":["king"],"status":"MAYBE"}]},
             {"id":"usr_2","email":"A@b.example","external_id":"x","user_profile":{"shoe":"44"}},
             {"id":"usr_3","email":"nobody"}],
    "organizations":[{"id":"org_1","display_name":"A","default_member_role":"king",
      "directories":[{"id":"dir_1","directory_type":"X","users":[{"id":"diruser_1","email":"a","group_ids":["g"]}],
                      "role_assignments":[{"group_id":"g","role_name":"one"}]}],
      "machine_clients":[{"client_id":"skc_7","name":"a","expiry":0,"secrets":[{"id":"sks_1","sha256":"x"}]}]}]})");
  for (const char* path : {"environment.default_creator_role:",
                           "environment.default_member_role:",
                           "permissions[0].name:",
                           "permissions[2].name: repeats",
                           "roles[0].extends:",
                           "roles[2].extends:",
                           "roles[2].permissions:",
                           "roles[3].name: repeats",
                           "roles[4].id:",
                           "users[0].memberships[0].organization_id:",
                           "users[0].memberships[1].roles:",
                           "users[0].memberships[1].status:",
                           "users[1].email: repeats",
                           "users[1].external_id: repeats",
                           "users[1].user_profile.shoe:",
                           "users[2].email:",
                           "organizations[0].default_member_role:",
                           "organizations[0].directories[0].directory_type:",
                           "organizations[0].directories[0].users[0].group_ids:",
                           "organizations[0].directories[0].role_assignments:",
                           "organizations[0].machine_clients[0].client_id:",
                           "organizations[0].machine_clients[0].expiry:",
                           "organizations[0].machine_clients[0].secrets[0].sha256:"}) {
    EXPECT_TRUE(mentions(result, path)) << path;
  }
}

TEST(ReadSeed, NeedsAClient) {
  EXPECT_TRUE(mentions(readSeedText(R"({"organizations":[]})"), "clients: at least one"));
}

}  // namespace
}  // namespace scalekit_simulator
