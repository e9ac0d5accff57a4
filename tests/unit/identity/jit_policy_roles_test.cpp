// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 21 to 25: what groups grant, revoke and leave alone.
#include "policy_facts.h"

namespace sso::detail::test {
namespace {

using Roles = std::vector<std::string>;

/// A known member who has what single sign-on gave, in an organization that maps groups.
Facts mapped(Roles granted, GroupsAssertion groups, std::vector<MappedRole> roles = {}) {
  Facts facts = knownLogin();
  facts.groupMappingConfigured = true;
  facts.groups = groups;
  facts.mappedRoles = std::move(roles);
  facts.grantedRoles = SsoRoles{std::move(granted), false, false};
  return facts;
}

const MappedRole kEditor{"editor", RoleKind::kOrdinary};
const MappedRole kMember{"member", RoleKind::kOrdinary};
const MappedRole kAdmin{"admin", RoleKind::kAdmin};
const MappedRole kOwner{"owner", RoleKind::kOwner};
const MappedRole kStranger{"emperor", RoleKind::kUnknown};

}  // namespace

TEST(JitRow21_GroupsAbsent, ChangesNoRoleAndWarns) {
  auto facts = mapped({"editor"}, GroupsAssertion::kAbsent, {kAdmin});
  facts.roleCeiling = RoleCeiling::kAdmin;
  EXPECT_FALSE(decide(facts).roles);
  EXPECT_TRUE(decide(facts).notices.has(Notice::kGroupsMissing));
  EXPECT_EQ(decide(facts).outcome, Outcome::kLogin);
}
TEST(JitRow21_GroupsAbsent, WarnsOnlyIfAMappingExists) {
  auto facts = mapped({"editor"}, GroupsAssertion::kAbsent);
  facts.groupMappingConfigured = false;
  EXPECT_TRUE(decide(facts).notices.empty());
}
TEST(JitRow21_GroupsAbsent, GivesANewPersonTheDefaultRole) {
  auto facts = firstLogin();
  facts.groupMappingConfigured = true;
  EXPECT_EQ(decide(facts).roles, Roles{"member"});
  EXPECT_TRUE(decide(facts).notices.has(Notice::kGroupsMissing));
}

TEST(JitRow22_GroupsEmpty, RevokesWhatGroupsGrantedAndKeepsTheDefaultRole) {
  const auto decision = decide(mapped({"admin", "editor"}, GroupsAssertion::kEmpty));
  EXPECT_EQ(decision.roles, Roles{"member"});
  EXPECT_TRUE(decision.notices.has(Notice::kGroupsEmpty));
  EXPECT_FALSE(decision.notices.has(Notice::kGroupsMissing));
}
TEST(JitRow22_GroupsEmpty, ChangesNothingForWhoHasTheDefaultRoleAlready) {
  EXPECT_FALSE(decide(mapped({"member"}, GroupsAssertion::kEmpty)).roles);
}
TEST(JitRow22_GroupsEmpty, GivesTheDefaultRoleToNobodyWhomSingleSignOnGaveNothing) {
  EXPECT_FALSE(decide(mapped({}, GroupsAssertion::kEmpty)).roles);
}
TEST(JitRow22_GroupsEmpty, LeavesNothingWhereTheDefaultRoleIsGone) {
  auto facts = mapped({"admin"}, GroupsAssertion::kEmpty);
  facts.defaultRole = DefaultRole::kUnknown;
  EXPECT_EQ(decide(facts).roles, Roles{});
}
TEST(JitRow22_GroupsEmpty, IsWhatAListWithoutAMappedGroupIs) {
  const auto decision = decide(mapped({"editor"}, GroupsAssertion::kList));
  EXPECT_EQ(decision.roles, Roles{"member"});
  EXPECT_FALSE(decision.notices.has(Notice::kGroupsEmpty));
}
TEST(JitRow22_GroupsEmpty, NeverTouchesWhatAPersonGranted) {
  for (const auto groups : {GroupsAssertion::kEmpty, GroupsAssertion::kList}) {
    auto facts = mapped({}, groups, {kEditor});
    facts.grantedRoles.reset();
    EXPECT_FALSE(decide(facts).roles);
  }
}

TEST(JitRow23_GroupsTruncated, ChangesNoRoleAndWarns) {
  const auto decision = decide(mapped({"editor"}, GroupsAssertion::kTruncated, {kMember}));
  EXPECT_FALSE(decision.roles);
  EXPECT_TRUE(decision.notices.has(Notice::kGroupsTruncated));
}
TEST(JitRow23_GroupsTruncated, GivesANewPersonTheDefaultRole) {
  auto facts = firstLogin();
  facts.groupMappingConfigured = true;
  facts.groups = GroupsAssertion::kTruncated;
  facts.mappedRoles = {kEditor};
  EXPECT_EQ(decide(facts).roles, Roles{"member"});
}

TEST(JitRow24_GroupAboveCeiling, IsIgnoredAndTold) {
  const auto decision = decide(mapped({"member"}, GroupsAssertion::kList, {kAdmin, kEditor}));
  EXPECT_EQ(decision.roles, Roles{"editor"});
  EXPECT_TRUE(decision.notices.has(Notice::kGroupAboveCeiling));
  EXPECT_EQ(decision.outcome, Outcome::kLogin);
}
TEST(JitRow24_GroupAboveCeiling, AdminsOnlyWhereThePolicySaysSo) {
  auto facts = mapped({"member"}, GroupsAssertion::kList, {kAdmin});
  facts.roleCeiling = RoleCeiling::kAdmin;
  EXPECT_EQ(decide(facts).roles, Roles{"admin"});
  EXPECT_FALSE(decide(facts).notices.has(Notice::kGroupAboveCeiling));
}
TEST(JitRow24_GroupAboveCeiling, OwnersNever) {
  for (const auto ceiling : {RoleCeiling::kOrdinary, RoleCeiling::kAdmin, static_cast<RoleCeiling>(7)}) {
    auto facts = mapped({"member"}, GroupsAssertion::kList, {kOwner});
    facts.roleCeiling = ceiling;
    EXPECT_FALSE(decide(facts).roles);
    EXPECT_TRUE(decide(facts).notices.has(Notice::kGroupAboveCeiling));
  }
}
TEST(JitRow24_GroupAboveCeiling, NorWhatTheHostDoesNotKnow) {
  for (const auto kind : {RoleKind::kUnknown, static_cast<RoleKind>(7)}) {
    auto facts = mapped({"member"}, GroupsAssertion::kList, {{"emperor", kind}});
    facts.roleCeiling = RoleCeiling::kAdmin;
    EXPECT_FALSE(decide(facts).roles);
    EXPECT_TRUE(decide(facts).notices.has(Notice::kGroupAboveCeiling));
  }
}
TEST(JitRow24_GroupAboveCeiling, TakesBackWhatAHigherCeilingHadAllowed) {
  EXPECT_EQ(decide(mapped({"admin"}, GroupsAssertion::kList, {kAdmin})).roles, Roles{"member"});
}
TEST(JitRow24_GroupAboveCeiling, GivesANewPersonTheRest) {
  auto facts = firstLogin();
  facts.groupMappingConfigured = true;
  facts.groups = GroupsAssertion::kList;
  facts.mappedRoles = {kOwner, kStranger, kAdmin};
  EXPECT_EQ(decide(facts).roles, Roles{"member"});
  facts.mappedRoles.push_back(kEditor);
  EXPECT_EQ(decide(facts).roles, Roles{"editor"});
  facts.roleCeiling = RoleCeiling::kAdmin;
  EXPECT_EQ(decide(facts).roles, (Roles{"admin", "editor"}));
}

TEST(JitRow25_LastOwner, KeepsEverythingAndIsTold) {
  for (const auto groups : {GroupsAssertion::kEmpty, GroupsAssertion::kList}) {
    auto facts = mapped({"owner"}, groups, {kEditor});
    facts.grantedRoles->lastOwner = true;
    EXPECT_FALSE(decide(facts).roles);
    EXPECT_TRUE(decide(facts).notices.has(Notice::kLastOwner));
    EXPECT_EQ(decide(facts).outcome, Outcome::kLogin);
  }
}
TEST(JitRow25_LastOwner, AnotherOwnerMayBeRevoked) {
  EXPECT_EQ(decide(mapped({"owner"}, GroupsAssertion::kEmpty)).roles, Roles{"member"});
}

TEST(JitGroupRoles, TheSameRolesInAnotherOrderAreNoChange) {
  EXPECT_FALSE(decide(mapped({"member", "editor"}, GroupsAssertion::kList, {kEditor, kMember, kEditor})).roles);
}
TEST(JitGroupRoles, AHostWithOneRoleTakesTheHighest) {
  auto facts = mapped({"member"}, GroupsAssertion::kList, {kMember, kEditor, kAdmin});
  facts.grantedRoles->oneRole = true;
  EXPECT_FALSE(decide(facts).roles) << "within a kind the policy's order counts";
  facts.roleCeiling = RoleCeiling::kAdmin;
  EXPECT_EQ(decide(facts).roles, Roles{"admin"});
  facts.grantedRoles->roles = {"admin"};
  EXPECT_FALSE(decide(facts).roles);
}
TEST(JitGroupRoles, FrozenAttributesAreNoFrozenRoles) {
  auto facts = mapped({"member"}, GroupsAssertion::kList, {kEditor});
  facts.updateAttributes = false;
  EXPECT_EQ(decide(facts).roles, Roles{"editor"});
}
TEST(JitGroupRoles, WithoutAMappingGroupsMeanNothing) {  // SEC-MP-14
  auto facts = mapped({"member"}, GroupsAssertion::kList, {kEditor});
  facts.groupMappingConfigured = false;
  EXPECT_FALSE(decide(facts).roles);
  EXPECT_TRUE(decide(facts).notices.empty());
}
TEST(JitGroupRoles, LinkingAnAccountChangesNoRoleOfIt) {
  auto facts = existingAccount();
  facts.groupMappingConfigured = true;
  facts.groups = GroupsAssertion::kList;
  facts.mappedRoles = {kEditor};
  facts.proof = proofFor("acc_1");
  EXPECT_TRUE(decide(facts).signsIn());
  EXPECT_FALSE(decide(facts).roles);
}

}  // namespace sso::detail::test
