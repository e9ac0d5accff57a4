// SPDX-License-Identifier: Apache-2.0
#include "seed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sso/error.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string problemsOf(const std::string& seed) {
  try {
    parseSeed(seed);
  } catch (const sso::Error& error) {
    EXPECT_EQ(error.code(), sso::ErrorCode::kConfig);
    return error.what();
  }
  return "";
}

TEST(ParseSeed, ReadsTheDemo) {
  std::ifstream in(MODULAR_SSO_SOURCE_DIR "/host-app/seed.demo.json");
  std::stringstream text;
  text << in.rdbuf();
  const Seed seed = parseSeed(text.str());
  ASSERT_EQ(seed.tenants.size(), 4U);
  EXPECT_EQ(seed.tenants[1].organization->policy.mode, sso::SsoMode::kRequired);
  EXPECT_TRUE(seed.tenants[1].members[0].breakGlass);
  EXPECT_FALSE(seed.tenants[3].organization);
}

TEST(ParseSeed, ListsEveryProblemWithItsPath) {
  const std::string problems = problemsOf(R"({"organizations": [
    {"tenant_id": "A B", "name": "", "members": [
       {"email": "x", "name": "X", "role": "king", "pasword": "secret-marker-1"},
       {"email": "y@example.com", "name": "Y", "password": "secret-marker"},
       {"email": "z@example.com", "name": "Z", "break_glass": true}]},
    3,
    {"tenant_id": "ok", "name": "Ok", "domains": ["example.com"], "policy": {"mode": "sometimes"}}]})");
  for (const char* path : {"organizations[0].tenant_id", "organizations[0].name", "organizations[0].members[0].email",
                           "organizations[0].members[0].role", "organizations[0].members[0].pasword: unknown",
                           "organizations[0].members[2].break_glass", "organizations[1]: expected an object",
                           "organizations[2].organization_id", "organizations[2].policy.mode"}) {
    EXPECT_THAT(problems, HasSubstr(path));
  }
  EXPECT_THAT(problems, Not(HasSubstr("secret-marker")));
}

TEST(ParseSeed, RefusesRulesThatWouldRuleNothing) {
  EXPECT_THAT(problemsOf(R"({"organizations": [
    {"tenant_id": "a", "name": "A", "policy": {"mode": "required"}}]})"),
              HasSubstr("organizations[0].organization_id: required with policy"));
  EXPECT_THAT(problemsOf(R"({"organizations": [{"tenant_id": "a", "name": "A", "status": "suspended"}]})"),
              HasSubstr("required with status"));
}

TEST(ParseSeed, RefusesWhatComesTwice) {
  const std::string problems = problemsOf(R"({"organizations": [
    {"tenant_id": "a", "name": "A", "organization_id": "org_1234567", "domains": ["acme.example"], "members": [
       {"email": "Ada@Acme.example", "name": "Ada"}, {"email": "ada@acme.example", "name": "Ada"}]},
    {"tenant_id": "a", "name": "B", "organization_id": "org_1234567", "domains": ["ACME.example"]}]})");
  EXPECT_THAT(problems, HasSubstr("organizations[1].tenant_id: comes twice"));
  EXPECT_THAT(problems, HasSubstr("organizations[1].organization_id: comes twice"));
  EXPECT_THAT(problems, HasSubstr("organizations[1].domains: acme.example comes twice"));
  EXPECT_THAT(problems, HasSubstr("organizations[0].members[1].email: comes twice"));
}

// JIT.md: public mail domains belong to nobody.
TEST(ParseSeed, RefusesPublicMailDomains) {
  EXPECT_NE(problemsOf(R"({"organizations": [{"tenant_id": "a", "name": "A", "organization_id": "org_1234567",
                          "domains": ["gmail.com"]}]})"),
            "");
}

// JIT.md row 24: no owner by default.
TEST(ParseSeed, RefusesOwnerAsDefaultRole) {
  EXPECT_THAT(problemsOf(R"({"organizations": [{"tenant_id": "a", "name": "A", "organization_id": "org_1234567",
                            "policy": {"default_role": "owner"}}]})"),
              HasSubstr("default_role"));
}

std::string withPolicy(const std::string& policy) {
  return R"({"organizations": [{"tenant_id": "a", "name": "A", "organization_id": "org_1234567", "policy": )" + policy +
         "}]}";
}

TEST(ParseSeed, ReadsEveryRuleOfThePolicy) {
  const Seed seed = parseSeed(withPolicy(R"({"default_role": "member", "role_ceiling": "admin", "seat_limit": 25,
    "dormant_after_days": 120,
    "domain_authority": "scalekit",
    "group_roles": [{"group": "Field staff", "role": "member"}, {"group": "bosses", "role": "admin"}],
    "connections": {"conn_a": {"jit_provisioning": false, "approval_required": true, "role_ceiling": "admin",
                               "trusted": true, "update_attributes": false,
                               "link_existing": "automatic", "default_role": "admin", "group_roles": []}, "conn_b": {}},
    "migrations": [{"retired": "conn_b", "replacement": "conn_a", "opens": "2026-01-31", "closes": "2026-05-01"}]})"));
  sso::OrganizationPolicy expected;
  expected.defaultRole = "member";
  expected.roleCeiling = sso::RoleCeiling::kAdmin;
  expected.seatLimit = 25;
  expected.dormantAfterDays = 120;
  expected.domainAuthority = sso::DomainAuthority::kScalekit;
  expected.groupRoles = {{"Field staff", "member"}, {"bosses", "admin"}};
  auto& own = expected.connections["conn_a"];
  own.approvalRequired = true;
  own.roleCeiling = sso::RoleCeiling::kAdmin;
  own.jitProvisioning = own.updateAttributes = false;
  own.trusted = true;
  own.linkExisting = sso::LinkRule::kAutomatic;
  own.defaultRole = "admin";
  own.groupRoles.emplace();
  expected.connections["conn_b"] = {};
  expected.migrations = {
      {"conn_b", "conn_a", sso::fromEpochSeconds(1'769'817'600), sso::fromEpochSeconds(1'777'593'600), false}};
  EXPECT_EQ(seed.tenants[0].organization->policy, expected);
}

TEST(ParseSeed, RefusesRulesThatItDoesNotUnderstand) {
  for (const auto& [policy, path] : std::initializer_list<std::pair<std::string, std::string>>{
           {R"({"group_roles": [{"group": "g", "role": "owner"}]})", "policy.group_roles[0].role: expected one of"},
           {R"({"group_roles": [{"group": "g", "roles": "member"}]})", "policy.group_roles[0].roles: unknown member"},
           {R"({"group_roles": [{"group": "g", "role": "member"}]})", "needs a defaultRole"},
           {R"({"role_ceiling": "owner"})", "policy.role_ceiling: expected one of ordinary, admin"},
           {R"({"domain_authority": "nobody"})", "policy.domain_authority: "},
           {R"({"dormant_after_days": 1096})", "policy.dormant_after_days: expected a number"},
           {R"({"dormant_after_days": 29})", "policy.dormantAfterDays: 30 to 1095"},
           {R"({"seat_limit": -1})", "policy.seat_limit: expected a number"},
           {R"({"connections": []})", "policy.connections: expected an object"},
           {R"({"connections": {"conn_a": {"mode": "off"}}})", "policy.connections.conn_a.mode: unknown member"},
           {R"({"connections": {"conn_a": {"default_role": "owner"}}})", "policy.connections.conn_a.default_role"},
           {R"({"connections": {"a": {}}})", "not a connection id"},
           {R"({"migrations": [{"retired": "conn_a", "replacement": "conn_b", "opens": "2026-02-30",
                "closes": "2026-3-1"}]})",
            "policy.migrations[0].opens: expected a day"}}) {
    EXPECT_THAT(problemsOf(withPolicy(policy)), HasSubstr(path));
  }
}

TEST(ParseSeed, RefusesBrokenDocuments) {
  for (const std::string text : {"", "{", "[]", "{}", "null", R"({"organizations": {}})", R"({"organisations": []})",
                                 R"({"organizations": [], "organizations": []})"}) {
    EXPECT_NE(problemsOf(text), "") << text;
  }
  EXPECT_THAT(problemsOf(std::string(100'000, '[')), HasSubstr("seed: "));
}

}  // namespace
}  // namespace hostapp
