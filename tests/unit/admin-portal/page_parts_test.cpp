// SPDX-License-Identifier: Apache-2.0
#include "sso/admin_portal/page_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::admin_portal {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PortalPagePolicy, IsTheStrictestThatThePageWorksUnder) {  // SEC-AP-05, SEC-AP-06
  EXPECT_EQ(contentSecurityPolicy("https://acme.scalekit.example"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src "
            "https://acme.scalekit.example; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  EXPECT_THAT(contentSecurityPolicy("http://localhost:8090"), HasSubstr("frame-src http://localhost:8090;"));
}

TEST(PortalPagePolicy, TakesNothingThatWouldWidenIt) {  // SEC-AP-05
  for (const char* hostile :
       {"", "*", "https:", "https://", "https://a.example; script-src *", "https://a.example b.example",
        "https://*.example", "javascript://x", "data:x", "https://a.example/path", "'self'",
        "https://a.example\r\nX: y", "https://a.example,https://b.example"}) {
    EXPECT_THROW(contentSecurityPolicy(hostile), Error) << hostile;
  }
}

TEST(PortalPageParts, AreThereByNameAndNotMixedUp) {
  for (const char* name : {"portal.js", "portal_events.js", "setup_link.js", "portal.css"})
    EXPECT_FALSE(asset(name).empty()) << name;
  for (const char* name :
       {"status.html", "details.html", "link_status.html", "checklist.html", "modes.html", "frame.html"}) {
    EXPECT_FALSE(fragment(name).empty()) << name;
  }
  EXPECT_THROW(asset("status.html"), Error);
  EXPECT_THROW(fragment("portal.js"), Error);
  EXPECT_THROW(asset("../portal.js"), Error);
}

TEST(PortalPageParts, EscapeByDefaultAndHaveNothingInline) {  // SEC-AP-03, SEC-AP-05
  for (const char* name :
       {"status.html", "details.html", "link_status.html", "checklist.html", "modes.html", "frame.html"}) {
    const std::string text(fragment(name));
    for (const char* forbidden : {"{{{", "{{&", "<script", "<style", " style=", " onclick=", "javascript:"}) {
      EXPECT_THAT(text, Not(HasSubstr(forbidden))) << name;
    }
  }
}

TEST(PortalPageParts, CarryATokenInEveryForm) {  // SEC-AP-02
  for (const char* name : {"modes.html", "frame.html"}) {
    const std::string text(fragment(name));
    const auto form = text.find("method=\"post\"");
    ASSERT_NE(form, std::string::npos);
    EXPECT_THAT(text.substr(form, text.find("</form>", form) - form), HasSubstr("value=\"{{csrf_token}}\"")) << name;
  }
}

TEST(PortalScript, FramesWithTheAttributesThatItsPageNeeds) {  // SEC-AP-10
  const std::string script(asset("portal.js"));
  for (const char* needed : {"frame.allow = 'clipboard-write'", "frame.referrerPolicy = 'no-referrer'",
                             "'allow-scripts allow-same-origin allow-forms allow-popups'"}) {
    EXPECT_THAT(script, HasSubstr(needed));
  }
  for (const char* forbidden : {"innerHTML", "eval(", "document.write", "allow-top-navigation", "localStorage"}) {
    EXPECT_THAT(script, Not(HasSubstr(forbidden)));
  }
}

TEST(SetupLinkScript, TakesTheTokenOutOfTheAddressAndKeepsItForTheTabAlone) {  // SEC-AP-12
  const std::string script(asset("setup_link.js"));
  for (const char* needed : {"history.replaceState(null, '', window.location.pathname)", "window.sessionStorage"}) {
    EXPECT_THAT(script, HasSubstr(needed));
  }
  for (const char* forbidden : {"innerHTML", "eval(", "document.write", "localStorage", "document.cookie"}) {
    EXPECT_THAT(script, Not(HasSubstr(forbidden)));
  }
}

}  // namespace
}  // namespace sso::admin_portal
