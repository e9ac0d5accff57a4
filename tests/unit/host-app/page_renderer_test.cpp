// SPDX-License-Identifier: Apache-2.0
#include "page_renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text_rules.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile = "\"><script>alert('1')</script>&";

std::shared_ptr<const PageRenderer> renderer() {
  return std::make_shared<PageRenderer>(std::make_shared<Assets>(), /*companyLogout=*/true);
}

TEST(PageTemplates, NeverSwitchEscapingOff) {
  for (const auto& file : embeddedFiles()) {
    EXPECT_EQ(file.content.find("{{{"), std::string_view::npos) << file.name;
    EXPECT_EQ(file.content.find("{{&"), std::string_view::npos) << file.name;
    EXPECT_EQ(file.content.find("{{="), std::string_view::npos) << file.name;
  }
}

// The content security policy would block them; what is not there cannot be needed.
TEST(PageTemplates, HoldNoInlineScriptOrStyleAndNothingFromElsewhere) {
  for (const auto& file : embeddedFiles()) {
    if (!file.name.ends_with(".html")) continue;
    for (const char* bad : {"<script>", " style=", "<style", " onclick", " onload", " onsubmit", "src=\"http",
                            "href=\"http", "javascript:"}) {
      EXPECT_EQ(file.content.find(bad), std::string_view::npos) << file.name << " holds " << bad;
    }
    for (auto at = file.content.find("<script"); at != std::string_view::npos;
         at = file.content.find("<script", at + 1)) {
      const auto script = file.content.substr(at);
      EXPECT_TRUE(script.starts_with("<script type=\"module\" src=\"{{portal_js}}\"></script>") ||
                  script.starts_with("<script type=\"module\" src=\"{{script}}\"></script>"))
          << file.name << " holds a script that is no file of ours";
    }
  }
}

TEST(PageTemplates, CarryATokenInEveryPostForm) {
  for (const auto& file : embeddedFiles()) {
    for (auto at = file.content.find("method=\"post\""); at != std::string_view::npos;
         at = file.content.find("method=\"post\"", at + 1)) {
      const auto end = file.content.find("</form>", at);
      EXPECT_NE(file.content.substr(at, end - at).find("name=\"csrf_token\" value=\"{{csrf_token}}\""),
                std::string_view::npos)
          << file.name;
    }
  }
}

TEST(PageRendererPage, EscapesWhatPeopleTyped) {
  sessions::SignedIn who;
  who.displayName = who.tenantName = who.email = kHostile;
  Frame frame;
  frame.title = kHostile;
  frame.who = &who;
  View view;
  for (const char* name : {"problem", "typed_title", "typed_site"}) view.set(name, std::string(kHostile));
  view.set("has_problem", true);
  for (const char* page : {"dashboard", "account"}) {
    const auto answer = renderer()->page(200, page, frame, view);
    EXPECT_THAT(answer.body, Not(HasSubstr("<script>alert"))) << page;
    EXPECT_THAT(answer.body, Not(HasSubstr("\"><script"))) << page;
    EXPECT_THAT(answer.body, HasSubstr("&lt;script&gt;")) << page;
  }
}

// SEC-HT-10
TEST(PageRendererErrorPage, EscapesAndShowsTheReference) {
  const auto answer = renderer()->errorPage({404, "not_found", kHostile, kHostile, "REF1234567", ""});
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(answer.body, HasSubstr("REF1234567"));
}

TEST(PageRendererLeavePage, TurnsOnlyForeignRedirectsIntoAPage) {
  auto foreign = sso::WebResponse::redirect("https://env.scalekit.com/oauth/authorize?a=1&state=\"x", 302);
  foreign.cookies.push_back({"name", "value"});
  const auto page = renderer()->leavePage(foreign, "Signing <you> out");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.location.empty());
  EXPECT_EQ(page.cookies.size(), 1U);
  EXPECT_THAT(page.body, HasSubstr("<h1>Signing &lt;you&gt; out</h1>"));
  EXPECT_THAT(page.body,
              HasSubstr("http-equiv=\"refresh\" content=\"0; url=https://env.scalekit.com/oauth/authorize?a=1"
                        "&amp;state=&quot;x\""));
  const auto own = renderer()->leavePage(sso::WebResponse::redirect("/login"), "");
  EXPECT_EQ(own.status, 303);
  EXPECT_EQ(own.location, "/login");
}

// SEC-HT-20
TEST(AssetsAnswer, ServesTheListedNamesOnly) {
  const Assets assets;
  EXPECT_TRUE(assets.answer(assets.urlOf("app.css")));
  EXPECT_TRUE(assets.answer("/favicon.svg"));
  EXPECT_TRUE(assets.answer("/robots.txt"));
  for (const char* path : {"/assets/", "/assets/app.css", "/assets/../pages/layout.html", "/.git/config",
                           "/assets/APP.CSS", "//robots.txt", "/pages/layout.html"}) {
    EXPECT_FALSE(assets.answer(path)) << path;
  }
}

// SEC-RD-01, SEC-RD-06
TEST(SafeReturnPath, AcceptsOnlyPathsOfOurs) {
  EXPECT_EQ(safeReturnPath("/account?x=1#y"), "/account?x=1#y");
  for (const std::string bad : {"", "/", "//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil",
                                "/a b", "/a\r\nSet-Cookie: x=y", "/\tx", "/a\"b", "/a\\b", "account", "/login",
                                "/login/link", "/logout", "/sso/login", "/\xC2\xA0"}) {
    EXPECT_EQ(safeReturnPath(bad), "/dashboard") << bad;
  }
  EXPECT_EQ(safeReturnPath("/" + std::string(2000, 'a')), "/dashboard");
}

TEST(PlainLine, RefusesWhatHides) {
  EXPECT_EQ(plainLine("  Zoë O'Connor ", 80), "Zoë O'Connor");
  for (const std::string bad :
       {"", "   ", "a\nb", "a\x7f", "a\xC2\x85", "a\xE2\x80\xAE", "a\xE2\x80\x8B", "a\xEF\xBB\xBF"}) {
    EXPECT_FALSE(plainLine(bad, 80)) << bad;
  }
  EXPECT_TRUE(plainLine("ääää", 4));
  EXPECT_FALSE(plainLine("äääää", 4));
}

TEST(DescribeUserAgent, NamesBrowserAndSystem) {
  EXPECT_EQ(describeUserAgent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                              "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"),
            "Edge on Windows");
  EXPECT_EQ(describeUserAgent(""), "Unknown browser");
  EXPECT_EQ(describeUserAgent("<script>"), "Unknown browser");
}

TEST(NetworkOf, JoinsWhatOneCustomerHas) {
  EXPECT_EQ(networkOf("198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(networkOf("::ffff:198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(networkOf("2001:db8:1:2:3:4:5:6"), networkOf("2001:db8:1:2::1"));
  EXPECT_NE(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:3::1"));
}

TEST(InitialsOf, TakesLettersOfTwoWords) {
  EXPECT_EQ(initialsOf("Ada King Lovelace"), "AK");
  EXPECT_EQ(initialsOf("Émile Zola"), "ÉZ");
  EXPECT_EQ(initialsOf("<b>"), "?");
  EXPECT_EQ(initialsOf(""), "?");
}

}  // namespace
}  // namespace hostapp
