// SPDX-License-Identifier: Apache-2.0
#include "tenants/policy_change.h"

#include "sso/policy_differences.h"
#include "sso/utf8.h"
#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

using Details = std::map<std::string, std::string>;
using Problems = std::vector<std::string>;

/// Acme, version 1; each test changes something of its policy.
class PolicyChangeTest : public TenantsTest {
 protected:
  PolicyChangeTest() { store("org_1", "tenant-7", {"acme.example"}); }
  void setStored(const std::function<void(Organization&)>& change) {
    storage->edit([&](MemoryTables& tables) { change(tables.organizations["org_1"]); });
  }
  OrganizationPolicy with(const std::function<void(OrganizationPolicy&)>& change) {
    auto policy = stored()->policy;
    change(policy);
    return policy;
  }
  Organization change(const OrganizationPolicy& policy, std::int64_t version = 1) {
    return tenants.changePolicy(kAcme, version, policy, kAda);
  }
  ErrorCode refusal(const OrganizationPolicy& policy, std::int64_t version = 1) {
    try {
      change(policy, version);
    } catch (const Error& error) {
      said = error.what();
      return error.code();
    }
    return ErrorCode::kInternal;
  }
  /// Refused, for these reasons alone, and nothing is written.
  void expectProblems(const OrganizationPolicy& policy, const Problems& expected) {
    const auto before = *stored();
    EXPECT_EQ(tenants.policyProblems(before, policy), expected);
    EXPECT_EQ(refusal(policy, before.version), ErrorCode::kInvalidRequest);
    for (const auto& problem : expected) EXPECT_NE(said.find(problem), std::string::npos) << said;
    EXPECT_EQ(stored()->version, before.version);
    EXPECT_EQ(stored()->policy, before.policy);
    EXPECT_TRUE(events("org_1").empty());
  }
  std::string said;
};

// JIT.md part 8
TEST_F(PolicyChangeTest, KeepsEachVersionWithWhoWroteIt) {
  change(with([](auto& policy) { policy.jitProvisioning = false; }));
  change(with([](auto& policy) { policy.approvalRequired = true; }), 2);
  const auto second = tenants.policyAt(kAcme.id, 2).value();
  EXPECT_FALSE(second.policy.jitProvisioning || second.policy.approvalRequired);
  EXPECT_EQ(second.written.accountId, kAda.accountId);
  EXPECT_EQ(second.written.at, clock->now());
  EXPECT_TRUE(tenants.policyAt(kAcme.id, 3)->policy.approvalRequired);
  EXPECT_FALSE(tenants.policyAt(kAcme.id, 4));
  EXPECT_FALSE(tenants.policyAt("tenant-8", 2)) << "another tenant's";
}

TEST_F(PolicyChangeTest, IsWrittenAuditedAndHoldsAtOnce) {
  ASSERT_EQ(caches.organizations->byId("org_1")->policy.jitProvisioning, true) << "remembered before the change";
  ASSERT_TRUE(caches.organizations->byDomain("acme.example")->policy.jitProvisioning);
  const auto wanted = with([](auto& policy) {
    policy.jitProvisioning = false;
    policy.approvalRequired = true;
    policy.defaultRole = "editor";
    policy.linkExisting = LinkRule::kAutomatic;
    policy.updateAttributes = false;
    policy.groupRoles = {{"engineering", "editor"}};
    policy.roleCeiling = RoleCeiling::kAdmin;
    policy.connections["conn_1"].jitProvisioning = true;
    policy.connections["conn_1"].defaultRole = "member";
  });
  const auto written = change(wanted);
  EXPECT_EQ(written.version, 2);
  EXPECT_EQ(stored()->policy, wanted);
  EXPECT_EQ(stored()->version, 2);
  EXPECT_EQ(stored()->domains, std::vector<std::string>{"acme.example"});
  EXPECT_FALSE(caches.organizations->byId("org_1")->policy.jitProvisioning);
  EXPECT_FALSE(caches.organizations->byDomain("acme.example")->policy.jitProvisioning);
  const auto trail = events("org_1");
  ASSERT_EQ(trail.size(), 1u);
  EXPECT_EQ(trail[0].name, "sso.organization.policy_changed");
  EXPECT_EQ(trail[0].accountId, "acc_ada");
  EXPECT_EQ(trail[0].remoteAddress, "192.0.2.1");
  EXPECT_EQ(trail[0].reference, "ref-1");
  EXPECT_EQ(trail[0].at, clock->now());
  EXPECT_EQ(trail[0].details,
            (Details{{"version", "2"},
                     {"jit_provisioning", "on -> off"},
                     {"approval_required", "off -> on"},
                     {"default_role", "member -> editor"},
                     {"link_existing", "after_proof -> automatic"},
                     {"update_attributes", "on -> off"},
                     {"group_roles", "nothing -> engineering=editor"},
                     {"role_ceiling", "ordinary -> admin"},
                     {"conn_1", "jit_provisioning inherited -> on; default_role inherited -> member"}}));
}

TEST_F(PolicyChangeTest, NobodyWritesOverWhatTheyHaveNotSeen) {
  const auto hers = with([](auto& policy) { policy.updateAttributes = false; });
  const auto his = with([](auto& policy) { policy.linkExisting = LinkRule::kAutomatic; });
  change(hers);
  EXPECT_EQ(refusal(his), ErrorCode::kConflict);
  EXPECT_EQ(stored()->policy, hers);
  EXPECT_EQ(refusal(his, 3), ErrorCode::kConflict) << "a version that is not there yet";
  EXPECT_EQ(refusal(his, 0), ErrorCode::kConflict);
  EXPECT_EQ(events("org_1").size(), 1u);
  change(his, 2);
  EXPECT_EQ(stored()->policy, his) << "knowing it, he may";
}

TEST_F(PolicyChangeTest, WhoIsLateIsToldSoAndNotThatTheyTouchedTheOperatorsRules) {
  const auto hers = stored()->policy;
  setStored([](Organization& row) {
    row.policy.seatLimit = 5;  // the operator, meanwhile
    ++row.version;
  });
  EXPECT_EQ(refusal(hers), ErrorCode::kConflict);
}

TEST_F(PolicyChangeTest, SomebodyFasterIsSeenEvenInTheLastMoment) {
  const auto his = with([](auto& policy) { policy.linkExisting = LinkRule::kAutomatic; });
  storage->beforeCommit([&] {
    setStored([](Organization& row) {
      row.policy.updateAttributes = false;
      ++row.version;
    });
  });
  EXPECT_EQ(refusal(his), ErrorCode::kConflict);
  EXPECT_EQ(stored()->policy.linkExisting, LinkRule::kAfterProof);
  EXPECT_FALSE(stored()->policy.updateAttributes);
  EXPECT_TRUE(events("org_1").empty());
}

TEST_F(PolicyChangeTest, WhatHoldsAlreadyWritesNothing) {
  EXPECT_EQ(change(stored()->policy).version, 1);
  EXPECT_EQ(storage->commits(), 0);
}

TEST_F(PolicyChangeTest, ATenantThatIsNotTiedHasNoPolicy) {
  try {
    tenants.changePolicy({.id = "tenant-8", .displayName = "Other"}, 0, {}, kAda);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
  }
  EXPECT_EQ(created(), 0u) << "and gets none by this";
}

TEST_F(PolicyChangeTest, AsksScalekitNothing) {
  away = true;
  change(with([](auto& policy) { policy.jitProvisioning = false; }));
  EXPECT_TRUE(calls().empty());
  EXPECT_EQ(connectionLists, 0);
}

TEST_F(PolicyChangeTest, TouchesTheTenantsOwnOrganizationAlone) {
  store("org_2", "tenant-8", {"other.example"});
  change(with([](auto& policy) { policy.jitProvisioning = false; }));
  EXPECT_TRUE(stored("tenant-8")->policy.jitProvisioning);
  EXPECT_EQ(stored("tenant-8")->version, 1);
}

TEST_F(PolicyChangeTest, EveryRuleOfTheOperatorIsRefused) {
  setStored([](Organization& row) { row.policy.connections["conn_1"].trusted = false; });
  const std::vector<std::pair<std::string, std::function<void(OrganizationPolicy&)>>> rules{
      {"policy.mode", [](auto& policy) { policy.mode = SsoMode::kOptional; }},
      {"policy.directoryActive", [](auto& policy) { policy.directoryActive = true; }},
      {"policy.creationsPerHour", [](auto& policy) { policy.creationsPerHour = 5; }},
      {"policy.seatLimit", [](auto& policy) { policy.seatLimit = 5; }},
      {"policy.domainAuthority", [](auto& policy) { policy.domainAuthority = DomainAuthority::kOperator; }},
      {"policy.trustedConnections", [](auto& policy) { policy.trustedConnections = {"conn_2"}; }},
      {"policy.connections[conn_1].trusted", [](auto& policy) { policy.connections["conn_1"].trusted.reset(); }},
      {"policy.connections[conn_1].trusted", [](auto& policy) { policy.connections.clear(); }},
      {"policy.connections[conn_2].trusted", [](auto& policy) { policy.connections["conn_2"].trusted = true; }}};
  for (const auto& [path, rule] : rules) expectProblems(with(rule), {path + ": not the customer's to set"});
}

TEST_F(PolicyChangeTest, ARoleMustBeOneThatASignInMayGrant) {
  for (const char* role : {"owner", "emperor"}) {
    expectProblems(with([&](auto& policy) { policy.defaultRole = role; }),
                   {"policy.defaultRole: no role that a sign-in may grant"});
    expectProblems(with([&](auto& policy) {
                     policy.groupRoles = {{"engineering", "member"}, {"all", role}};
                   }),
                   {"policy.groupRoles[1].role: no role that a group may grant"});
    expectProblems(with([&](auto& policy) { policy.connections["conn_1"].defaultRole = role; }),
                   {"policy.connections[conn_1].defaultRole: no role that a sign-in may grant"});
    expectProblems(with([&](auto& policy) {
                     policy.connections["conn_1"].groupRoles = {{{"all", role}}};
                   }),
                   {"policy.connections[conn_1].groupRoles[0].role: no role that a group may grant"});
  }
}

TEST_F(PolicyChangeTest, AllProblemsAreToldAtOnce) {
  expectProblems(with([](auto& policy) {
                   policy.defaultRole = "emperor";
                   policy.seatLimit = 5;
                   policy.groupRoles = {{"", "member"}, {"a", "emperor"}};
                 }),
                 {"policy.groupRoles[0].group: 1 to 256 bytes, no control characters",
                  "policy.seatLimit: not the customer's to set", "policy.defaultRole: no role that a sign-in may grant",
                  "policy.groupRoles[1].role: no role that a group may grant"});
}

TEST_F(PolicyChangeTest, TheHostIsNotAskedAboutWhatIsTooLongOrTooMany) {
  expectProblems(with([](auto& policy) { policy.defaultRole = std::string(65, 'r'); }),
                 {"policy.defaultRole: at most 64 bytes, no control characters"});
  const auto many = with([](auto& policy) {
    for (int i = 0; i < 201; ++i) policy.groupRoles.push_back({"g" + std::to_string(i), "r" + std::to_string(i)});
  });
  EXPECT_EQ(tenants.policyProblems(*stored(), many).size(), 201u) << "too many, and of two hundred the role";
}

TEST_F(PolicyChangeTest, WhereItIsRequiredNewPeopleNeedARole) {
  setStored([](Organization& row) { row.policy.mode = SsoMode::kRequired; });
  expectProblems(with([](auto& policy) { policy.defaultRole.clear(); }),
                 {"policy.defaultRole: needed while single sign-on is required"});
  change(with([](auto& policy) {
    policy.defaultRole.clear();
    policy.jitProvisioning = false;  // nobody comes the first time
  }));
  EXPECT_EQ(stored()->version, 2);
}

TEST_F(PolicyChangeTest, TheTrailIsBoundedAndNamesNobody) {
  change(with([](auto& policy) {
    for (int i = 0; i < 150; ++i) {
      policy.groupRoles.push_back({"g" + std::to_string(i) + std::string(200, 'g'), "member"});
    }
    policy.groupRoles.insert(policy.groupRoles.begin(), {"ada.lovelace@acme.example", "admin"});
    for (int i = 0; i < 50; ++i) policy.connections["conn_" + std::to_string(i)].jitProvisioning = false;
  }));
  const auto details = events("org_1").at(0).details;
  EXPECT_LE(details.size(), 32u);
  EXPECT_EQ(details.at("more"), "30");
  EXPECT_EQ(details.at("version"), "2");
  for (const auto& [name, value] : details) {
    EXPECT_FALSE(value.empty());
    EXPECT_LE(name.size(), 64u);
    EXPECT_LE(value.size(), 1024u) << name;
    EXPECT_EQ(value.find('@'), std::string::npos) << value;
  }
  EXPECT_TRUE(details.at("group_roles").starts_with("nothing -> (an address)=admin, g0ggg"));
  EXPECT_TRUE(details.at("group_roles").ends_with(" more"));
}

TEST(PolicyDifferences, SaysWhatWentAndWhatCameOfAMapping) {
  OrganizationPolicy before, after;
  before.groupRoles = {{"a", "member"}, {"b", "admin"}, {"c", "member"}};
  after.groupRoles = {{"c", "member"}, {"b", "member"}, {"a", "member"}};
  const auto found = differencesOf(before, after);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "group_roles");
  EXPECT_EQ(found[0].from, "b=admin");
  EXPECT_EQ(found[0].to, "b=member");
  after.groupRoles = {{"c", "member"}, {"b", "admin"}, {"a", "member"}};
  EXPECT_TRUE(differencesOf(before, after).empty()) << "the order says nothing";
}

TEST(PolicyDifferences, AnEmptyMappingOfAConnectionIsNotTheOrganizations) {
  OrganizationPolicy before, after;
  after.connections["conn_1"].groupRoles.emplace();
  const auto found = differencesOf(before, after);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].connection, "conn_1");
  EXPECT_EQ(found[0].from + " -> " + found[0].to, "inherited -> nothing");
  after.connections["conn_1"].groupRoles.reset();
  EXPECT_TRUE(differencesOf(before, after).empty()) << "a connection with no rule of its own is none";
}

TEST(PolicyDifferences, CutsBetweenTwoCharacters) {
  OrganizationPolicy before, after;
  std::string group;
  for (int i = 0; i < 100; ++i) group += "ü";
  after.groupRoles = {{"x" + group, "member"}};
  const auto found = differencesOf(before, after);
  EXPECT_TRUE(isUtf8(found.at(0).to)) << found.at(0).to;
  EXPECT_LE(found.at(0).to.size(), 300u);
}

TEST(PolicyDifferences, DaysAreToldInWords) {
  OrganizationPolicy before, after;
  after.dormantAfterDays = 120;
  const auto found = differencesOf(before, after);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, "dormant_after_days");
  EXPECT_EQ(found[0].from, "off");
  EXPECT_EQ(found[0].to, "120 days");
}

TEST(PolicyDifferences, SaysWhichWindowWasOpenedAndWhichWent) {
  OrganizationPolicy before, after;
  before.migrations = {{"conn_1", "conn_2", fromEpochSeconds(1'700'000'000), fromEpochSeconds(1'700'086'400), false}};
  after.migrations = {{"conn_3", "conn_2", fromEpochSeconds(0), fromEpochSeconds(60), true}};
  const auto found = differencesOf(before, after);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "migrations");
  EXPECT_EQ(found[0].from, "conn_1 to conn_2 from 2023-11-14 22:13 until 2023-11-15 22:13 UTC");
  EXPECT_EQ(found[0].to, "conn_3 to conn_2 from 1970-01-01 00:00 until 1970-01-01 00:01 UTC, automatic");
  for (int i = 0; i < 9; ++i) {
    after.migrations.push_back(after.migrations.front());
    after.migrations.back().retired = "conn_" + std::to_string(i) + std::string(50, '0');
  }
  EXPECT_LE(differencesOf(before, after).at(0).to.size(), 300u);
  before.migrations = {after.migrations[1], after.migrations[0]};
  after.migrations = {after.migrations[0], after.migrations[1]};
  EXPECT_TRUE(differencesOf(before, after).empty()) << "the order says nothing";
}

TEST(PolicyDifferences, EveryRuleOfAConnectionFitsIntoOneDetail) {
  OrganizationPolicy after;
  auto& own = after.connections["conn_1"];
  own.jitProvisioning = own.approvalRequired = own.trusted = own.updateAttributes = false;
  own.linkExisting = LinkRule::kAutomatic;
  own.roleCeiling = RoleCeiling::kOrdinary;
  own.defaultRole = std::string(64, 'r');
  own.groupRoles.emplace();
  for (int i = 0; i < 200; ++i) own.groupRoles->push_back({std::to_string(i) + std::string(250, 'g'), "member"});
  std::size_t bytes = 0;
  const auto found = differencesOf({}, after);
  EXPECT_EQ(found.size(), 8u);
  // The texts of a mapping and of a role may come twice: what went and what came.
  for (const auto& one : found) bytes += one.rule.size() + 2 * one.to.size() + 16;
  EXPECT_LE(bytes, 1024u);
}

TEST(PolicyDifferences, TheCustomersRulesAreNine) {
  for (const char* rule : {"jit_provisioning", "approval_required", "default_role", "link_existing",
                           "update_attributes", "group_roles", "role_ceiling", "migrations", "dormant_after_days"}) {
    EXPECT_TRUE(isCustomersRule(rule)) << rule;
  }
  for (const char* rule : {"mode", "directory_active", "creations_per_hour", "seat_limit", "domain_authority",
                           "trusted_connections", "trusted", ""}) {
    EXPECT_FALSE(isCustomersRule(rule)) << rule;
  }
}

}  // namespace
}  // namespace sso::test
