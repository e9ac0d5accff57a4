// SPDX-License-Identifier: Apache-2.0
// The shareable setup link: who makes and takes back one, and what it opens.
#include "sso/setup_links.h"

#include <nlohmann/json.hpp>

#include "settings_fixture.h"

namespace hostapp {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct SetupLinkTest : SettingsTest {
  sso::WebResponse ownersPost(const std::string& who, const std::string& path, const std::string& field,
                              const std::string& value) {
    const auto sid = session(who);
    return post(path, {{"csrf_token", token(sid)}, {field, value}}, {{"sid", sid}});
  }
  sso::WebResponse create(const std::string& who = "olive", const std::string& lifetime = "1d") {
    return ownersPost(who, "/settings/sso/setup-links", "lifetime", lifetime);
  }
  sso::WebResponse revoke(const std::string& who, const std::string& id) {
    return ownersPost(who, "/settings/sso/setup-links/revoke", "link", id);
  }
  static std::string linkIn(const sso::WebResponse& page) {
    std::smatch found;
    const std::regex link("value=\"http://localhost:8080/setup#([A-Za-z0-9_-]{43})\"");
    return std::regex_search(page.body, found, link) ? found[1].str() : "";
  }
  std::string makeLink(const std::string& lifetime = "1d") { return linkIn(create("olive", lifetime)); }
  std::vector<sso::SetupLink> live(const std::string& tenant = "fresh") {
    return app->parts().sso->setupLinks().list(tenant);
  }

  /// A browser of nobody's that has the page of a link open.
  struct Visitor {
    std::string visit, csrf;
  };
  Visitor arrive() {
    const auto page = get("/setup");
    std::smatch found;
    const bool token = std::regex_search(page.body, found, std::regex("data-csrf=\"([0-9a-f]+)\""));
    return {page.cookies.at(0).value, token ? found[1].str() : ""};
  }
  sso::RequestInfo request(const std::string& path, const std::string& linkToken, const Visitor& visitor) {
    sso::RequestInfo asked;
    asked.method = "POST";
    asked.path = path;
    asked.remoteAddress = "198.51.100.7";
    asked.accept = "application/json";
    asked.contentType = "application/x-www-form-urlencoded";
    asked.cookies["visit"] = visitor.visit;
    asked.body = "csrf_token=" + visitor.csrf + "&link=" + linkToken;
    return asked;
  }
  sso::WebResponse ask(const std::string& path, const std::string& linkToken) {
    return app->respond(request(path, linkToken, arrive()));
  }
  sso::WebResponse status(const std::string& linkToken) { return ask("/setup/status", linkToken); }
  sso::WebResponse portalLink(const std::string& linkToken) { return ask("/setup/portal-link", linkToken); }
  void expectDead(const std::string& linkToken) {
    for (const char* path : {"/setup/status", "/setup/portal-link"}) {
      EXPECT_EQ(codeOf([&] { ask(path, linkToken); }), sso::ErrorCode::kNotFound) << path;
    }
  }
};

TEST_F(SetupLinkTest, AreForOwnersToMakeAndTakeBack) {  // SEC-AP-01
  const auto page = create();
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(linkIn(page), "");
  ASSERT_EQ(live().size(), 1U);
  const auto id = live()[0].id;
  for (const char* who : {"anna", "mia"}) {
    const bool admin = std::string(who) == "anna";
    const auto refused = [&](const std::function<sso::WebResponse()>& call) {
      try {
        return call().status == 403;
      } catch (const sso::Error& error) {
        return error.code() == sso::ErrorCode::kForbidden;
      }
    };
    EXPECT_TRUE(refused([&] { return create(who); })) << who;
    EXPECT_TRUE(refused([&] { return revoke(who, id); })) << who;
    const auto settings = get("/settings/sso", {{"sid", session(who)}});
    EXPECT_THAT(settings.body, Not(HasSubstr(id))) << who;
    EXPECT_THAT(settings.body, Not(HasSubstr("/settings/sso/setup-links"))) << who;
    if (admin) {
      EXPECT_THAT(settings.body, HasSubstr("An owner of Fresh Fields can make such a link"));
    }
  }
  EXPECT_EQ(live().size(), 1U);
  EXPECT_EQ(revoke("otto", id).location, "/settings/sso?links=revoked#setup-links") << "another owner may";
  EXPECT_TRUE(live().empty());
}

TEST_F(SetupLinkTest, WantTheTokenOfTheirOwnSession) {  // SEC-AP-02
  makeLink();
  const auto olive = session("olive");
  for (const std::string& wrong : {std::string(), std::string(64, '0'), token(session("otto"))}) {
    EXPECT_EQ(codeOf([&] { askJson("POST", "/settings/sso/setup-links", olive, wrong, "&lifetime=1d"); }),
              sso::ErrorCode::kForbidden);
    EXPECT_EQ(
        codeOf([&] { askJson("POST", "/settings/sso/setup-links/revoke", olive, wrong, "&link=" + live().at(0).id); }),
        sso::ErrorCode::kForbidden);
  }
  EXPECT_EQ(live().size(), 1U);
}

TEST_F(SetupLinkTest, LastAnHourADayOrAWeekAndNothingElse) {
  const auto now = app->parts().clock->now();
  for (const auto& [word, hours] : {std::pair{"1h", 1}, std::pair{"1d", 24}, std::pair{"7d", 168}}) {
    EXPECT_NE(makeLink(word), "");
    EXPECT_EQ(sso::toEpochSeconds(live().at(0).expiresAt), sso::toEpochSeconds(now) + hours * 3600) << word;
    revoke("olive", live().at(0).id);
  }
  for (const char* word : {"", "8d", "1y", "86400", "1d 7d"}) {
    EXPECT_EQ(codeOf([&] { create("olive", word); }), sso::ErrorCode::kInvalidRequest) << word;
  }
  EXPECT_THAT(create("olive", "7d").body, HasSubstr("It works for 7 days, until 21 November 2023, 22:13 UTC"));
}

TEST_F(SetupLinkTest, AreShownOnceAndListedWithoutTheirToken) {
  const auto page = create();
  const auto linkToken = linkIn(page);
  portalLink(linkToken);
  const auto olive = session("olive");
  const auto settings = get("/settings/sso", {{"sid", olive}}).body;
  EXPECT_THAT(settings, HasSubstr("Works until 15 November 2023, 22:13 UTC"));
  EXPECT_THAT(settings, HasSubstr("Made by Olive, just now · opened once, just now"));
  for (const char* path : {"/settings/sso", "/settings/audit", "/setup"}) {
    EXPECT_THAT(get(path, {{"sid", olive}}).body, Not(HasSubstr(linkToken))) << path;
  }
  EXPECT_EQ(header(page, "Cache-Control"), "") << "the gate's own: no-store";
}

TEST_F(SetupLinkTest, AreFiveAtMost) {
  for (int i = 0; i < 5; ++i) EXPECT_NE(makeLink(), "");
  const auto more = create();
  EXPECT_EQ(more.location, "/settings/sso?links=full#setup-links");
  EXPECT_EQ(live().size(), 5U);
  EXPECT_THAT(get("/settings/sso", {{"sid", session("olive")}}).body, HasSubstr("that is the most"));
}

TEST_F(SetupLinkTest, OfAnotherTenantCannotBeTakenBack) {  // SEC-AP-01
  const auto linkToken = makeLink();
  const auto id = live().at(0).id;
  const auto ada = adasSession();  // owner of Acme
  for (const std::string& more : {"&link=" + id, "&link=" + id + "&tenant_id=fresh&organization_id=org_of_fresh"}) {
    const auto answer = askJson("POST", "/settings/sso/setup-links/revoke", ada, token(ada), more);
    EXPECT_EQ(answer.location, "/settings/sso?links=gone#setup-links");
  }
  EXPECT_EQ(status(linkToken).status, 200);
  EXPECT_THAT(get("/settings/sso", {{"sid", ada}}).body, Not(HasSubstr(id)));
  EXPECT_TRUE(trail("sso.setup_link.revoked").empty());
}

TEST_F(SetupLinkTest, OpenThePortalForSomebodyWithoutAnAccount) {
  const auto linkToken = makeLink();
  connect();
  const auto answer = portalLink(linkToken);
  EXPECT_EQ(answer.status, 200);
  const auto json = Json::parse(answer.body);
  EXPECT_EQ(json.at("location"), "https://acme.scalekit.example/magicLink/MARKER-location-1");
  EXPECT_EQ(json.at("organization_id"), "org_of_fresh");
  EXPECT_EQ(json.size(), 3U) << "as /settings/sso/portal-link answers";
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header(answer, "Cache-Control"), "") << "the gate's own: no-store";
  EXPECT_TRUE(answer.cookies.empty()) << "nobody is signed in by it";

  const auto id = live().at(0).id;
  const auto opened = trail("sso.setup_link.opened");
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].remoteAddress, "198.51.100.7");
  EXPECT_EQ(opened[0].details.at("setup_link"), id);
  EXPECT_EQ(trail("sso.portal.link_created").at(0).details.at("setup_link"), id);
  EXPECT_EQ(trail("sso.portal.link_created").at(0).accountId, "");
  const auto audit = get("/settings/audit", {{"sid", session("olive")}}).body;
  for (const char* words : {"A link for an IT admin was made", "The setup was opened with a link for an IT admin"}) {
    EXPECT_THAT(audit, HasSubstr(words));
  }
  EXPECT_THAT(audit, HasSubstr("lifetime 24 h"));
}

TEST_F(SetupLinkTest, ShowTheSetupAndNothingElseOfTheTenant) {
  const auto linkToken = makeLink();
  connect();
  get("/settings/sso", {{"sid", session("olive")}});
  const auto answer = status(linkToken);
  const auto json = Json::parse(answer.body);
  EXPECT_EQ(json.at("organization"), "Fresh Fields");
  EXPECT_EQ(json.at("expires_at"), 1'700'086'400);
  const std::string html = json.at("html").at("status");
  for (const char* words : {"All is set up", "Okta", "fresh.example", "Verified"}) EXPECT_THAT(html, HasSubstr(words));
  for (const char* secret : {"Olive", "Otto", "Anna", "@fresh", "requirements", "\"modes\"", "\"mode\"", "last_sign_in",
                             "Last sign-in", "steps", "csrf", "sso.login"}) {
    EXPECT_THAT(answer.body, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(live().at(0).timesOpened, 0) << "looking is no opening";
}

TEST_F(SetupLinkTest, TakeOverWhatWasDoneThroughThem) {
  const auto linkToken = makeLink();
  connect();
  status(linkToken);
  const auto organization = app->parts().storage->organizations().findByTenant("fresh");
  EXPECT_EQ(organization->domains, std::vector<std::string>{"fresh.example"});
  EXPECT_EQ(trail("sso.organization.domains_changed").at(0).details.at("setup_link"), live().at(0).id);
}

TEST_F(SetupLinkTest, AreAllTheSameOnceTheyOpenNothing) {
  const auto revoked = makeLink(), expired = makeLink("1h"), works = makeLink("7d");
  for (const auto& link : live()) {
    if (link.tokenHash == sso::sha256Hex(revoked)) revoke("olive", link.id);
  }
  clock->advance(std::chrono::hours(1));
  const auto visitor = arrive();
  const std::string never(43, 'A');
  std::vector<std::string> texts;
  for (const auto& linkToken : {revoked, expired, never, std::string(), std::string("short"), works.substr(0, 42)}) {
    expectDead(linkToken);
    for (const char* path : {"/setup/status", "/setup/portal-link"}) {
      try {
        app->respond(request(path, linkToken, visitor));
        ADD_FAILURE();
      } catch (const sso::Error& error) {
        texts.push_back(std::string(error.what()) + error.reason() + error.hint());
      }
    }
    auto tab = request("/setup/portal-link", linkToken, visitor);
    tab.accept = "text/html";
    const auto page = app->respond(tab);
    EXPECT_EQ(page.status, 404);
    EXPECT_THAT(page.body, HasSubstr("Ask the person who sent it for a new one"));
    if (linkToken.size() > 10) {
      EXPECT_THAT(page.body, Not(HasSubstr(linkToken)));
    }
  }
  for (const auto& text : texts) EXPECT_EQ(text, texts.front());
  EXPECT_EQ(scalekit.links, 0);
  EXPECT_EQ(portalLink(works).status, 200) << "the control";
}

TEST_F(SetupLinkTest, RestWhileTheOrganizationIsSuspended) {
  const auto linkToken = makeLink();
  auto organization = *app->parts().storage->organizations().findByTenant("fresh");
  organization.status = sso::OrganizationStatus::kSuspended;
  const auto work = app->parts().storage->begin();
  app->parts().storage->organizations().saveOrganization(*work, organization);
  work->commit();
  expectDead(linkToken);
  EXPECT_EQ(codeOf([&] { create(); }), sso::ErrorCode::kForbidden);
}

TEST_F(SetupLinkTest, AreNoUseToAnotherSite) {  // SEC-AP-02
  const auto linkToken = makeLink();
  const auto visitor = arrive();
  for (const char* path : {"/setup/status", "/setup/portal-link"}) {
    auto good = request(path, linkToken, visitor);
    EXPECT_EQ(app->respond(good).status, 200) << "the control";
    for (const auto& change : std::vector<std::function<void(sso::RequestInfo&)>>{
             [](auto& asked) { asked.secFetchSite = "cross-site"; },
             [](auto& asked) { asked.secFetchSite = "same-site"; },
             [](auto& asked) { asked.origin = "https://attacker.example"; }, [](auto& asked) { asked.origin = "null"; },
             [](auto& asked) { asked.contentType = "text/plain"; }, [](auto& asked) { asked.cookies.clear(); },
             [&](auto& asked) { asked.body = "link=" + linkToken; }}) {
      auto foreign = good;
      change(foreign);
      EXPECT_EQ(codeOf([&] { app->respond(foreign); }), sso::ErrorCode::kForbidden) << path;
    }
  }
}

TEST_F(SetupLinkTest, AreTheOnlyAuthorityOnTheirPage) {
  makeLink();
  for (const char* name : {"olive", "mia"}) {
    auto asked = request("/setup/portal-link", "", arrive());
    asked.cookies["sid"] = session(name);
    EXPECT_EQ(codeOf([&] { app->respond(asked); }), sso::ErrorCode::kNotFound) << "a session opens nothing here";
  }
  auto inQuery = request("/setup/portal-link", "", arrive());
  inQuery.query = "link=" + makeLink();
  EXPECT_EQ(codeOf([&] { app->respond(inQuery); }), sso::ErrorCode::kNotFound) << "nor does a token in the address";
  EXPECT_EQ(codeOf([&] { askJson("GET", "/setup/portal-link", ""); }), sso::ErrorCode::kMethodNotAllowed);
  EXPECT_EQ(scalekit.links, 0);
}

TEST_F(SetupLinkTest, OpenThePortalOnlySoOften) {  // SEC-AP-11
  const auto linkToken = makeLink(), other = makeLink();
  const auto visitor = arrive();
  const auto open = [&](const std::string& which, const std::string& address) {
    auto asked = request("/setup/portal-link", which, visitor);
    asked.remoteAddress = address;
    return app->respond(asked);
  };
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    const auto answer = open(linkToken, "198.51.100." + std::to_string(i));
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_GE(std::stoi(header(answer, "Retry-After")), 1);
    EXPECT_EQ(Json::parse(answer.body).at("error"), "rate_limited");
  }
  EXPECT_EQ(refused, 10) << "whatever address they come from";
  EXPECT_EQ(trail("sso.setup_link.opened").size(), 20U) << "what is refused fills no trail";
  EXPECT_EQ(open(other, "198.51.100.1").status, 200) << "each link by itself";
}

TEST_F(SetupLinkTest, CannotBeGuessedAtSpeed) {  // SEC-AP-11
  const auto linkToken = makeLink();
  const auto visitor = arrive();
  int looked = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string number = std::to_string(i);
    try {
      const auto guess = request(i % 2 == 0 ? "/setup/status" : "/setup/portal-link",
                                 number + std::string(43 - number.size(), 'A'), visitor);
      if (app->respond(guess).status == 429) ++refused;
    } catch (const sso::Error& error) {
      ++looked;
      EXPECT_EQ(error.code(), sso::ErrorCode::kNotFound);
    }
  }
  EXPECT_EQ(looked, 300);
  EXPECT_EQ(refused, 100);
  auto elsewhere = request("/setup/status", linkToken, visitor);
  EXPECT_EQ(app->respond(elsewhere).status, 429);
  elsewhere.remoteAddress = "203.0.113.9";
  EXPECT_EQ(app->respond(elsewhere).status, 200);
}

TEST_F(SetupLinkTest, AreInNoLogLineAndNoAuditEvent) {  // SEC-AP-12
  const auto linkToken = makeLink(), dead = std::string(43, 'B');
  status(linkToken);
  portalLink(linkToken);
  expectDead(dead);
  scalekit.away = true;
  EXPECT_EQ(status(linkToken).status, 200);
  EXPECT_THROW(portalLink(linkToken), sso::Error);
  auto tab = request("/setup/portal-link", linkToken, arrive());
  tab.accept = "text/html";
  EXPECT_THAT(app->respond(tab).body, HasSubstr("Nothing was changed"));
  revoke("olive", live().at(0).id);
  expectDead(linkToken);
  for (const auto& secret : {linkToken, dead, sso::sha256Hex(linkToken), std::string("MARKER")}) {
    EXPECT_THAT(log->text(), Not(HasSubstr(secret)));
    for (const auto& event : app->parts().storage->audit().recent("org_of_fresh", 500)) {
      for (const auto& [name, value] : event.details) EXPECT_THAT(value, Not(HasSubstr(secret))) << event.name << name;
    }
  }
}

TEST_F(SetupLinkTest, OpenATabForBrowsersThatBlockEmbeddedPages) {
  auto tab = request("/setup/portal-link", makeLink(), arrive());
  tab.accept = "text/html";
  const auto answer = app->respond(tab);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("0; url=https://acme.scalekit.example/magicLink/MARKER-location-1"));
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
}

TEST_F(SetupLinkTest, HaveAPageThatIsTheSameForEverybody) {
  makeLink();
  const auto page = get("/setup");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header(page, "Content-Security-Policy"),
            header(get("/settings/sso", {{"sid", session("olive")}}), "Content-Security-Policy"));
  EXPECT_THAT(page.body, HasSubstr("/setup_link.js\"></script>"));
  for (const char* secret : {"Fresh", "fresh.example", "org_of_fresh", "Olive"}) {
    EXPECT_THAT(page.body, Not(HasSubstr(secret)));
    EXPECT_THAT(get("/setup", {{"sid", session("olive")}}).body, Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace hostapp
