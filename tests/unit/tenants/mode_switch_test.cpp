// SPDX-License-Identifier: Apache-2.0
#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

using Obstacles = std::vector<ModeObstacle>;

/// Acme with everything that it takes to require single sign-on; a test takes something away.
class ModeSwitchTest : public TenantsTest {
 protected:
  ModeSwitchTest() {
    store("org_1", "tenant-7", {"acme.example"});
    domains = {domainJson("acme.example")};
    connections = {connectionJson("conn_1")};
    host->breakGlass["tenant-7"] = 1;
  }
  void setStored(const std::function<void(Organization&)>& change) {
    storage->edit([&](MemoryTables& tables) { change(tables.organizations["org_1"]); });
  }
  /// From somebody who has just signed in through it and was shown whom it affects now.
  ModeRequest request(SsoMode mode) {
    return {mode, SignInThrough{"org_1", "conn_1", clock->now() - seconds(60)}, shown()};
  }
  std::string shown(const std::string& connectionId = "conn_1") {
    return tenants.preview(*stored(), connectionId).digest;
  }
  ModeOutcome switchTo(const ModeRequest& wanted) { return tenants.switchMode(kAcme, wanted, kAda); }
  void expectRefused(const ModeRequest& wanted, const Obstacles& expected) {
    const auto before = stored()->policy.mode;
    EXPECT_EQ(switchTo(wanted).obstacles, expected);
    EXPECT_EQ(tenants.obstacles(tenants.refresh(kAcme, kAda), wanted), expected) << "the page says the same";
    EXPECT_EQ(stored()->policy.mode, before);
  }
};

TEST_F(ModeSwitchTest, OffToOptionalToRequiredAndBack) {
  std::vector<std::string> steps;
  for (const auto mode : {SsoMode::kOptional, SsoMode::kRequired, SsoMode::kOptional, SsoMode::kOff}) {
    const auto outcome = switchTo(request(mode));
    EXPECT_EQ(outcome.obstacles, Obstacles{});
    EXPECT_EQ(outcome.organization.policy.mode, mode);
    EXPECT_EQ(stored()->policy.mode, mode);
    EXPECT_EQ(stored()->version, outcome.organization.version);
    EXPECT_EQ(caches.organizations->byId("org_1")->policy.mode, mode) << "at once on this instance";
  }
  const auto trail = events("org_1");
  ASSERT_EQ(trail.size(), 4u);
  EXPECT_EQ(trail[2].name, "sso.organization.mode_changed");
  EXPECT_EQ(trail[2].details, (std::map<std::string, std::string>{{"from", "optional"}, {"to", "required"}}));
  EXPECT_EQ(trail[2].accountId, "acc_ada");
}

TEST_F(ModeSwitchTest, NothingIsSwitchedOnWithoutAConnectionThatWorks) {
  for (const auto& none : {Json::array(), Json::array({connectionJson("conn_1", "org_1", "DRAFT")}),
                           Json::array({connectionJson("conn_1", "org_1", "COMPLETED", false)}),
                           Json::array({connectionJson("conn_1", "org_2")})}) {
    connections = none;
    expectRefused(request(SsoMode::kOptional), {ModeObstacle::kNoActiveConnection});
    expectRefused(request(SsoMode::kRequired), {ModeObstacle::kNoActiveConnection, ModeObstacle::kNotSignedInThrough});
  }
}

TEST_F(ModeSwitchTest, RequiredIsForWhoeverHasJustComeInThroughIt) {
  auto wanted = request(SsoMode::kRequired);
  const auto with = [&](const std::function<void(SignInThrough&)>& change) {
    auto changed = wanted;
    change(*changed.signIn);
    return changed;
  };
  const Obstacles refused{ModeObstacle::kNotSignedInThrough};
  expectRefused({SsoMode::kRequired, std::nullopt}, refused);
  expectRefused(with([](auto& signIn) { signIn.connectionId = "conn_2"; }), refused);
  expectRefused(with([](auto& signIn) { signIn.organizationId = "org_2"; }), refused);
  expectRefused(with([&](auto& signIn) { signIn.at = clock->now() - Tenants::kFreshSignIn - seconds(1); }), refused);
  expectRefused(with([&](auto& signIn) { signIn.at = clock->now() + seconds(1); }), refused);
  EXPECT_EQ(switchTo(with([&](auto& signIn) { signIn.at = clock->now() - Tenants::kFreshSignIn; })).obstacles,
            Obstacles{});
}

TEST_F(ModeSwitchTest, RequiredKeepsAnOwnerWithAPassword) {
  host->breakGlass.clear();
  expectRefused(request(SsoMode::kRequired), {ModeObstacle::kNoBreakGlass});
}

TEST_F(ModeSwitchTest, RequiredIsForWhoeverWasShownWhomItAffects) {
  connections.push_back(connectionJson("conn_2"));
  const Obstacles refused{ModeObstacle::kPreviewNotSeen};
  auto wanted = request(SsoMode::kRequired);
  for (const auto& other : {std::string(), std::string(64, '0'), shown("conn_2")}) {
    wanted.previewDigest = other;
    expectRefused(wanted, refused);
  }
  wanted = request(SsoMode::kRequired);
  host->addAccount("late@acme.example", "tenant-7");
  expectRefused(wanted, refused);
  wanted = request(SsoMode::kRequired);
  setStored([](Organization& row) { ++row.version; });
  expectRefused(wanted, refused);
  wanted = request(SsoMode::kRequired);
  host->listsMembers = false;  // what was shown as everybody is not known to be that any more
  expectRefused(wanted, refused);
  EXPECT_EQ(switchTo(request(SsoMode::kRequired)).obstacles, Obstacles{}) << "the page has said that it names nobody";
}

TEST_F(ModeSwitchTest, AsksForAPreviewOnlyWhenNothingElseIsInTheWay) {
  host->breakGlass.clear();
  expectRefused({SsoMode::kRequired, SignInThrough{"org_1", "conn_1", clock->now()}}, {ModeObstacle::kNoBreakGlass});
}

TEST_F(ModeSwitchTest, NobodyIsShutOutUnseenInTheLastMoment) {
  storage->beforeCommit([&] {
    host->addAccount("late@acme.example", "tenant-7");
    setStored([](Organization& row) { ++row.version; });
  });
  EXPECT_EQ(switchTo(request(SsoMode::kRequired)).obstacles, Obstacles{ModeObstacle::kPreviewNotSeen});
  EXPECT_EQ(stored()->policy.mode, SsoMode::kOff);
  EXPECT_TRUE(events("org_1").empty());
}

TEST_F(ModeSwitchTest, RulesThatChangeInTheLastMomentAreShownFirst) {
  storage->beforeCommit([&] { setStored([](Organization& row) { ++row.version; }); });
  EXPECT_EQ(switchTo(request(SsoMode::kRequired)).obstacles, Obstacles{ModeObstacle::kPreviewNotSeen});
  EXPECT_EQ(stored()->policy.mode, SsoMode::kOff);
}

TEST_F(ModeSwitchTest, AnOwnerWhoGoesInTheLastMomentIsNoticed) {
  host->breakGlassAnswers = {1, 0};  // there when it is judged, gone when it is written
  EXPECT_EQ(switchTo(request(SsoMode::kRequired)).obstacles, Obstacles{ModeObstacle::kNoBreakGlass});
  EXPECT_EQ(stored()->policy.mode, SsoMode::kOff);
  EXPECT_TRUE(events("org_1").empty());
}

TEST_F(ModeSwitchTest, RequiredNeedsADomainARoleAndAnOrganizationInGoodStanding) {
  domains = Json::array();
  expectRefused(request(SsoMode::kRequired), {ModeObstacle::kNoDomain});
  domains = {domainJson("acme.example")};
  setStored([](Organization& row) { row.policy.defaultRole.clear(); });
  expectRefused(request(SsoMode::kRequired), {ModeObstacle::kNoDefaultRole});
  setStored([](Organization& row) { row.policy.jitProvisioning = false; });
  EXPECT_TRUE(tenants.obstacles(tenants.refresh(kAcme, kAda), request(SsoMode::kRequired)).empty())
      << "nobody comes the first time";
  setStored([](Organization& row) { row.status = OrganizationStatus::kSuspended; });
  expectRefused(request(SsoMode::kRequired), {ModeObstacle::kSuspended});
  expectRefused(request(SsoMode::kOptional), {ModeObstacle::kSuspended});
}

TEST_F(ModeSwitchTest, AnUnknownModeIsRefused) {
  expectRefused(request(static_cast<SsoMode>(7)), {ModeObstacle::kUnknownMode});
}

TEST_F(ModeSwitchTest, TheWayBackIsOpenWhileScalekitIsAway) {
  setStored([](Organization& row) { row.policy.mode = SsoMode::kRequired; });
  away = true;
  EXPECT_EQ(switchTo({SsoMode::kOptional, std::nullopt}).organization.policy.mode, SsoMode::kOptional);
  EXPECT_EQ(switchTo({SsoMode::kOff, std::nullopt}).organization.policy.mode, SsoMode::kOff);
  EXPECT_THROW(switchTo(request(SsoMode::kOptional)), Error);
  EXPECT_EQ(stored()->policy.mode, SsoMode::kOff);
}

TEST_F(ModeSwitchTest, IsJudgedAgainWhenSomebodyElseWasFaster) {
  storage->beforeCommit([&] {
    setStored([](Organization& row) {
      row.status = OrganizationStatus::kSuspended;
      ++row.version;
    });
  });
  EXPECT_EQ(switchTo(request(SsoMode::kRequired)).obstacles, Obstacles{ModeObstacle::kSuspended});
  EXPECT_EQ(stored()->policy.mode, SsoMode::kOff);
}

TEST_F(ModeSwitchTest, WhatHoldsAlreadyWritesNothing) {
  const auto outcome = switchTo({SsoMode::kOff, std::nullopt});
  EXPECT_TRUE(outcome.obstacles.empty());
  EXPECT_EQ(storage->commits(), 0);
}

TEST_F(ModeSwitchTest, WhatHoldsAlreadyAsksForNothing) {
  setStored([](Organization& row) { row.policy.mode = SsoMode::kRequired; });
  host->breakGlass.clear();
  EXPECT_TRUE(tenants.obstacles(tenants.refresh(kAcme, kAda), request(SsoMode::kRequired)).empty());
}

TEST(ModeObstacleNames, AreStable) {
  EXPECT_EQ(nameOf(ModeObstacle::kNotSignedInThrough), "not_signed_in_through");
  EXPECT_EQ(nameOf(ModeObstacle::kNoBreakGlass), "no_break_glass");
  EXPECT_EQ(nameOf(ModeObstacle::kPreviewNotSeen), "preview_not_seen");
}

}  // namespace
}  // namespace sso::test
