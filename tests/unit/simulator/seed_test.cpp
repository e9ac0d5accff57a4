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

TEST(ReadSeed, NeedsAClient) {
  EXPECT_TRUE(mentions(readSeedText(R"({"organizations":[]})"), "clients: at least one"));
}

}  // namespace
}  // namespace scalekit_simulator
