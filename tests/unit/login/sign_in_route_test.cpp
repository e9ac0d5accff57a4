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
