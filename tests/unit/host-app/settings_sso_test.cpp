// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "settings_fixture.h"
#include "sso/digest.h"

namespace hostapp {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPages[] = {"/settings/sso",   "/settings/sso/status", "/settings/sso/required",
                                  "/settings/audit", "/settings/emergency",  "/settings/sso/policy"};

TEST_F(SettingsTest, AreForOwnersAndAdminsAndOthersLearnWhomToAsk) {  // SEC-AP-01
  for (const char* name : {"olive", "anna"}) {
    const auto sid = session(name);
    for (const char* path : kPages) EXPECT_EQ(get(path, {{"sid", sid}}).status, 200) << name << path;
    EXPECT_THAT(get("/dashboard", {{"sid", sid}}).body, HasSubstr("href=\"/settings/sso\""));
  }
  const auto mia = session("mia");
  for (const char* path : kPages) {
    const auto answer = get(path, {{"sid", mia}});
    EXPECT_EQ(answer.status, 403) << path;
    EXPECT_THAT(answer.body, HasSubstr("Olive"));
    EXPECT_THAT(answer.body, Not(HasSubstr("@fresh.example</span>")));
    EXPECT_EQ(codeOf([&] { askJson("GET", path, mia); }), sso::ErrorCode::kForbidden);
  }
  EXPECT_THAT(get("/dashboard", {{"sid", mia}}).body, Not(HasSubstr("/settings/sso")));
  EXPECT_EQ(get("/settings/sso").location, "/login?return_to=%2Fsettings%2Fsso");
}

TEST_F(SettingsTest, GiveNoLinkToMembersAndEachAdminTheirOwnTenantsAlone) {  // SEC-AP-01
  const auto mia = session("mia");
  EXPECT_EQ(codeOf([&] { link(mia); }), sso::ErrorCode::kForbidden);
  EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/sso/mode", mia, token(mia), "&mode=off"); }),
            sso::ErrorCode::kForbidden);
  EXPECT_EQ(scalekit.links, 0);
  // Whatever a request names, the session's tenant it is.
  const auto answer = link(session("anna"), "&organization_id=org_1234567&tenant_id=acme&tenant=acme");
  EXPECT_EQ(Json::parse(answer.body).at("organization_id"), "org_of_fresh");
  for (const auto& request : transport->requests("/portal_links"))
    EXPECT_THAT(request.url, HasSubstr("/org_of_fresh/"));
}

TEST_F(SettingsTest, AnAdminOfAnotherOrganizationSeesNothingOfThisOne) {  // SEC-AP-01
  link(session("olive"));
  connect();
  get("/settings/sso", {{"sid", session("olive")}});
  const auto ada = adasSession();  // owner of Acme
  for (const char* path : {"/settings/sso?organization_id=org_of_fresh&tenant=fresh",
                           "/settings/sso/required?organization_id=org_of_fresh&tenant=fresh",
                           "/settings/audit?organization_id=org_of_fresh", "/settings/emergency?tenant=fresh"}) {
    const auto page = get(path, {{"sid", ada}});
    EXPECT_THAT(page.body, Not(HasSubstr("org_of_fresh"))) << path;
    EXPECT_THAT(page.body, Not(HasSubstr("fresh.example"))) << path;
    EXPECT_THAT(page.body, Not(HasSubstr("Olive"))) << path;
  }
}

TEST_F(SettingsTest, WantTheTokenOfTheirOwnSessionForALink) {  // SEC-AP-02
  const auto olive = session("olive");
  for (const std::string& wrong : {std::string(), std::string(64, '0'), token(session("anna"))}) {
    EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/sso/portal-link", olive, wrong); }), sso::ErrorCode::kForbidden);
    EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/sso/mode", olive, wrong, "&mode=off"); }),
              sso::ErrorCode::kForbidden);
    EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/emergency", olive, wrong, "&account=x"); }),
              sso::ErrorCode::kForbidden);
  }
  EXPECT_EQ(codeOf([&] { askJson("GET", "/settings/sso/portal-link", olive); }), sso::ErrorCode::kMethodNotAllowed);
  EXPECT_EQ(scalekit.links, 0);
}

TEST_F(SettingsTest, MakeNoLinkByBeingLookedAt) {  // SEC-AP-02, SEC-AP-04
  const auto olive = session("olive");
  link(olive);
  get("/settings/sso", {{"sid", olive}});
  askJson("GET", "/settings/sso/status", olive);
  EXPECT_EQ(scalekit.links, 1);
}

TEST_F(SettingsTest, AnswerWithAFreshLinkThatIsNamedNowhereElse) {  // SEC-AP-04, SEC-AP-12
  const auto olive = session("olive");
  const auto answer = link(olive);
  EXPECT_EQ(answer.status, 200);
  const auto json = Json::parse(answer.body);
  EXPECT_EQ(json.at("location"), "https://acme.scalekit.example/magicLink/MARKER-location-1");
  EXPECT_EQ(json.at("expire_time"), 1'700'000'060);
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header(answer, "Cache-Control"), "") << "the gate's own: no-store";
  EXPECT_EQ(Json::parse(link(olive).body).at("location"), "https://acme.scalekit.example/magicLink/MARKER-location-2");

  for (const char* path : {"/settings/sso", "/settings/audit"}) {
    EXPECT_THAT(get(path, {{"sid", olive}}).body, Not(HasSubstr("MARKER"))) << path;
  }
  EXPECT_THAT(log->text(), Not(HasSubstr("MARKER")));
  const auto events = trail("sso.portal.link_created");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].details,
            (std::map<std::string, std::string>{{"link", sso::sha256Hex("lnk_MARKER1").substr(0, 32)}}));
  EXPECT_EQ(events[1].accountId, idOf(olive));
}

TEST_F(SettingsTest, OpenATabWithoutJavaScript) {
  const auto olive = session("olive");
  const auto answer = post("/settings/sso/portal-link", {{"csrf_token", token(olive)}}, {{"sid", olive}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("0; url=https://acme.scalekit.example/magicLink/MARKER-location-1"));
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
  scalekit.away = true;
  const auto failed = post("/settings/sso/portal-link", {{"csrf_token", token(olive)}}, {{"sid", olive}});
  EXPECT_GE(failed.status, 500);
  EXPECT_THAT(failed.body, HasSubstr("The setup cannot be opened at the moment"));
}

TEST_F(SettingsTest, NeverShowALinkThatLeadsElsewhere) {  // SEC-AP-03
  const auto olive = session("olive");
  for (const char* hostile :
       {"javascript:alert(1)", "https://evil.example/x", "https://acme.scalekit.example/\"><script>x"}) {
    scalekit.leadTo(hostile);
    const auto answer = post("/settings/sso/portal-link", {{"csrf_token", token(olive)}}, {{"sid", olive}});
    EXPECT_GE(answer.status, 500) << hostile;
    EXPECT_THAT(answer.body, Not(HasSubstr("evil.example")));
    EXPECT_THAT(answer.body, Not(HasSubstr("javascript:")));
    EXPECT_THAT(answer.body, Not(HasSubstr("<script>x")));
  }
}

TEST_F(SettingsTest, LimitLinksAndSayWhenToTryAgain) {  // SEC-AP-11
  const auto olive = session("olive");
  const auto csrfToken = token(olive);
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    const auto answer = askJson("POST", "/settings/sso/portal-link", olive, csrfToken);
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_GE(std::stoi(header(answer, "Retry-After")), 1);
    EXPECT_EQ(Json::parse(answer.body).at("error"), "rate_limited");
  }
  EXPECT_EQ(refused, 80);
  const auto tab = post("/settings/sso/portal-link", {{"csrf_token", csrfToken}}, {{"sid", olive}});
  EXPECT_EQ(tab.status, 429);
  EXPECT_NE(header(tab, "Retry-After"), "");
  EXPECT_EQ(link(session("anna")).status, 200) << "a colleague is not held up";
}

TEST_F(SettingsTest, ComeWithAPolicyThatFramesTheEnvironmentAlone) {  // SEC-AP-05, SEC-AP-06
  const auto page = get("/settings/sso", {{"sid", session("olive")}});
  EXPECT_EQ(header(page, "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src "
            "https://acme.scalekit.example; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  EXPECT_THAT(page.body, HasSubstr("<script type=\"module\" src=\"/assets/portal."));
  EXPECT_THAT(page.body, Not(HasSubstr("<iframe"))) << "made by the script, from a fresh link";
  EXPECT_EQ(header(get("/dashboard", {{"sid", session("olive")}}), "Content-Security-Policy"), "");
}

TEST_F(SettingsTest, LeadFromNothingToRequiredAndBack) {
  const auto olive = session("olive");
  const auto nothing = get("/settings/sso", {{"sid", olive}}).body;
  for (const char* words :
       {"Start the setup", "<strong>Off</strong>", "<strong>Optional</strong>", "<strong>Required</strong>"}) {
    EXPECT_THAT(nothing, HasSubstr(words));
  }
  EXPECT_FALSE(app->parts().storage->organizations().findByTenant("fresh")) << "looking creates nothing";
  link(olive);
  connect();
  auto status = Json::parse(askJson("GET", "/settings/sso/status", olive).body);
  EXPECT_EQ(status.at("mode"), "off");
  EXPECT_EQ(status.at("connections").at(0).at("label"), "On");
  EXPECT_THAT(status.at("html").at("status").get<std::string>(), HasSubstr("fresh.example"));
  EXPECT_THAT(status.at("html").at("modes").get<std::string>(), HasSubstr(token(olive)));

  const auto mode = [&](const std::string& word, const std::string& from) {
    return post("/settings/sso/mode",
                {{"csrf_token", token(olive)}, {"mode", word}, {"from", from}, {"preview", previewOf(olive)}},
                {{"sid", olive}});
  };
  EXPECT_EQ(mode("optional", "off").location, "/settings/sso?done=optional&from=off");
  EXPECT_THAT(get("/settings/sso?done=optional&from=off", {{"sid", olive}}).body, HasSubstr(">Undo<"));
  EXPECT_THAT(get("/settings/sso?done=required&from=off", {{"sid", olive}}).body, Not(HasSubstr(">Undo<")))
      << "not true";

  auto refused = mode("required", "optional");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("Nothing was changed. One thing is missing"));
  EXPECT_THAT(refused.body, HasSubstr("Sign in with it now"));
  const auto mia = session("mia"), otto = session("otto"), ada = adasSession();
  makeSingleSignOn(olive, "org_of_fresh", "conn_1");
  EXPECT_EQ(mode("required", "optional").status, 303);
  EXPECT_EQ(me(mia), 401) << "in with a password, which is refused now";
  EXPECT_EQ(me(otto), 200) << "the emergency owner";
  EXPECT_EQ(me(ada), 200) << "another team";
  EXPECT_EQ(me(olive), 200);
  EXPECT_EQ(trail("app.sessions.ended").at(0).details.at("sessions"), "1");
  EXPECT_EQ(app->parts().storage->organizations().findByTenant("fresh")->policy.mode, sso::SsoMode::kRequired);
  EXPECT_EQ(codeOf([&] { signIn("mia@fresh.example", "copper lantern ridge"); }), sso::ErrorCode::kSsoRequired);
  EXPECT_EQ(signIn("otto@fresh.example", "copper lantern ridge").status, 303) << "the emergency owner";
  scalekit.away = true;
  EXPECT_EQ(mode("optional", "required").status, 303) << "the way back works while Scalekit does not";
  EXPECT_EQ(trail("sso.organization.mode_changed").size(), 3U);
}

TEST_F(SettingsTest, ShowWhomRequiringItAffectsBeforeItCanBeRequired) {
  const auto olive = session("olive");
  EXPECT_THAT(get("/settings/sso/required", {{"sid", olive}}).body, HasSubstr("Nothing is connected yet"));
  link(olive);
  EXPECT_THAT(get("/settings/sso/required", {{"sid", olive}}).body, HasSubstr("No connection is switched on"));
  connect();
  post("/settings/sso/mode", {{"csrf_token", token(olive)}, {"mode", "optional"}, {"from", "off"}}, {{"sid", olive}});
  auto page = get("/settings/sso/required", {{"sid", olive}}).body;
  for (const char* words : {"4 people", "Confirm their account once", "mia@fresh.example", "Keep their password",
                            "otto@fresh.example", "One thing is missing"}) {
    EXPECT_THAT(page, HasSubstr(words));
  }
  EXPECT_THAT(page, Not(HasSubstr("value=\"required\""))) << "no switch while something is missing";
  EXPECT_THAT(page, Not(HasSubstr("@acme.example"))) << "members of this tenant alone";

  makeSingleSignOn(olive, "org_of_fresh", "conn_1");
  EXPECT_THAT(get("/settings/sso", {{"sid", olive}}).body, HasSubstr("href=\"/settings/sso/required\""));
  page = get("/settings/sso/required", {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("value=\"required\""));
  EXPECT_THAT(page, HasSubstr(token(olive)));
  EXPECT_TRUE(trail("sso.identity.linked").empty()) << "looking changes nothing";
  const auto require = [&](const std::string& seen) {
    return post("/settings/sso/mode", {{"csrf_token", token(olive)}, {"mode", "required"}, {"preview", seen}},
                {{"sid", olive}});
  };
  auto refused = require("");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("Look first at what it means for each of your people."));
  const auto seen = previewOf(olive);
  app->seed(R"({"organizations": [{"tenant_id": "fresh", "name": "Fresh Fields", "members": [
    {"email": "nina@fresh.example", "name": "Nina", "password": "copper lantern ridge"}]}]})");
  refused = require(seen);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("people or rules became others since you looked"));
  EXPECT_THAT(refused.body, HasSubstr("nina@fresh.example")) << "shown as it is now";
  EXPECT_THAT(refused.body, HasSubstr("value=\"required\""));
  EXPECT_EQ(require(previewOf(olive)).status, 303);
  EXPECT_THAT(get("/settings/sso?done=required&from=optional", {{"sid", olive}}).body, HasSubstr(">Undo<"));
  post("/settings/sso/mode", {{"csrf_token", token(olive)}, {"mode", "optional"}}, {{"sid", olive}});
  EXPECT_THAT(get("/settings/sso?done=optional&from=required", {{"sid", olive}}).body, Not(HasSubstr(">Undo<")))
      << "required goes over its preview";

  scalekit.away = true;
  page = get("/settings/sso/required", {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("does not answer at the moment"));
  EXPECT_THAT(page, Not(HasSubstr("value=\"required\"")));
}

TEST_F(SettingsTest, RefuseAModeThatIsNone) {
  const auto olive = session("olive");
  for (const char* word : {"", "on", "Required", "required%00"}) {
    EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/sso/mode", olive, token(olive), std::string("&mode=") + word); }),
              sso::ErrorCode::kInvalidRequest)
        << word;
  }
}

TEST_F(SettingsTest, ShowWhatIsKnownWhileScalekitIsAway) {
  const auto olive = session("olive");
  link(olive);
  connect();
  get("/settings/sso", {{"sid", olive}});
  scalekit.away = true;
  const auto page = get("/settings/sso", {{"sid", olive}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("does not answer at the moment"));
  EXPECT_THAT(page.body, HasSubstr("fresh.example"));
}

TEST_F(SettingsTest, EscapeWhatScalekitAndPeopleSay) {
  const auto olive = session("olive");
  link(olive);
  scalekit.addDomain("org_of_fresh", "<script>alert(1)</script>.example", "PENDING");
  EXPECT_THAT(get("/settings/sso", {{"sid", olive}}).body, Not(HasSubstr("<script>alert")));
  const auto status = Json::parse(askJson("GET", "/settings/sso/status", olive).body);
  EXPECT_THAT(status.at("html").dump(), Not(HasSubstr("<script>alert")));
}

}  // namespace
}  // namespace hostapp
