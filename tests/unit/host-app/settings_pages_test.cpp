// SPDX-License-Identifier: Apache-2.0
#include "pages/audit_page.h"
#include "settings_fixture.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

struct AuditTrailPage : SettingsTest {
  void happens(const std::string& organization, const std::string& name, const std::string& account = "") {
    sso::AuditEvent event;
    event.name = name;
    event.organizationId = organization;
    event.accountId = account;
    event.at = clock->now();
    app->parts().storage->audit().record(event);
  }
};

TEST_F(AuditTrailPage, ShowsTheOrganizationsEventsNewestFirstWithTheNamesOfItsPeople) {
  const auto olive = session("olive");
  link(olive);
  happens("org_of_fresh", "sso.login.completed", idOf(session("mia")));
  happens("org_of_fresh", "app.some.thing", idOf(adasSession()));
  const auto page = get("/settings/audit", {{"sid", olive}}).body;
  const auto newest = page.find("app.some.thing"), middle = page.find("Signed in through your company"),
             oldest = page.find("The setup was opened");
  ASSERT_NE(oldest, std::string::npos);
  EXPECT_LT(newest, middle);
  EXPECT_LT(middle, oldest);
  EXPECT_THAT(page, HasSubstr("Mia"));
  EXPECT_THAT(page, Not(HasSubstr("Ada"))) << "somebody of another team has no name here";
}

TEST_F(AuditTrailPage, IsEmptyWithoutAnOrganizationAndNeverNobodysEvents) {
  happens("", "app.sign_in.refused", "");
  const auto page = get("/settings/audit", {{"sid", session("olive")}}).body;
  EXPECT_THAT(page, HasSubstr("Nothing has happened yet"));
  EXPECT_THAT(page, Not(HasSubstr("A password was refused")));
}

TEST_F(AuditTrailPage, IsBounded) {
  const auto olive = session("olive");
  link(olive);
  for (int i = 0; i < 150; ++i) happens("org_of_fresh", "sso.logout.completed");
  const auto page = get("/settings/audit", {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("The last 100 events"));
  EXPECT_THAT(page, HasSubstr("Older events are kept"));
}

struct EmergencyAccess : SettingsTest {
  std::string accountOf(const std::string& name) { return idOf(session(name)); }
  sso::WebResponse mark(const std::string& sid, const std::string& account, bool marked) {
    return post("/settings/emergency",
                {{"csrf_token", token(sid)}, {"account", account}, {"marked", marked ? "1" : "0"}}, {{"sid", sid}});
  }
  std::size_t count(const std::string& tenant = "fresh") {
    std::size_t found = 0;
    app->parts().database->withSession(
        [&](sso::db::Session& session) { found = members::countBreakGlass(session, tenant); });
    return found;
  }
};

TEST_F(EmergencyAccess, IsGivenAndTakenByOwnersAndAudited) {
  const auto olive = session("olive");
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(mark(olive, accountOf("otto"), false).location, "/settings/emergency?done=1");
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(mark(olive, accountOf("otto"), true).status, 303);
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(trail("app.emergency.changed", "").size(), 2U);
}

TEST_F(EmergencyAccess, IsNotForAdminsToChangeNorForOtherTeams) {
  const auto anna = session("anna");
  EXPECT_EQ(codeOf([&] { mark(anna, accountOf("otto"), false); }), sso::ErrorCode::kForbidden);
  const auto ada = adasSession();
  EXPECT_EQ(mark(ada, accountOf("otto"), false).status, 409) << "no owner of Ada's team";
  EXPECT_EQ(count(), 1U);
}

TEST_F(EmergencyAccess, WantsAnActiveOwnerWithAPasswordWhoDoesNotUseSingleSignOn) {
  const auto olive = session("olive");
  EXPECT_EQ(mark(olive, accountOf("mia"), true).status, 409);
  EXPECT_EQ(mark(olive, accountOf("anna"), true).status, 409);
  EXPECT_EQ(mark(olive, "acc_nobody", true).status, 409);
  linkIdentity(olive);
  EXPECT_EQ(mark(olive, accountOf("olive"), true).status, 409);
  EXPECT_EQ(count(), 1U);
}

TEST_F(EmergencyAccess, KeepsTheLastOneWhileSingleSignOnIsRequired) {
  const auto olive = session("olive");
  link(olive);
  connect();
  const auto otto = accountOf("otto");
  for (const char* mode : {"optional", "required"}) {
    if (std::string(mode) == "required") makeSingleSignOn(olive, "org_of_fresh", "conn_1", true);
    ASSERT_EQ(post("/settings/sso/mode", {{"csrf_token", token(olive)}, {"mode", mode}, {"preview", previewOf(olive)}},
                   {{"sid", olive}})
                  .status,
              303);
  }
  const auto refused = mark(olive, otto, false);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("one emergency owner has to stay"));
  EXPECT_EQ(count(), 1U);
}

TEST_F(EmergencyAccess, WantsAFreshAuthenticationOfWhoCameThroughTheCompany) {  // step-up
  const auto olive = session("olive");
  const auto otto = accountOf("otto");
  makeSingleSignOn(olive, "org_of_fresh", "conn_1");
  const auto asked = get("/settings/emergency", {{"sid", olive}}).body;
  EXPECT_THAT(asked, HasSubstr("/sso/login?connection_id=conn_1&amp;organization_id=org_of_fresh&amp;prompt=login&amp;"
                               "return_to=%2Fsettings%2Femergency"));
  EXPECT_THAT(asked, Not(HasSubstr("name=\"marked\"")));
  const auto refused = mark(olive, otto, false);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("Confirm first that it is you"));
  EXPECT_EQ(count(), 1U);

  makeSingleSignOn(olive, "org_of_fresh", "conn_1", true);
  EXPECT_THAT(get("/settings/emergency", {{"sid", olive}}).body, Not(HasSubstr("prompt=login")));
  EXPECT_EQ(mark(olive, otto, false).status, 303);
  EXPECT_EQ(count(), 0U);
  clock->advance(std::chrono::seconds(601));
  EXPECT_EQ(mark(olive, otto, true).status, 403) << "it counts for ten minutes";
  EXPECT_EQ(count(), 0U);
}

TEST_F(EmergencyAccess, CountsOnlyOwnersOfThisTeamWhoCanSignIn) {
  EXPECT_EQ(count("acme"), 1U);
  EXPECT_EQ(count("other"), 0U);
  app->parts().database->withSession([&](sso::db::Session& session) {
    session.translated(
        "test", [&] { session << "UPDATE app_accounts SET state = 'suspended' WHERE email = 'otto@fresh.example'"; });
  });
  EXPECT_EQ(count(), 0U);
}

}  // namespace
}  // namespace hostapp
