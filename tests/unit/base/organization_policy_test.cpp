// SPDX-License-Identifier: Apache-2.0
#include "sso/organization_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sso {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::hours kDay{24};
const TimePoint kOpens = fromEpochSeconds(1'700'000'000);

template <typename Change>
std::vector<std::string> policyProblemsAfter(Change change) {
  OrganizationPolicy policy;
  policy.defaultRole = "member";
  policy.groupRoles = std::vector<GroupRole>{{"staff", "editor"}};
  policy.connections["conn_b"].defaultRole = "viewer";
  policy.migrations = {{"conn_a", "conn_b", kOpens, kOpens + 90 * kDay, false}};
  change(policy);
  return problemsOf(policy);
}

TEST(ProblemsOfPolicy, FindsNoneInASoundOne) {
  EXPECT_THAT(policyProblemsAfter([](auto&) {}), IsEmpty());
  EXPECT_THAT(problemsOf(OrganizationPolicy{}), IsEmpty());
}

TEST(ProblemsOfPolicy, ChecksTheMapping) {
  for (const std::string& bad : {std::string(), std::string(257, 'x'), std::string("a\0b", 3), std::string("\xFF")}) {
    EXPECT_THAT(policyProblemsAfter([&](auto& p) {
                  p.groupRoles = {{bad, "editor"}};
                }),
                ElementsAre(HasSubstr("policy.groupRoles[0].group:")));
    EXPECT_THAT(policyProblemsAfter([&](auto& p) {
                  p.connections["conn_b"].groupRoles = std::vector<GroupRole>{{"a", "editor"}, {bad, "x"}};
                }),
                ElementsAre(HasSubstr("policy.connections[conn_b].groupRoles[1].group:")));
  }
  EXPECT_THAT(policyProblemsAfter([&](auto& p) {
                p.groupRoles = {{std::string(256, 'x'), std::string(64, 'r')}};
              }),
              IsEmpty());
  for (const std::string& bad : {std::string(), std::string(65, 'r')}) {
    EXPECT_THAT(policyProblemsAfter([&](auto& p) {
                  p.groupRoles = {{"staff", bad}};
                }),
                ElementsAre(HasSubstr("[0].role:")));
  }
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.groupRoles.push_back(p.groupRoles.front()); }),
              ElementsAre(HasSubstr("groupRoles[1]: listed twice")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.roleCeiling = static_cast<RoleCeiling>(7); }),
              ElementsAre(HasSubstr("roleCeiling")));
}

TEST(ProblemsOfPolicy, CountsTheMappingsOfAllConnectionsTogether) {
  const auto fill = [](std::size_t ofOrganization, std::size_t ofConnection) {
    return [=](OrganizationPolicy& policy) {
      policy.groupRoles.clear();
      auto& own = policy.connections["conn_b"].groupRoles.emplace();
      for (std::size_t i = 0; i < ofOrganization; ++i) policy.groupRoles.push_back({std::to_string(i), "editor"});
      for (std::size_t i = 0; i < ofConnection; ++i) own.push_back({std::to_string(i), "editor"});
    };
  };
  EXPECT_THAT(policyProblemsAfter(fill(200, 0)), IsEmpty());
  EXPECT_THAT(policyProblemsAfter(fill(100, 100)), IsEmpty());
  EXPECT_THAT(policyProblemsAfter(fill(100, 101)), ElementsAre(HasSubstr("groupRoles: more than 200")));
}

TEST(ProblemsOfPolicy, LimitsWhatIsStoredOfIt) {
  EXPECT_THAT(policyProblemsAfter([](auto& p) {
                for (int i = 0; i < 199; ++i)
                  p.groupRoles.push_back({std::to_string(i) + std::string(250, 'g'), std::string(60, 'r')});
              }),
              ElementsAre(HasSubstr("too long together")));
}

TEST(ProblemsOfPolicy, AMappingNeedsARoleToFallBackTo) {
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.defaultRole.clear(); }),
              ElementsAre("policy.groupRoles: needs a defaultRole"));
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.connections["conn_b"].defaultRole = ""; }),
              ElementsAre(HasSubstr("connections[conn_b].groupRoles: needs a defaultRole")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) {
                p.groupRoles.clear();
                p.defaultRole.clear();
                p.connections["conn_b"] = {};
                p.connections["conn_b"].groupRoles = std::vector<GroupRole>{{"a", "editor"}};
              }),
              ElementsAre(HasSubstr("connections[conn_b].groupRoles: needs a defaultRole")));
}

TEST(ProblemsOfPolicy, ChecksTheOverrides) {
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.connections["org_1"]; }),
              ElementsAre(HasSubstr("not a connection id")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) {
                for (int i = 0; i < 50; ++i) p.connections["conn_" + std::to_string(i)];
              }),
              ElementsAre(HasSubstr("connections: more than 50")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.connections["conn_b"].linkExisting = static_cast<LinkRule>(7); }),
              ElementsAre(HasSubstr("connections[conn_b].linkExisting")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.connections["conn_b"].defaultRole = "a\tb"; }),
              ElementsAre(HasSubstr("connections[conn_b].defaultRole")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) {
                p.trustedConnections = {"conn_b"};
                p.connections["conn_b"].trusted = false;
              }),
              ElementsAre(HasSubstr("contradicts trustedConnections")));
}

TEST(ProblemsOfPolicy, ChecksSeats) {
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.seatLimit = 1'000'000; }), IsEmpty());
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.seatLimit = 1'000'001; }), ElementsAre(HasSubstr("seatLimit")));
}

TEST(ProblemsOfPolicy, ChecksDormancy) {  // JIT.md row 32
  for (const std::uint32_t sound : {0, 30, 1095}) {
    EXPECT_THAT(policyProblemsAfter([=](auto& p) { p.dormantAfterDays = sound; }), IsEmpty()) << sound;
  }
  for (const std::uint32_t bad : {1, 29, 1096}) {
    EXPECT_THAT(policyProblemsAfter([=](auto& p) { p.dormantAfterDays = bad; }),
                ElementsAre("policy.dormantAfterDays: 30 to 1095, 0 for never"));
  }
  EXPECT_EQ(OrganizationPolicy().dormantAfterDays, 0U) << "what was stored before the rule changes nothing";
}

TEST(ProblemsOfPolicy, ChecksMigrations) {  // JIT.md row 14
  const auto change = [](auto set) { return policyProblemsAfter([&](auto& p) { set(p.migrations.front()); }); };
  EXPECT_THAT(change([](auto& m) { m.closesAt += std::chrono::seconds(1); }),
              ElementsAre(HasSubstr("at most 90 days")));
  EXPECT_THAT(change([](auto& m) { m.closesAt = m.opensAt; }), ElementsAre(HasSubstr("closes after it opens")));
  EXPECT_THAT(change([](auto& m) { m.opensAt += std::chrono::milliseconds(1); }),
              ElementsAre(HasSubstr("whole seconds")));
  EXPECT_THAT(change([](auto& m) { m.retired = "org_1"; }), ElementsAre(HasSubstr("not two connection ids")));
  EXPECT_THAT(change([](auto& m) { m.replacement = ""; }), ElementsAre(HasSubstr("not two connection ids")));
  EXPECT_THAT(change([](auto& m) { m.replacement = m.retired; }), ElementsAre(HasSubstr("cannot replace itself")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) { p.migrations.push_back(p.migrations.front()); }),
              ElementsAre(HasSubstr("migrations[1].retired: listed twice")));
  EXPECT_THAT(policyProblemsAfter([](auto& p) {
                for (int i = 0; i < 10; ++i) {
                  p.migrations.push_back(p.migrations.front());
                  p.migrations.back().retired = "conn_" + std::to_string(i);
                }
              }),
              Contains(HasSubstr("migrations: more than 10")));
}

}  // namespace
}  // namespace sso
