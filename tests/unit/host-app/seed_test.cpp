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

std::string problemsOf(const std::string& json) {
  try {
    parseSeed(json);
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

TEST(ParseSeed, RefusesBrokenDocuments) {
  for (const std::string text : {"", "{", "[]", "{}", "null", R"({"organizations": {}})", R"({"organisations": []})",
                                 R"({"organizations": [], "organizations": []})"}) {
    EXPECT_NE(problemsOf(text), "") << text;
  }
  EXPECT_THAT(problemsOf(std::string(100'000, '[')), HasSubstr("seed: "));
}

}  // namespace
}  // namespace hostapp
