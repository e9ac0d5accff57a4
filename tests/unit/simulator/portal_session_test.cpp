// SPDX-License-Identifier: Apache-2.0
#include "portal_fixture.h"

namespace simulator_test {
namespace {

class PortalSessions : public PortalTest {
 protected:
  static std::string failure(const HttpResponse& response) {
    const Json page = facts(response);
    if (!page.is_object() || page["events"].size() != 1) return "no failure page";
    const Json& event = page["events"][0];
    EXPECT_EQ("PORTAL_LOAD_FAILURE", event["event_type"]);
    EXPECT_EQ("session", event["object"]);
    EXPECT_FALSE(event.contains("organization_id"));
    return event["data"]["error_code"];
  }
  HttpResponse steer(const std::string& path, const Json& body) { return post(path, body.dump(), "application/json"); }
};

TEST_F(PortalSessions, BeginWithALinkThatWorksOnce) {
  const std::string address = link(kFreshOrganization);
  const auto opened = get(address);
  ASSERT_EQ(302, opened.status);
  EXPECT_EQ("/portal/start", opened.header("Location"));
  EXPECT_EQ("no-store", opened.header("Cache-Control"));
  const std::string cookie = opened.header("Set-Cookie");
  EXPECT_TRUE(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")) << cookie;
  EXPECT_EQ("LINK_EXPIRED", failure(get(address)));
  cookie_ = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ("/portal/sso", show("/portal/start").header("Location"));
  EXPECT_EQ(200, show("/portal/sso").status);
}

TEST_F(PortalSessions, NeedALinkOfTheLastMinute) {
  const std::string address = link(kFreshOrganization);
  now_ += std::chrono::seconds(60);
  const auto late = get(address);
  EXPECT_EQ(403, late.status);
  EXPECT_TRUE(late.header("Set-Cookie").empty());
  EXPECT_EQ("LINK_EXPIRED", failure(late));
  EXPECT_EQ("LINK_EXPIRED", failure(get("/magicLink/8930509d-68cf-4e2c-8c6d-94d2b5e2db43")));
}

TEST_F(PortalSessions, AreNotBegunByALook) {
  HttpRequest look;
  look.method = "HEAD";
  look.path = link(kFreshOrganization);
  EXPECT_EQ(405, application_->handle(look).status);
  EXPECT_EQ(302, get(look.path).status);
}

TEST_F(PortalSessions, BeginManyTimesWithASharedLinkUntilANewerOne) {
  const auto share = [&] {
    const auto made = steer("/simulator/portal/links", {{"organization_id", kFreshOrganization}, {"shareable", true}});
    EXPECT_EQ(200, made.status) << made.body;
    const std::string location = Json::parse(made.body)["link"]["location"];
    EXPECT_TRUE(location.ends_with("_p"));
    return location.substr(std::string("http://127.0.0.1:8090").size());
  };
  const std::string first = share();
  EXPECT_EQ(302, get(first).status);
  now_ += std::chrono::hours(7 * 24 - 1);
  EXPECT_EQ(302, get(first).status);
  const std::string second = share();
  EXPECT_EQ(403, get(first).status);
  now_ += std::chrono::hours(7 * 24);
  EXPECT_EQ(403, get(second).status);
  EXPECT_EQ(400, steer("/simulator/portal/links", {{"organization_id", "org_1"}}).status);
  EXPECT_EQ(400,
            steer("/simulator/portal/links", {{"organization_id", kFreshOrganization}, {"features", {"scim"}}}).status);
}

TEST_F(PortalSessions, EndAfterSixHours) {
  enter();
  const Json page = facts(show("/portal/sso"));
  EXPECT_EQ("PORTAL_LOAD_SUCCESS", page["loaded"]["event_type"]);
  EXPECT_EQ("2026-09-21T20:13:20Z", page["loaded"]["data"]["expiry"]);
  EXPECT_EQ(kFreshOrganization, page["loaded"]["organization_id"]);
  now_ += std::chrono::seconds(6 * 3600 - 1);
  EXPECT_EQ(200, show("/portal/sso").status);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ("SESSION_EXPIRED", failure(show("/portal/sso")));
  EXPECT_EQ(403, submitWith("/portal/domains", "domain=x.example").status);
}

TEST_F(PortalSessions, AreCutShortOnRequest) {
  enter();
  const auto left = [&] { return Json::parse(show("/portal/session").body)["seconds_left"].get<int>(); };
  EXPECT_EQ(6 * 3600, left());
  EXPECT_EQ(
      0, Json::parse(steer("/simulator/portal/sessions", {{"organization_id", kTestOrganization}, {"seconds_left", 0}})
                         .body)["sessions"]);
  const auto answer = steer("/simulator/portal/sessions", {{"seconds_left", 299}});
  EXPECT_EQ(1, Json::parse(answer.body)["sessions"]);
  EXPECT_EQ(299, left());
  steer("/simulator/portal/sessions", {{"organization_id", kFreshOrganization}, {"seconds_left", 0}});
  EXPECT_EQ(0, left());
  EXPECT_EQ("SESSION_EXPIRED", failure(show("/portal/sso")));
  EXPECT_EQ("2026-09-21T14:13:20Z", Json::parse(show("/portal/session").body)["expiry"]);
  steer("/simulator/portal/lifetime", {{"seconds", 120}});
  enter();
  EXPECT_EQ(120, left());
  EXPECT_EQ(400, steer("/simulator/portal/lifetime", {{"seconds", 6 * 3600 + 1}}).status);
  EXPECT_EQ(400, steer("/simulator/portal/sessions", Json::object()).status);
}

TEST_F(PortalSessions, WithoutACookieInAFrameSayThatCookiesAreBlocked) {
  EXPECT_EQ("COOKIES_BLOCKED", failure(get("/portal/start")));
  HttpRequest framed;
  framed.path = "/portal/sso";
  framed.fetchDestination = "iframe";
  EXPECT_EQ("COOKIES_BLOCKED", failure(application_->handle(framed)));
  framed.fetchDestination = "document";
  EXPECT_EQ("SESSION_EXPIRED", failure(application_->handle(framed)));
}

TEST_F(PortalSessions, ShowTheTabsOfTheLinkAndTheOrganization) {
  const auto tabs = [&](const std::string& organization, const std::string& query) {
    enter(organization, query);
    const auto start = show("/portal/start");
    const auto page = show(start.header("Location"));
    std::string seen;
    for (const char* tab : {"sso", "directory", "domains"}) {
      if (says(page, std::string("<a href=\"/portal/") + tab + "\"")) seen += std::string(tab) + " ";
    }
    return seen;
  };
  EXPECT_EQ("sso directory domains ", tabs(kTestOrganization, ""));
  EXPECT_EQ("sso domains ", tabs(kTestOrganization, "?features=sso"));
  EXPECT_EQ(404, show("/portal/directory").status);
  EXPECT_EQ("directory domains ", tabs(kTestOrganization, "?features=dir_sync"));
  EXPECT_EQ(404, show("/portal/sso").status);
  EXPECT_EQ(404, submit("/portal/sso/connections", "provider=okta&type=SAML").status);
  EXPECT_EQ("sso ", tabs("org_70000000000000001", ""));
  EXPECT_EQ(404, show("/portal/domains").status);
  change([](StateData& data) { data.environment.organizations[1].ssoEnabled = false; });
  EXPECT_TRUE(says(show("/portal"), "Nothing to set up yet"));
}

TEST_F(PortalSessions, MayBeEmbeddedByRegisteredOriginsOnly) {
  change([](StateData& data) {
    auto& clients = data.environment.clients;
    clients[0].redirectUris = {"https://app.fresh.example/sso/callback", "http://localhost:8080/sso/callback",
                               "https://{{org_slug}}.apps.example/cb", "https://*.preview.example/cb", "myapp://cb"};
    clients.push_back(clients[0]);
    clients[1].id = "skc_2";
    clients[1].active = false;
    clients[1].redirectUris = {"https://inactive.example/cb"};
    data.environment.organizations.back().slug = "fresh";
  });
  enter();
  const auto page = show("/portal/sso");
  const std::string policy = page.header("Content-Security-Policy");
  EXPECT_EQ(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
      "form-action 'self'; frame-ancestors 'self' http://localhost:8080 https://*.preview.example "
      "https://app.fresh.example https://fresh.apps.example",
      policy);
  // A message can be addressed to a whole origin only.
  EXPECT_EQ((Json{"http://localhost:8080", "https://app.fresh.example", "https://fresh.apps.example"}),
            facts(page)["origins"]);
  const auto failed = get("/magicLink/x");
  EXPECT_EQ((Json{"http://localhost:8080", "https://app.fresh.example"}), facts(failed)["origins"]);
  EXPECT_NE(std::string::npos,
            failed.header("Content-Security-Policy").find("frame-ancestors 'self' http://localhost"));
}

TEST_F(PortalSessions, ChangeNothingWithoutTheirOwnToken) {
  enter();
  const std::string token = csrf();
  ASSERT_EQ(43U, token.size());
  const std::string field = "domain=mine.example";
  EXPECT_EQ(403, submitWith("/portal/domains", field).status);
  EXPECT_EQ(403, submitWith("/portal/domains", field + "&csrf=").status);
  EXPECT_EQ(403, submitWith("/portal/domains", field + "&csrf=" + token.substr(1)).status);
  EXPECT_EQ(403, submitWith("/portal/domains", field + "&csrf=" + token + "&csrf=" + token).status);
  EXPECT_EQ(403, submit("/portal/domains", field, "https://evil.example").status);
  EXPECT_EQ(403, submit("/portal/domains", field, "null").status);
  const std::string first = cookie_;
  enter(kTestOrganization);
  EXPECT_EQ(403, submitWith("/portal/domains", field + "&csrf=" + token).status);
  cookie_ = first;
  EXPECT_TRUE(environment().organizations.back().domains.empty());
  EXPECT_EQ(303, submitWith("/portal/domains", field + "&csrf=" + token, "http://127.0.0.1:8090").status);
  EXPECT_EQ(1U, environment().organizations.back().domains.size());
}

TEST_F(PortalSessions, NeverAppearInTheLogOfRequests) {
  const std::string address = link(kFreshOrganization);
  get(address);
  const std::string start = get("/").body;
  EXPECT_EQ(std::string::npos, start.find(address.substr(11)));
  EXPECT_NE(std::string::npos, start.find("/magicLink/…"));
}

TEST_F(PortalSessions, AreOverWhenTheirOrganizationIsGone) {
  enter();
  change([](StateData& data) { data.environment.organizations.pop_back(); });
  EXPECT_EQ("SESSION_EXPIRED", failure(show("/portal/sso")));
}

class PortalOverTls : public PortalTest {
 protected:
  void SetUp() override { context_->baseUrl = "https://127.0.0.1:8090"; }
};

TEST_F(PortalOverTls, AllowsItsCookieInAFrameOfAnotherSite) {
  const std::string location = ok("PUT", under(kTestOrganization, "/portal_links"))["link"]["location"];
  const auto opened = get(location.substr(std::string("https://127.0.0.1:8090").size()));
  EXPECT_TRUE(opened.header("Set-Cookie").ends_with("; Path=/; HttpOnly; SameSite=None; Secure"));
}

}  // namespace
}  // namespace simulator_test
