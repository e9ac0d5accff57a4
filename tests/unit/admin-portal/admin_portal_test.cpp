// SPDX-License-Identifier: Apache-2.0
#include "sso/admin_portal/admin_portal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sso/digest.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"
#include "support/fake_host.h"
#include "support/fake_random.h"
#include "support/fake_setup.h"
#include "support/memory_storage.h"

namespace sso::admin_portal {
namespace {

using test::FakeSetup;
using testing::HasSubstr;
using testing::Not;

/// The library over the real module, in front of a scripted Scalekit.
class AdminPortalTest : public testing::Test {
 protected:
  AdminPortalTest() {
    SsoOptions options;
    options.environmentUrl = FakeSetup::kUrl;
    options.clientId = "skc_123456789";
    options.clientSecret = Secret("MARKER-client-secret-0123456789");
    options.baseUrl = "https://app.example.com";
    options.secretKeys = {Secret(std::string("0123456789abcdefghijklmnopqrstuv"))};
    options.environment = AppEnvironment::kProduction;
    module = SsoModule::create(options, {.host = host,
                                         .storage = storage,
                                         .transport = transport,
                                         .clock = clock,
                                         .random = std::make_shared<test::FakeRandom>(),
                                         .log = log});
    Options portalOptions;
    portalOptions.previewPath = "/settings/sso/required";
    portal = std::make_unique<AdminPortal>(Dependencies{module, storage, clock, log}, portalOptions);
    ada.tenant = {"acme", "Acme", "member"};
    ada.actor = {"acc_ada", "192.0.2.1", "ref-1"};
  }
  std::vector<AuditEvent> links(const std::string& organization = "org_of_acme") {
    auto events = storage->audit().recent(organization, 500);
    std::erase_if(events, [](const auto& event) { return event.name != "sso.portal.link_created"; });
    return events;
  }
  void changeOrganization(const std::function<void(Organization&)>& change) {
    storage->edit([&](test::MemoryTables& tables) { change(tables.organizations.at("org_of_acme")); });
  }

  std::shared_ptr<test::FakeTransport> transport = std::make_shared<test::FakeTransport>();
  FakeSetup scalekit{*transport};
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  std::shared_ptr<test::CapturedLog> log = std::make_shared<test::CapturedLog>();
  std::shared_ptr<test::MemoryStorage> storage = std::make_shared<test::MemoryStorage>();
  std::shared_ptr<test::FakeHost> host = std::make_shared<test::FakeHost>(storage);
  std::shared_ptr<SsoModule> module;
  std::unique_ptr<AdminPortal> portal;
  Administrator ada;
};

TEST_F(AdminPortalTest, MakesAFreshLinkEachTimeForTheTenantOfTheAdministrator) {  // SEC-AP-01, SEC-AP-04
  const auto first = portal->freshLink(ada);
  const auto second = portal->freshLink(ada);
  EXPECT_NE(first.location.reveal(), second.location.reveal());
  EXPECT_EQ(first.organizationId, "org_of_acme");
  for (const auto& request : transport->requests("/portal_links")) {
    EXPECT_EQ(request.method, "PUT");
    EXPECT_THAT(request.url, HasSubstr("/organizations/org_of_acme/portal_links"));
  }
  auto other = ada;
  other.tenant.id = "other";
  EXPECT_EQ(portal->freshLink(other).organizationId, "org_of_other");
}

TEST_F(AdminPortalTest, LetsWhoeverCameByALinkSetUpAndNothingElse) {
  portal->freshLink(ada);
  Administrator guest;
  guest.tenant = ada.tenant;
  guest.actor = {.remoteAddress = "198.51.100.7", .setupLinkId = "0123456789abcdef"};
  EXPECT_EQ(portal->freshLink(guest).organizationId, "org_of_acme");
  EXPECT_EQ(links().at(0).accountId, "");
  EXPECT_EQ(links().at(0).details.at("setup_link"), "0123456789abcdef");
  EXPECT_EQ(links().at(1).details.count("setup_link"), 0U);
  scalekit.addConnection("org_of_acme");
  EXPECT_EQ(portal->look(guest).connections.size(), 1U);
  EXPECT_THROW(portal->switchMode(guest, SsoMode::kOff), Error);
  auto both = guest;
  both.actor.accountId = "acc_ada";
  auto nowhere = guest;
  nowhere.tenant.id.clear();
  for (const auto& wrong : {both, nowhere}) {
    EXPECT_THROW(portal->freshLink(wrong), Error);
    EXPECT_THROW(portal->look(wrong), Error);
  }
}

TEST_F(AdminPortalTest, CountsALinkByItself) {
  Administrator guest;
  guest.tenant = ada.tenant;
  guest.actor.setupLinkId = "acc_ada";  // as if an account were called like that
  for (int i = 0; i < 20; ++i) portal->freshLink(guest);
  EXPECT_THROW(portal->freshLink(guest), TooManyLinks);
  EXPECT_NO_THROW(portal->freshLink(ada));
}

TEST_F(AdminPortalTest, TellsWhoeverCameByALinkOfTheSetupAlone) {
  Administrator guest;
  guest.tenant = ada.tenant;
  guest.actor.setupLinkId = "0123456789abcdef";
  portal->freshLink(guest);
  const auto json = [&] { return nlohmann::json::parse(toLinkJson(portal->look(guest))); };
  EXPECT_EQ(json().at("headline"), "Connect your identity provider");
  scalekit.addConnection("org_of_acme");
  EXPECT_EQ(json().at("headline"), "Verify your domain");
  scalekit.addDomain("org_of_acme", "acme.example");
  const auto done = json();
  EXPECT_EQ(done.at("headline"), "All is set up");
  std::set<std::string> names;
  for (const auto& [name, value] : done.items()) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"tied", "by_link", "organization_id", "frame_origin", "live", "problem",
                                          "has_problem", "headline", "headline_text", "connections", "has_connections",
                                          "domains", "has_domains", "revision"}));
  const auto revision = done.at("revision");
  changeOrganization([](Organization& organization) { organization.policy.mode = SsoMode::kOptional; });
  EXPECT_EQ(json().at("revision"), revision) << "nor do they learn that it was switched";
  scalekit.away = true;
  EXPECT_EQ(json().at("headline"), "We cannot look at the moment");
}

TEST_F(AdminPortalTest, LeavesOnlyAHashOfTheLinkBehind) {  // SEC-AP-12
  const auto link = portal->freshLink(ada);
  const auto events = links();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, "acc_ada");
  EXPECT_EQ(events[0].remoteAddress, "192.0.2.1");
  EXPECT_EQ(events[0].reference, "ref-1");
  EXPECT_EQ(events[0].details, (std::map<std::string, std::string>{{"link", sha256Hex("lnk_MARKER1").substr(0, 32)}}));
  EXPECT_THAT(log->text(), Not(HasSubstr("MARKER")));
}

TEST_F(AdminPortalTest, GivesNoLinkThatTheAuditTrailDoesNotHold) {
  portal->freshLink(ada);
  storage->setAuditDown(true);
  EXPECT_THROW(portal->freshLink(ada), Error);
  EXPECT_EQ(scalekit.revoked, 1);
  storage->setAuditDown(false);
  EXPECT_EQ(links().size(), 1U);
}

TEST_F(AdminPortalTest, RefusesALinkThatLeadsElsewhere) {  // SEC-AP-03
  for (const char* hostile :
       {"https://evil.example/magicLink/1", "javascript:alert(1)", "//evil.example/x",
        "https://acme.scalekit.example.evil.example/x", "https://acme.scalekit.example@evil.example/",
        "http://acme.scalekit.example/magicLink/1", "https://acme.scalekit.example/\"><script>"}) {
    scalekit.leadTo(hostile);
    EXPECT_THROW(portal->freshLink(ada), Error) << hostile;
  }
  EXPECT_TRUE(links().empty());
}

TEST_F(AdminPortalTest, LimitsLinksOfAnAccountAndOfATenant) {  // SEC-AP-11
  int given = 0, refused = 0;
  const auto ask = [&](const Administrator& who) {
    try {
      portal->freshLink(who);
      ++given;
    } catch (const TooManyLinks& error) {
      ++refused;
      EXPECT_EQ(error.code(), ErrorCode::kRateLimited);
      EXPECT_GE(error.retryAfter().count(), 1);
      EXPECT_LE(error.retryAfter().count(), 60);
    }
  };
  for (int i = 0; i < 100; ++i) ask(ada);
  EXPECT_EQ(given, 20);
  EXPECT_EQ(refused, 80);
  EXPECT_EQ(scalekit.links, 20) << "what is refused asks nobody";
  for (int colleague = 0; colleague < 5; ++colleague) {
    auto who = ada;
    who.actor.accountId = "acc_" + std::to_string(colleague);
    for (int i = 0; i < 20; ++i) ask(who);
  }
  EXPECT_EQ(given, 40) << "the whole tenant's";
  clock->advance(std::chrono::seconds(61));
  ask(ada);
  EXPECT_EQ(given, 41);
}

TEST_F(AdminPortalTest, WantsToKnowWhoAsks) {
  auto nobody = ada;
  nobody.actor.accountId.clear();
  EXPECT_THROW(portal->freshLink(nobody), Error);
  EXPECT_THROW(portal->look(nobody), Error);
  nobody = ada;
  nobody.tenant.id.clear();
  EXPECT_THROW(portal->switchMode(nobody, SsoMode::kOff), Error);
  EXPECT_TRUE(transport->requests("/api/v1").empty());
}

TEST_F(AdminPortalTest, LookingCreatesNothing) {
  const auto view = portal->look(ada);
  EXPECT_EQ(view.organizationId, "");
  EXPECT_EQ(view.headline, "Connect your identity provider");
  EXPECT_TRUE(transport->requests("/api/v1").empty());
  EXPECT_FALSE(storage->organizations().findByTenant("acme"));
}

TEST_F(AdminPortalTest, ShowsWhatScalekitSaysNowAndTakesItOver) {  // SEC-AP-09
  portal->freshLink(ada);
  EXPECT_TRUE(portal->look(ada).connections.empty());
  scalekit.addConnection("org_of_acme");
  scalekit.addConnection("org_of_other");
  scalekit.addDomain("org_of_acme", "acme.example");
  const auto view = portal->look(ada);
  ASSERT_EQ(view.connections.size(), 1U) << "another organization's is nobody's business";
  EXPECT_EQ(view.connections[0].tone, Tone::kGood);
  ASSERT_EQ(view.domains.size(), 1U);
  EXPECT_EQ(view.domains[0].label, "Verified");
  EXPECT_TRUE(view.live);
  EXPECT_EQ(view.frameOrigin, FakeSetup::kUrl);
  EXPECT_EQ(storage->organizations().findByTenant("acme")->domains, std::vector<std::string>{"acme.example"});
}

TEST_F(AdminPortalTest, ShowsWhatIsStoredWhileScalekitIsAway) {
  portal->freshLink(ada);
  scalekit.addDomain("org_of_acme", "acme.example");
  portal->look(ada);
  scalekit.away = true;
  const auto view = portal->look(ada);
  EXPECT_FALSE(view.live);
  EXPECT_THAT(view.problem, HasSubstr("does not answer"));
  ASSERT_EQ(view.domains.size(), 1U);
  EXPECT_THROW(portal->freshLink(ada), Error);
}

TEST_F(AdminPortalTest, AsksScalekitOnlySoOften) {
  portal->freshLink(ada);
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(portal->look(ada).live) << i;
  const auto view = portal->look(ada);
  EXPECT_FALSE(view.live);
  EXPECT_THAT(view.problem, HasSubstr("very often"));
  clock->advance(std::chrono::seconds(2));
  EXPECT_TRUE(portal->look(ada).live);
}

TEST_F(AdminPortalTest, FindsTheLastSignIn) {
  portal->freshLink(ada);
  EXPECT_FALSE(portal->look(ada).lastSignIn);
  AuditEvent event;
  event.name = "sso.login.completed";
  event.organizationId = "org_of_acme";
  event.at = clock->now();
  storage->audit().record(event);
  EXPECT_EQ(portal->look(ada).lastSignIn, event.at);
}

TEST_F(AdminPortalTest, OffersNoSwitchToRequiredWithoutAPageThatShowsWhomItAffects) {
  portal->freshLink(ada);
  scalekit.addConnection("org_of_acme");
  scalekit.addDomain("org_of_acme", "acme.example");
  host->breakGlass["acme"] = 1;
  ada.signIn = SignInThrough{"org_of_acme", "conn_1", clock->now()};
  const auto view = AdminPortal({module, storage, clock, log}).look(ada);
  EXPECT_FALSE(view.modes[2].possible);
  EXPECT_EQ(view.requirements.back().id, "preview_not_seen");
}

TEST_F(AdminPortalTest, RequiresItOnlyWhenNobodyIsLockedOut) {
  portal->freshLink(ada);
  scalekit.addConnection("org_of_acme");
  scalekit.addDomain("org_of_acme", "acme.example");
  EXPECT_TRUE(portal->switchMode(ada, SsoMode::kOptional).obstacles.empty());
  auto view = portal->look(ada);
  EXPECT_EQ(view.mode, SsoMode::kOptional);
  EXPECT_FALSE(view.modes[2].possible);
  EXPECT_EQ(view.requirements[2].path, "/sso/login?organization_id=org_of_acme&return_to=%2Fsettings%2Fsso");
  EXPECT_FALSE(portal->switchMode(ada, SsoMode::kRequired).obstacles.empty());

  ada.signIn = SignInThrough{"org_of_acme", "conn_1", clock->now()};
  host->breakGlass["acme"] = 1;
  EXPECT_TRUE(portal->look(ada).modes[2].possible);
  const auto obstacles = [&](const std::string& seen) {
    return portal->switchMode(ada, SsoMode::kRequired, seen).obstacles;
  };
  const std::vector notSeen{ModeObstacle::kPreviewNotSeen};
  EXPECT_EQ(portal->switchMode(ada, SsoMode::kRequired).obstacles, notSeen);
  const auto shown = portal->preview(ada);
  EXPECT_TRUE(shown.required.possible);
  host->addAccount("late@acme.example", "acme");
  EXPECT_EQ(obstacles(shown.digest), notSeen);
  EXPECT_EQ(obstacles(portal->preview(ada).digest), std::vector<ModeObstacle>{});
  view = portal->look(ada);
  EXPECT_EQ(view.mode, SsoMode::kRequired);
  EXPECT_TRUE(view.requirements.empty());
  EXPECT_TRUE(portal->switchMode(ada, SsoMode::kOptional).obstacles.empty()) << "the way back";
}

}  // namespace
}  // namespace sso::admin_portal
