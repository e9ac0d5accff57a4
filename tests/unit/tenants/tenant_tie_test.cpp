// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

class TenantTieTest : public TenantsTest {};

TEST_F(TenantTieTest, AKnownPairIsReadAndScalekitIsNotAsked) {
  store("org_1", "tenant-7");
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_1");
  EXPECT_TRUE(calls().empty());
}

TEST_F(TenantTieTest, OnFirstNeedOneIsCreatedAndTiedWithSingleSignOnOff) {
  EXPECT_EQ(tenants.find("tenant-7"), std::nullopt);
  const auto organization = tenants.organizationOf(kAcme, kAda);
  EXPECT_EQ(organization.id, "org_new");
  EXPECT_EQ(organization.tenantId, "tenant-7");
  EXPECT_EQ(organization.version, 1);
  EXPECT_EQ(organization.policy.mode, SsoMode::kOff);
  EXPECT_EQ(organization.policy.defaultRole, "member");
  EXPECT_EQ(organization.policy.domainAuthority, DomainAuthority::kScalekit);
  EXPECT_TRUE(organization.domains.empty());
  ASSERT_EQ(created(), 1u);
  for (const auto& request : calls()) {
    if (request.method == "POST") {
      EXPECT_EQ(Json::parse(request.body), (Json{{"display_name", "Acme"}, {"external_id", "tenant-7"}}));
    }
  }
  EXPECT_EQ(stored().value().id, "org_new");
  ASSERT_EQ(events("org_new").size(), 1u);
  const auto event = events("org_new")[0];
  EXPECT_EQ(event.name, "sso.organization.tied");
  EXPECT_EQ(event.accountId, "acc_ada");
  EXPECT_EQ(event.remoteAddress, "192.0.2.1");
  EXPECT_EQ(event.reference, "ref-1");
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_new");
  EXPECT_EQ(created(), 1u);
}

TEST_F(TenantTieTest, TheFeaturesThatThePortalNeedsAreSwitchedOnOnce) {
  tenants.organizationOf(kAcme, kAda);
  ASSERT_EQ(featuresSet.size(), 1u);
  EXPECT_EQ(
      featuresSet[0]["features"],
      (Json::array({{{"name", "sso"}, {"enabled", true}}, {{"name", "domain_verification"}, {"enabled", true}}})));
  existing["tenant-8"] = organizationJson("org_8", "tenant-8").dump();
  tenants.organizationOf({.id = "tenant-8", .displayName = "Beta"}, kAda);
  EXPECT_EQ(featuresSet.size(), 1u) << "they are on already";
}

TEST_F(TenantTieTest, WhereFeaturesCannotBeSwitchedOnNothingIsTiedAndTheNextTryGoesOn) {
  settingsAnswer = json("{}", 403);
  EXPECT_THROW(tenants.organizationOf(kAcme, kAda), scalekit::ApiError);
  EXPECT_EQ(stored(), std::nullopt);
  settingsAnswer.reset();
  clock->advance(seconds(16));
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_new");
  EXPECT_EQ(created(), 1u);
  EXPECT_EQ(featuresSet.size(), 2u);
}

TEST_F(TenantTieTest, OneThatScalekitKnowsIsFoundAgain) {
  existing["tenant-7"] = organizationJson("org_old", "tenant-7").dump();
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_old");
  EXPECT_EQ(created(), 0u);
}

TEST_F(TenantTieTest, OneThatAppearsMeanwhileIsTaken) {
  transport->on("/api/v1/organizations", [this](const HttpRequest& request) {
    if (request.method != "POST") return organization(request);
    existing["tenant-7"] = organizationJson("org_theirs", "tenant-7").dump();
    return json("{}", 409);
  });
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_theirs");
}

TEST_F(TenantTieTest, ARefusalOfTheCreationIsPassedOnAndNothingIsKept) {
  createAnswer = json("{}", 403);
  EXPECT_EQ(thrownBy([&] { tenants.organizationOf(kAcme, kAda); }).refusal(), scalekit::Refusal::kForbidden);
  EXPECT_EQ(stored(), std::nullopt);
}

// SEC-MG-06
TEST_F(TenantTieTest, AnAnswerAboutAnotherOrganizationIsRejected) {
  for (const auto& answer : {organizationJson("org_2", "tenant-8"), organizationJson("org_2", ""),
                             organizationJson("org/../2", "tenant-7"), organizationJson("conn_2", "tenant-7")}) {
    existing["tenant-7"] = answer.dump();
    EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, kAda); }).code(), ErrorCode::kUpstreamRejected);
    EXPECT_EQ(stored(), std::nullopt);
    clock->advance(seconds(16));
  }
  existing.clear();
  createAnswer = json(organizationJson("org_2", "tenant-8").dump(), 201);
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, kAda); }).code(), ErrorCode::kUpstreamRejected);
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(TenantTieTest, AnOrganizationIsNeverTiedToASecondTenant) {
  store("org_1", "tenant-8", {"example.com"});
  existing["tenant-7"] = organizationJson("org_1", "tenant-7").dump();
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, kAda); }).code(), ErrorCode::kConflict);
  const auto theirs = storage->organizations().findOrganization("org_1").value();
  EXPECT_EQ(theirs.tenantId, "tenant-8");
  EXPECT_EQ(theirs.domains, std::vector<std::string>{"example.com"});
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(TenantTieTest, WhoeverIsSlowerTakesWhatTheOtherTied) {
  existing["tenant-7"] = organizationJson("org_1", "tenant-7").dump();
  storage->beforeCommit([&] {  // another instance, between our look and our commit
    auto theirs = store("org_1", "tenant-7", {"example.com"});
    theirs.version = 5;
    storage->edit([&](MemoryTables& tables) { tables.organizations["org_1"] = theirs; });
  });
  const auto organization = tenants.organizationOf(kAcme, kAda);
  EXPECT_EQ(organization.version, 5);
  EXPECT_EQ(organization.domains, std::vector<std::string>{"example.com"});
  EXPECT_TRUE(events("org_1").empty()) << "what was not written is not reported";
}

TEST_F(TenantTieTest, WhileAnotherInstanceMakesItNobodyElseDoes) {
  const auto slot = clock->now().time_since_epoch() / seconds(15);
  storage->replays().useOnce("tenant.tie:" + std::to_string(slot) + ":tenant-7", clock->now() + seconds(30));
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, kAda); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_TRUE(calls().empty());
  clock->advance(seconds(16));  // it died, or gave up; nothing is pruned
  EXPECT_EQ(tenants.organizationOf(kAcme, kAda).id, "org_new");
}

/// Runs something between the first look at the table and the turn, which is when the time is asked for.
class ClockThatLetsIn : public FakeClock {
 public:
  explicit ClockThatLetsIn(std::function<void()> somebody) : somebody_(std::move(somebody)) {}
  TimePoint now() const override {
    if (somebody_) std::exchange(somebody_, nullptr)();
    return FakeClock::now();
  }

 private:
  mutable std::function<void()> somebody_;
};

TEST_F(TenantTieTest, WhatAnotherInstanceTiedBeforeOurTurnIsTaken) {
  for (const bool turnIsTheirs : {true, false}) {
    storage->edit([](MemoryTables& tables) { tables = {}; });
    const auto lettingIn = std::make_shared<ClockThatLetsIn>([&] {
      store("org_1", "tenant-7");
      const auto slot = clock->now().time_since_epoch() / seconds(15);
      const std::string key = "tenant.tie:" + std::to_string(slot) + ":tenant-7";
      if (turnIsTheirs) storage->replays().useOnce(key, clock->now() + seconds(30));
    });
    EXPECT_EQ(detail::TenantTie(shared, storage, lettingIn, changes).organizationOf(kAcme, kAda).id, "org_1");
  }
  EXPECT_TRUE(calls().empty());
}

TEST_F(TenantTieTest, ManyAtOnceMakeOne) {
  std::atomic<int> got{0}, busy{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      try {
        got += tenants.organizationOf(kAcme, kAda).id == "org_new" ? 1 : 0;
      } catch (const Error& error) {
        busy += error.code() == ErrorCode::kUpstreamUnavailable ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(got + busy, 16);
  EXPECT_GE(got, 1);
  EXPECT_EQ(created(), 1u);
  EXPECT_EQ(events("org_new").size(), 1u);
}

TEST_F(TenantTieTest, WhatCouldNotBeStoredIsRefusedBeforeAnythingIsMade) {
  for (const Tenant& tenant :
       {Tenant{"", "Acme"}, Tenant{"tenant-7", ""}, Tenant{std::string(256, 'a'), "Acme"}, Tenant{"\xff", "Acme"},
        Tenant{"tenant-7", "\xff"}, Tenant{"tenant-7", std::string(250, 'a') + "\xff"}, Tenant{"tenant-7", "A\ncme"},
        Tenant{"tenant-7", "Acme", std::string(65, 'r')}}) {
    EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(tenant, kAda); }).code(), ErrorCode::kInvalidRequest);
  }
  for (const std::string& account : {std::string(256, 'a'), std::string("a\0b", 3), std::string("\xff")}) {
    EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, {.accountId = account}); }).code(),
              ErrorCode::kInvalidRequest);
  }
  EXPECT_TRUE(calls().empty());
}

TEST_F(TenantTieTest, ALongNameIsCutBetweenCharacters) {
  std::string wide, mixed;
  for (int i = 0; i < 250; ++i) wide += "ä";
  for (int i = 0; i < 120; ++i) mixed += "aä";
  const std::pair<std::string, std::string> names[] = {{std::string(250, 'a'), std::string(200, 'a')},
                                                       {wide, wide.substr(0, 256)},
                                                       {"b" + wide, ("b" + wide).substr(0, 255)},
                                                       {mixed, mixed.substr(0, 256)}};
  int number = 0;
  for (const auto& [given, kept] : names) {
    const Tenant tenant{.id = "tenant-" + std::to_string(++number), .displayName = given};
    existing.clear();
    createAnswer = json(organizationJson("org_" + tenant.id, tenant.id).dump(), 201);
    EXPECT_EQ(tenants.organizationOf(tenant, kAda).displayName, kept);
    EXPECT_EQ(Json::parse(calls().back().body).at("display_name"), kept);
  }
}

}  // namespace
}  // namespace sso::test
