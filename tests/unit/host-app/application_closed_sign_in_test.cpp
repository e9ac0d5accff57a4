// SPDX-License-Identifier: Apache-2.0
#include "application_fixture.h"
#include "maintenance.h"

namespace hostapp {
namespace {

/// JIT.md row 17 and DESIGN.md section 4: what a company's sign-in opened ends with that sign-in.
struct ClosedSignInTest : ApplicationTest {
  /// A session of Ada's that this connection of Acme's opened.
  std::string openedBy(const std::string& connection) {
    const auto id = idOf(adasSession());
    std::string sid;
    app->parts().database->withSession([&](sso::db::Session& session) {
      sso::VerifiedIdentity identity;
      identity.key = {"https://env.example", connection, "subject-1"};
      identity.organizationId = "org_1234567";
      sid = app->parts().sessions->open(session, {id, "acme", identity}, {}).value;
    });
    return sid;
  }
  void setStatus(sso::OrganizationStatus status) {
    auto organization = *app->parts().storage->organizations().findOrganization("org_1234567");
    organization.status = status;
    const auto work = app->parts().storage->begin();
    app->parts().storage->organizations().saveOrganization(*work, organization);
    work->commit();
  }
};

TEST_F(ClosedSignInTest, EndsItsSessionsWhenTheOrganizationIsSuspended) {
  const auto byCompany = openedBy("conn_1");
  const auto byPassword = adasSession();
  const auto olgas = sessionOf("olga@other.example", "nine green bottles");
  EXPECT_EQ(me(byCompany), 200);
  setStatus(sso::OrganizationStatus::kSuspended);
  EXPECT_EQ(me(byCompany), 401) << "with the next request";
  EXPECT_EQ(me(byPassword), 200) << "a password is not the company's sign-in";
  EXPECT_EQ(me(olgas), 200);
  setStatus(sso::OrganizationStatus::kActive);
  EXPECT_EQ(me(byCompany), 401) << "to lift the suspension restores no session";
}

TEST_F(ClosedSignInTest, EndsSleepingSessionsWhenTheSeedSuspendsOrSwitchesOff) {
  for (const std::string closed : {R"("status": "suspended")", R"("policy": {"mode": "off"})"}) {
    const auto sid = openedBy("conn_1");
    const std::string head =
        R"({"organizations": [{"tenant_id": "acme", "name": "Acme", "organization_id": "org_1234567",)"
        R"( "domains": ["acme.example"])";
    app->seed(head + ", " + closed + "}]}");
    app->seed(head + "}]}");
    EXPECT_EQ(me(sid), 401) << closed;
  }
}

TEST_F(ClosedSignInTest, EndsTheSessionsOfAClosedConnectionInTheNextRound) {
  const auto first = openedBy("conn_1");
  const auto second = openedBy("conn_2");
  const auto byPassword = adasSession();
  Maintenance maintenance(std::shared_ptr<const Parts>(&app->parts(), [](const Parts*) {}), std::chrono::hours(1));
  maintenance.runOnce();
  EXPECT_EQ(me(first), 200);
  module->closedConnections = {"conn_1"};
  maintenance.runOnce();
  maintenance.runOnce();
  EXPECT_EQ(me(first), 401);
  EXPECT_EQ(me(second), 200);
  EXPECT_EQ(me(byPassword), 200);
  auto events = app->parts().storage->audit().recent("org_1234567", 10);
  std::erase_if(events, [](const auto& event) { return event.name == "app.organization.seeded"; });
  ASSERT_EQ(events.size(), 1U) << "told once";
  EXPECT_EQ(events[0].name, "app.sessions.ended");
  EXPECT_EQ(events[0].connectionId, "conn_1");
  EXPECT_EQ(events[0].details.at("sessions"), "1");
}

TEST_F(ClosedSignInTest, EndsPasswordsThatCameInWhileSingleSignOnBecameRequired) {
  app->seed(
      R"({"organizations": [{"tenant_id": "acme", "name": "Acme", "organization_id": "org_1234567", "members": [
      {"email": "mo@acme.example", "name": "Mo", "password": "nine green bottles"},
      {"email": "gus@acme.example", "name": "Gus", "role": "owner", "password": "nine green bottles", "break_glass": true}]}]})");
  const auto mo = sessionOf("mo@acme.example", "nine green bottles");
  const auto gus = sessionOf("gus@acme.example", "nine green bottles");
  const auto olgas = sessionOf("olga@other.example", "nine green bottles");
  const auto byCompany = openedBy("conn_1");
  Maintenance maintenance(std::shared_ptr<const Parts>(&app->parts(), [](const Parts*) {}), std::chrono::hours(1));
  maintenance.runOnce();
  EXPECT_EQ(me(mo), 200);
  module->requiredTenants = {"acme"};
  maintenance.runOnce();
  EXPECT_EQ(me(mo), 401);
  EXPECT_EQ(me(gus), 200);
  EXPECT_EQ(me(olgas), 200);
  EXPECT_EQ(me(byCompany), 200);
}

}  // namespace
}  // namespace hostapp
