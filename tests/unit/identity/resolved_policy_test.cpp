// SPDX-License-Identifier: Apache-2.0
#include "identity/resolved_policy.h"

#include <gtest/gtest.h>

namespace sso::detail {
namespace {

OrganizationPolicy organizations() {
  OrganizationPolicy policy;
  policy.defaultRole = "member";
  policy.trustedConnections = {"conn_a"};
  policy.groupRoles = std::vector<GroupRole>{{"staff", "editor"}};
  policy.approvalRequired = true;
  policy.roleCeiling = RoleCeiling::kAdmin;
  return policy;
}

TEST(ResolvedPolicy, IsTheOrganizationsWhereTheConnectionSaysNothing) {
  auto policy = organizations();
  policy.connections["conn_b"].jitProvisioning = false;
  policy.connections["conn_a"] = {};
  for (const char* connection : {"conn_a", "conn_c"}) {
    const auto resolved = resolvePolicy(policy, connection);
    EXPECT_TRUE(resolved.jitProvisioning);
    EXPECT_TRUE(resolved.updateAttributes);
    EXPECT_EQ(resolved.trusted, connection == std::string("conn_a"));
    EXPECT_EQ(resolved.linkExisting, LinkRule::kAfterProof);
    EXPECT_EQ(resolved.defaultRole, "member");
    EXPECT_EQ(resolved.groupRoles.size(), 1U);
    EXPECT_TRUE(resolved.approvalRequired);
    EXPECT_EQ(resolved.roleCeiling, RoleCeiling::kAdmin);
  }
}

TEST(ResolvedPolicy, TakesEachOverrideOfItsOwnConnection) {
  auto policy = organizations();
  auto& own = policy.connections["conn_b"];
  own.jitProvisioning = own.updateAttributes = false;
  own.trusted = true;
  own.linkExisting = LinkRule::kAutomatic;
  own.approvalRequired = false;
  own.roleCeiling = RoleCeiling::kOrdinary;
  own.defaultRole = "editor";
  own.groupRoles = {{"x", "member"}, {"y", "admin"}};
  const auto resolved = resolvePolicy(policy, "conn_b");
  EXPECT_FALSE(resolved.jitProvisioning);
  EXPECT_FALSE(resolved.updateAttributes);
  EXPECT_TRUE(resolved.trusted);
  EXPECT_EQ(resolved.linkExisting, LinkRule::kAutomatic);
  EXPECT_FALSE(resolved.approvalRequired);
  EXPECT_EQ(resolved.roleCeiling, RoleCeiling::kOrdinary);
  EXPECT_EQ(resolved.defaultRole, "editor");
  ASSERT_EQ(resolved.groupRoles.size(), 2U);
  EXPECT_EQ(resolved.groupRoles[1].role, "admin");
}

// JIT.md row 4
TEST(ResolvedPolicy, SilenceIsBelievedWhereScalekitVerifiesTheDomains) {
  auto policy = organizations();
  EXPECT_FALSE(resolvePolicy(policy, "conn_b").believedWhenSilent);
  policy.domainAuthority = DomainAuthority::kScalekit;
  EXPECT_TRUE(resolvePolicy(policy, "conn_b").believedWhenSilent);
  policy.connections["conn_b"].trusted = false;
  EXPECT_FALSE(resolvePolicy(policy, "conn_b").believedWhenSilent);
  EXPECT_TRUE(resolvePolicy(policy, "conn_c").believedWhenSilent);
}

TEST(ResolvedPolicy, AnEmptyMappingOfAConnectionIsNoMapping) {
  auto policy = organizations();
  policy.connections["conn_b"].groupRoles.emplace();
  EXPECT_TRUE(resolvePolicy(policy, "conn_b").groupRoles.empty());
}

}  // namespace
}  // namespace sso::detail
