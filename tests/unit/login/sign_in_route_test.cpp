// SPDX-License-Identifier: Apache-2.0
// Password or single sign-on: DESIGN's domain routing, SEC-MP-19, promise 4.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class SignInRouteTest : public LoginFixture {
 protected:
  void expectRoute(const SignInRoute& route, bool sso, bool password) {
    EXPECT_EQ(route.sso, sso);
    EXPECT_EQ(route.passwordAllowed, password);
    EXPECT_EQ(route.organizationId, sso ? "org_acme" : "");
  }
  void set(SsoMode mode, OrganizationStatus status = OrganizationStatus::kActive) {
    changeOrganization("org_acme", [&](Organization& acme) {
      acme.policy.mode = mode;
      acme.status = status;
    });
    clock->advance(std::chrono::seconds(10));  // past the cache
  }
};

TEST_F(SignInRouteTest, DomainOfAnOrganizationGoesToSso) {
  expectRoute(module->routeFor("Ada@ACME.example"), true, true);
  expectRoute(module->routeForTenant("tenant_acme"), true, true);
}

TEST_F(SignInRouteTest, SessionsGoOnWhileTheirSignInIsOpen) {  // JIT.md row 17
  EXPECT_TRUE(module->admits("org_acme", "conn_acme1"));
  EXPECT_FALSE(module->admits("org_nobody", "conn_acme1"));
  EXPECT_FALSE(module->admits("org_acme", "conn_beta1")) << "no connection of this organization";
  set(SsoMode::kOptional, OrganizationStatus::kSuspended);
  EXPECT_FALSE(module->admits("org_acme", "conn_acme1"));
  set(SsoMode::kOff);
  EXPECT_FALSE(module->admits("org_acme", "conn_acme1"));
  set(SsoMode::kRequired);
  EXPECT_TRUE(module->admits("org_acme", "conn_acme1"));
  scalekit.setConnectionEnabled(false);
  clock->advance(std::chrono::seconds(61));  // past the cache
  EXPECT_FALSE(module->admits("org_acme", "conn_acme1"));
}

TEST_F(SignInRouteTest, ScalekitBeingAwayEndsNobodysSession) {  // promise 4
  scalekit.transport->failWith("/api/v1/connections");
  EXPECT_TRUE(module->admits("org_acme", "conn_acme1"));
}

/// acme.example signs in through conn_acme1, acme.test through conn_acme2.
class RouteByConnectionTest : public SignInRouteTest {
 protected:
  RouteByConnectionTest() {
    scalekit.setDomains("conn_acme1", {"acme.example"});
    scalekit.setDomains("conn_acme2", {"acme.test"});
  }
  std::string routed(const std::string& email) { return module->routeFor(email).connectionId; }
  /// "connection_id=conn_1" or "organization_id=org_1", whichever the authorization URL has.
  std::string selectorOf(const std::string& begin) {
    Browser browser(*module);
    const auto begun = browser.get(begin);
    const auto asked = Parameters::parse(begun.location.substr(begun.location.find('?') + 1));
    EXPECT_NE(asked.single("connection_id").has_value(), asked.single("organization_id").has_value()) << "one of them";
    if (asked.single("connection_id")) return "connection_id=" + *asked.single("connection_id");
    return "organization_id=" + asked.single("organization_id").value_or("none");
  }
  std::size_t lists() { return scalekit.transport->requests("/api/v1/connections").size(); }
  void pastTheCache() { clock->advance(std::chrono::seconds(61)); }
};

TEST_F(RouteByConnectionTest, EachDomainHasItsOwn) {
  EXPECT_EQ(routed("ada@acme.example"), "conn_acme1");
  EXPECT_EQ(routed("Ada@ACME.test"), "conn_acme2");
  EXPECT_EQ(module->routeForTenant("tenant_acme").connectionId, "") << "no address, no domain";
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.example"), "connection_id=conn_acme1");
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.test"), "connection_id=conn_acme2");
  EXPECT_EQ(selectorOf("/sso/login?domain=acme.test"), "connection_id=conn_acme2");
  EXPECT_EQ(selectorOf("/sso/login?organization_id=org_acme"), "organization_id=org_acme") << "Scalekit chooses";
  EXPECT_EQ(selectorOf("/sso/login?connection_id=conn_acme1&email=ada%40acme.test"), "connection_id=conn_acme1");
}

TEST_F(RouteByConnectionTest, TheCallbackTakesNoOthersToken) {  // CONTRACT.md 3.7 (8); JIT.md row 30
  Browser browser(*module);
  Person person;
  person.email = "ada@acme.test";
  person.connectionId = "conn_acme2";
  EXPECT_EQ(login(browser, person, "/sso/login?email=ada%40acme.test").status, 303);
  EXPECT_TRUE(signedIn(browser));
  Browser other(*module);
  person.connectionId = "conn_acme1";
  EXPECT_GE(login(other, person, "/sso/login?email=ada%40acme.test").status, 400);
  EXPECT_FALSE(signedIn(other));
}

TEST_F(RouteByConnectionTest, OfSeveralThatServeADomainScalekitChooses) {
  scalekit.setDomains("conn_acme2", {"acme.test", "acme.example"});
  EXPECT_EQ(routed("ada@acme.example"), "");
  EXPECT_TRUE(module->routeFor("ada@acme.example").sso);
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.example"), "organization_id=org_acme");
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.test"), "connection_id=conn_acme2");
}

TEST_F(RouteByConnectionTest, WhereOneSaysNothingOfItsDomainsOrNoneServesItScalekitChooses) {
  scalekit.setDomains("conn_acme2", {});
  EXPECT_EQ(routed("ada@acme.example"), "");
  pastTheCache();
  scalekit.setDomains("conn_acme2", {"acme.example.evil"});
  EXPECT_EQ(routed("ada@acme.test"), "");
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.test"), "organization_id=org_acme");
}

TEST_F(RouteByConnectionTest, AnswersFromTheCacheAndAsksNothingMoreForTheLogin) {
  EXPECT_EQ(routed("ada@acme.example"), "conn_acme1");
  const auto asked = lists();
  EXPECT_EQ(asked, 1U);
  for (const auto* email : {"ada@acme.example", "bob@acme.test"}) EXPECT_NE(routed(email), "");
  selectorOf("/sso/login?email=ada%40acme.example");
  EXPECT_EQ(lists(), asked);
  scalekit.setDomains("conn_acme1", {"acme.test"});
  scalekit.setDomains("conn_acme2", {"acme.example"});
  EXPECT_EQ(routed("ada@acme.example"), "conn_acme1") << "for a minute";
  pastTheCache();
  EXPECT_EQ(routed("ada@acme.example"), "conn_acme2");
}

TEST_F(RouteByConnectionTest, WhereItIsRequiredNobodyWaitsForScalekit) {
  set(SsoMode::kRequired);
  const auto route = module->routeFor("ada@acme.example");
  EXPECT_TRUE(route.sso && !route.passwordAllowed);
  EXPECT_EQ(route.connectionId, "");
  EXPECT_EQ(lists(), 0U) << "an emergency sign-in asks this, too";
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.example"), "connection_id=conn_acme1");
}

TEST_F(RouteByConnectionTest, ScalekitBeingAwayLeavesTheOrganization) {
  scalekit.transport->failWith("/api/v1/connections");
  EXPECT_EQ(routed("ada@acme.example"), "");
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.example"), "organization_id=org_acme");
}

TEST_F(RouteByConnectionTest, RequiredOnesAreRoutedLikewise) {
  set(SsoMode::kRequired);
  EXPECT_EQ(selectorOf("/sso/login?email=ada%40acme.test"), "connection_id=conn_acme2");
  EXPECT_EQ(selectorOf("/sso/login?domain=acme.example"), "connection_id=conn_acme1");
}

TEST_F(RouteByConnectionTest, AClosedOneIsNoWayIn) {
  EXPECT_EQ(routed("ada@acme.test"), "conn_acme2");
  scalekit.setConnectionEnabled(false);
  pastTheCache();
  EXPECT_EQ(routed("ada@acme.test"), "");
}

TEST_F(RouteByConnectionTest, NothingIsSaidOfAnUnknownOrPublicDomain) {
  changeOrganization("org_acme", [](Organization& acme) { acme.domains.push_back("gmail.com"); });
  scalekit.setDomains("conn_acme1", {"acme.example", "gmail.com", "nobody.example"});
  const auto asked = lists();
  for (const auto* email : {"a@gmail.com", "a@nobody.example", "nonsense"}) {
    expectRoute(module->routeFor(email), false, true);
    EXPECT_EQ(routed(email), "") << email;
  }
  EXPECT_EQ(lists(), asked) << "nor is Scalekit asked";
}

TEST_F(SignInRouteTest, EverybodyElseGetsThePassword) {
  for (const auto* email : {"a@nobody.example", "a@gmail.com", "nonsense", "", "a@sub.acme.example", "a@b@acme.example",
                            "\"a\"@acme.example"}) {
    expectRoute(module->routeFor(email), false, true);
  }
  expectRoute(module->routeForTenant("tenant_nobody"), false, true);
}

TEST_F(SignInRouteTest, APublicMailDomainIsNeverRouted) {
  changeOrganization("org_acme", [](Organization& acme) { acme.domains.push_back("gmail.com"); });
  expectRoute(module->routeFor("a@gmail.com"), false, true);
}

TEST_F(SignInRouteTest, RequiredMeansRequired) {  // SEC-MP-19
  set(SsoMode::kRequired);
  expectRoute(module->routeFor("ada@acme.example"), true, false);
  expectRoute(module->routeForTenant("tenant_acme"), true, false);
}

TEST_F(SignInRouteTest, RequiredStaysRequiredWhateverScalekitSays) {
  set(SsoMode::kRequired);
  scalekit.setConnectionEnabled(false);
  expectRoute(module->routeFor("ada@acme.example"), true, false);
  set(SsoMode::kRequired, OrganizationStatus::kSuspended);
  expectRoute(module->routeFor("ada@acme.example"), true, false);
}

TEST_F(SignInRouteTest, OffMeansPassword) {
  set(SsoMode::kOff);
  expectRoute(module->routeFor("ada@acme.example"), false, true);
}

TEST_F(SignInRouteTest, OptionalFallsBackToThePassword) {
  scalekit.setConnectionEnabled(false);
  expectRoute(module->routeFor("ada@acme.example"), false, true);
  set(SsoMode::kOptional, OrganizationStatus::kSuspended);
  expectRoute(module->routeFor("ada@acme.example"), false, true);
}

TEST_F(SignInRouteTest, ScalekitBeingAwayChangesNothing) {
  scalekit.transport->failWith("/api/v1/connections");
  expectRoute(module->routeFor("ada@acme.example"), true, true);
}

TEST_F(SignInRouteTest, DatabaseIsAskedOnceInTenSecondsKnownOrNot) {
  for (const auto* email : {"ada@acme.example", "a@nobody.example"}) {
    module->routeFor(email);
    const auto reads = storage->organizationReads();
    for (int i = 0; i < 10; ++i) module->routeFor(email);
    EXPECT_EQ(storage->organizationReads(), reads) << email;
    clock->advance(std::chrono::seconds(10));
    module->routeFor(email);
    EXPECT_EQ(storage->organizationReads(), reads + 1) << email;
  }
}

TEST_F(SignInRouteTest, GuessingManyDomainsStaysBounded) {
  for (int i = 0; i < 5000; ++i) module->routeFor("a@d" + std::to_string(i) + ".example");
  const auto reads = storage->organizationReads();
  module->routeFor("a@d0.example");
  EXPECT_EQ(storage->organizationReads(), reads + 1) << "the first guesses were dropped";
}

TEST_F(SignInRouteTest, SaysSoWhenTheDatabaseIsAway) {
  storage->setDown(true);
  try {
    module->routeFor("ada@acme.example");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStorage);
  }
  EXPECT_FALSE(module->routeFor("a@gmail.com").sso) << "needs no database";
}

}  // namespace
}  // namespace sso::test
