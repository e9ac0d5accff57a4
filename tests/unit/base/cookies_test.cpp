// SPDX-License-Identifier: Apache-2.0
#include "base/cookies.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

using Cookies = std::map<std::string, std::string, std::less<>>;

TEST(ParseCookieHeader, SplitsAsBrowsersJoin) {
  EXPECT_EQ(parseCookieHeader("a=1; b=2"), (Cookies{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(parseCookieHeader("a=1;b=2;"), (Cookies{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(parseCookieHeader("  a = 1 \t;;  ; b=x=y; c="), (Cookies{{"a", "1"}, {"b", "x=y"}, {"c", ""}}));
  EXPECT_EQ(parseCookieHeader(""), Cookies{});
  EXPECT_EQ(parseCookieHeader(";;; "), Cookies{});
}

// SEC-SE-04: nobody can say which of two is ours
TEST(ParseCookieHeader, LeavesOutANameThatCameTwice) {
  EXPECT_EQ(parseCookieHeader("sid=a; x=1; sid=b"), (Cookies{{"x", "1"}}));
  EXPECT_EQ(parseCookieHeader("sid=a; sid=a"), Cookies{});
  EXPECT_EQ(parseCookieHeader("sid=a; sid=b; sid=c"), Cookies{});
  EXPECT_EQ(parseCookieHeader("sid=a; sid=b; sid=c; sid=d"), Cookies{});
  EXPECT_EQ(parseCookieHeader("sid=\x01; sid=good"), Cookies{});  // a spoilt first one counts
}

// SECURITY 5, item 5: names are exact
TEST(ParseCookieHeader, TellsLetterCasesApart) {
  const auto cookies = parseCookieHeader("__HOST-sid=evil; __Host-sid=good");
  EXPECT_EQ(cookies.at("__Host-sid"), "good");
  EXPECT_EQ(cookies.at("__HOST-sid"), "evil");
}

// SEC-SE-05: the cookie sandwich
TEST(ParseCookieHeader, GivesQuotesNoMeaning) {
  EXPECT_EQ(parseCookieHeader("z=\"; __Host-sid=good; y=\""),
            (Cookies{{"z", "\""}, {"__Host-sid", "good"}, {"y", "\""}}));
  EXPECT_EQ(parseCookieHeader("a=\"b;c\"=d"), (Cookies{{"a", "\"b"}}));  // c" is no token
  EXPECT_EQ(parseCookieHeader("$Version=1; sid=x").at("sid"), "x");
}

// SEC-SE-05
TEST(ParseCookieHeader, IgnoresNamelessCookies) {
  EXPECT_EQ(parseCookieHeader("=__Host-sid=evil; x=1"), (Cookies{{"x", "1"}}));
  EXPECT_EQ(parseCookieHeader("__Host-sid; x=1"), (Cookies{{"x", "1"}}));
  EXPECT_EQ(parseCookieHeader(" = ; x=1"), (Cookies{{"x", "1"}}));
  EXPECT_EQ(parseCookieHeader("a=1, sid=2"), (Cookies{{"a", "1, sid=2"}}));  // a comma joins nothing
}

TEST(ParseCookieHeader, LeavesOutUnprintableBytes) {
  EXPECT_EQ(parseCookieHeader("a=x\ny; b=1"), (Cookies{{"b", "1"}}));
  EXPECT_EQ(parseCookieHeader(std::string("a=x\0y; b=1", 10)), (Cookies{{"b", "1"}}));
  EXPECT_EQ(parseCookieHeader("\xC3\xA9=1; a=\xC3\xA9; b=1"), (Cookies{{"b", "1"}}));
}

// SEC-SE-12: whoever reads such a name will want to clear it, and no Set-Cookie can name it
TEST(ParseCookieHeader, LeavesOutNamesThatAreNoTokens) {
  for (const char* name : {"sso_login_{x}", "a b", "a\"b", "a/b", "a@b", "a:b", "a,b", "a[0]"}) {
    EXPECT_EQ(parseCookieHeader(std::string(name) + "=1; b=2"), (Cookies{{"b", "2"}})) << name;
  }
}

// SEC-SE-12
TEST(ParseCookieHeader, ReadsNothingOfAFlood) {
  std::string header;
  for (int i = 0; i < 100; ++i) header += "c" + std::to_string(i) + "=1; ";
  EXPECT_EQ(parseCookieHeader(header).size(), 100u);
  EXPECT_EQ(parseCookieHeader(header + "one=more").size(), 0u);
  EXPECT_EQ(parseCookieHeader("sid=" + std::string(8188, 'x')).size(), 1u);
  EXPECT_EQ(parseCookieHeader("sid=" + std::string(8189, 'x')).size(), 0u);
}

// SEC-SE-01
TEST(ToSetCookie, SetsEveryAttribute) {
  EXPECT_EQ(toSetCookie({.name = "__Host-sid", .value = "abc"}),
            "__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(toSetCookie({.name = "sid", .value = "", .maxAge = std::chrono::seconds(600), .secure = false}),
            "sid=; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
  EXPECT_EQ(toSetCookie({.name = "t", .value = "v", .secure = true, .httpOnly = false}),
            "t=v; Path=/; Secure; SameSite=Lax");
}

// SEC-SE-01: a browser drops a prefixed cookie that is not Secure
TEST(ToSetCookie, ForcesSecureOnPrefixedNames) {
  for (const char* name : {"__Host-sid", "__host-sid", "__Secure-sid", "__HOST-sid"}) {
    EXPECT_NE(toSetCookie({.name = name, .value = "x", .secure = false}).find("; Secure"), std::string::npos) << name;
  }
  EXPECT_EQ(toSetCookie({.name = "__Hos", .value = "x", .secure = false}).find("; Secure"), std::string::npos);
}

TEST(ToSetCookie, DeletesForOldBrowsersToo) {
  const std::string header = toSetCookie({.name = "sid", .value = "", .maxAge = std::chrono::seconds(0)});
  EXPECT_NE(header.find("; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), std::string::npos);
  EXPECT_EQ(toSetCookie({.name = "sid", .value = "", .maxAge = std::chrono::seconds(-5)}), header);
}

// SECURITY 5, item 3: response splitting; RFC 6265 4.1.1
TEST(ToSetCookie, RefusesForbiddenBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool printable = byte > 0x20 && byte < 0x7F;
    const bool inName = printable && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
    const bool inValue = printable && std::string_view("\",;\\").find(c) == std::string_view::npos;
    const std::string text = std::string("a") + c + "b";
    if (inName) {
      EXPECT_NO_THROW(toSetCookie({.name = text, .value = "v"})) << byte;
    } else {
      EXPECT_THROW(toSetCookie({.name = text, .value = "v"}), Error) << byte;
    }
    if (inValue) {
      EXPECT_NO_THROW(toSetCookie({.name = "n", .value = text})) << byte;
    } else {
      EXPECT_THROW(toSetCookie({.name = "n", .value = text}), Error) << byte;
    }
  }
  EXPECT_THROW(toSetCookie({.name = "", .value = "v"}), Error);
}

// SEC-SE-12
TEST(ToSetCookie, RefusesWhatABrowserWouldDrop) {
  EXPECT_NO_THROW(toSetCookie({.name = "n", .value = std::string(4095, 'x')}));
  EXPECT_THROW(toSetCookie({.name = "n", .value = std::string(4096, 'x')}), Error);
}

TEST(ToSetCookie, ComesBackAsItWas) {
  const std::string header = toSetCookie({.name = "__Host-sid", .value = "a!#$%&'()*+-./:<=>?@[]^_`{|}~Z"});
  const auto cookies = parseCookieHeader(header.substr(0, header.find(';')));
  EXPECT_EQ(cookies.at("__Host-sid"), "a!#$%&'()*+-./:<=>?@[]^_`{|}~Z");
}

}  // namespace
}  // namespace sso::detail
