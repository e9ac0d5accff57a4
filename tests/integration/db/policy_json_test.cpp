// SPDX-License-Identifier: Apache-2.0
// The stored policy: old rows are read, and what this build does not know is refused (JIT.md, parts 2 and 8).
#include "policy_json.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::db {
namespace {

/// As releases before seats, mappings and overrides wrote it.
const std::string kOld =
    R"({"mode":"required","jit_provisioning":false,"default_role":"member","trusted_connections":["conn_1"],)"
    R"("link_existing":"automatic","update_attributes":false,"directory_active":true)";

bool isRefused(const std::string& text) {
  try {
    policyFromJson(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStorage);
    EXPECT_EQ((std::string(error.what()) + error.hint()).find("MARKER"), std::string::npos);
    return true;
  }
  return false;
}

TEST(PolicyFromJson, ReadsRowsOfEarlierReleases) {
  OrganizationPolicy expected;
  expected.mode = SsoMode::kRequired;
  expected.jitProvisioning = expected.updateAttributes = false;
  expected.defaultRole = "member";
  expected.trustedConnections = {"conn_1"};
  expected.linkExisting = LinkRule::kAutomatic;
  expected.directoryActive = true;
  EXPECT_EQ(policyFromJson(kOld + "}"), expected);
  expected.creationsPerHour = 5;
  EXPECT_EQ(policyFromJson(kOld + R"(,"creations_per_hour":5})"), expected);
}

TEST(PolicyFromJson, IsTheInverseOfWriting) {
  OrganizationPolicy policy;
  policy.defaultRole = "member";
  policy.groupRoles = {{"b", "x"}, {"a", "y"}};
  policy.seatLimit = 3;
  policy.dormantAfterDays = 120;
  policy.approvalRequired = true;
  policy.connections["conn_1"].trusted = false;
  policy.connections["conn_1"].approvalRequired = true;
  policy.connections["conn_1"].roleCeiling = RoleCeiling::kAdmin;
  policy.connections["conn_1"].groupRoles = std::vector<GroupRole>{{"c", "z"}};
  policy.migrations = {{"conn_2", "conn_1", fromEpochSeconds(1), fromEpochSeconds(2), true}};
  EXPECT_EQ(policyFromJson(policyToJson(policy)), policy);
}

// An instance of the release before reads the row during an upgrade, and refuses members that it does not know.
TEST(PolicyToJson, WritesNothingNewWhereNothingNewIsSaid) {
  for (const auto* member : {"approval_required", "group_roles", "role_ceiling", "seat_limit", "dormant_after_days",
                             "connections", "migrations"}) {
    EXPECT_EQ(policyToJson(OrganizationPolicy{}).find("\"" + std::string(member) + "\""), std::string::npos) << member;
  }
}

TEST(PolicyFromJson, RefusesWhatItDoesNotKnow) {
  const auto with = [](const std::string& member) { return kOld + "," + member + "}"; };
  ASSERT_FALSE(isRefused(with(R"("connections":{"conn_1":{"trusted":true}})")));
  for (
      const std::string member :
      {R"("MARKER":1)",
       R"("role_ceiling":"owner")",
       R"("role_ceiling":1)",
       R"("seat_limit":-1)",
       R"("seat_limit":1.5)",
       R"("seat_limit":4294967296)",
       R"("seat_limit":"1")",
       R"("seat_limit":null)",
       R"("dormant_after_days":"90")",
       R"("dormant_after_days":-90)",
       R"("group_roles":{})",
       R"("group_roles":null)",
       R"("group_roles":["MARKER"])",
       R"("group_roles":[{"group":"g"}])",
       R"("group_roles":[{"group":"g","role":1}])",
       R"("group_roles":[{"group":"g","role":"r","MARKER":0}])",
       R"("group_roles":[{"group":"g","group":"h","role":"r"}])",
       R"("connections":[])",
       R"("connections":{"conn_1":1})",
       R"("connections":{"conn_1":{"MARKER":1}})",
       R"("connections":{"conn_1":{"trusted":1}})",
       R"("connections":{"conn_1":{"trusted":null}})",
       R"("connections":{"conn_1":{},"conn_1":{}})",
       R"("connections":{"conn_1":{"link_existing":"MARKER"}})",
       R"("migrations":{})",
       R"("migrations":[{"retired":"conn_1","replacement":"conn_2","opens_at":1,"closes_at":2}])",
       R"("migrations":[{"retired":"conn_1","replacement":"conn_2","opens_at":1,"closes_at":"2","automatic":true}])",
       R"("migrations":[{"retired":"conn_1","replacement":"conn_2","opens_at":1,"closes_at":1e3,"automatic":true}])"}) {
    EXPECT_TRUE(isRefused(with(member))) << member;
  }
}

TEST(PolicyFromJson, RefusesWhatNobodyCouldHaveSaved) {
  const auto with = [](const std::string& member) { return kOld + "," + member + "}"; };
  EXPECT_TRUE(isRefused(with(R"("creations_per_hour":0)")));
  EXPECT_TRUE(isRefused(with(R"("seat_limit":1000001)")));
  EXPECT_TRUE(isRefused(with(R"("dormant_after_days":29)")));
  EXPECT_TRUE(isRefused(with(R"("connections":{"MARKER":{}})")));
  EXPECT_TRUE(isRefused(with(R"("connections":{"conn_1":{"trusted":false}})")));
  EXPECT_TRUE(isRefused(with(
      R"("migrations":[{"retired":"conn_1","replacement":"conn_2","opens_at":1,"closes_at":18446744073709551615,"automatic":true}])")));
}

}  // namespace
}  // namespace sso::db
