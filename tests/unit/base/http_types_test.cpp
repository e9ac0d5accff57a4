// SPDX-License-Identifier: Apache-2.0
#include "sso/http_types.h"

#include <gtest/gtest.h>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso {
namespace {

std::string reasonOf(std::string_view encoded) {
  try {
    Parameters::parse(encoded);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    return error.reason();
  }
  return "accepted";
}

TEST(ParametersParse, DecodesOnce) {
  const auto p = Parameters::parse("a=1&b=x+y%20z&c=%2B%26%3D&d=%2525&e&f=&%67=h&=nameless&u=%C3%A9&&");
  EXPECT_EQ(p.single("a"), "1");
  EXPECT_EQ(p.single("b"), "x y z");
  EXPECT_EQ(p.single("c"), "+&=");
  EXPECT_EQ(p.single("d"), "%25");
  EXPECT_EQ(p.single("e"), "");
  EXPECT_EQ(p.single("f"), "");
  EXPECT_EQ(p.single("g"), "h");
  EXPECT_EQ(p.single(""), "nameless");
  EXPECT_EQ(p.single("u"), "\xC3\xA9");
  EXPECT_EQ(p.single("missing"), std::nullopt);
  EXPECT_TRUE(p.has("e"));
  EXPECT_FALSE(p.has("missing"));
  EXPECT_EQ(Parameters::parse("a=b=c").single("a"), "b=c");
}

// SECURITY 5, item 23: a name in another letter case is another name; ';' separates nothing
TEST(ParametersParse, TakesNamesExactly) {
  const auto p = Parameters::parse("Code=evil&code=good&x=1;code=2");
  EXPECT_EQ(p.single("code"), "good");
  EXPECT_EQ(p.single("Code"), "evil");
  EXPECT_EQ(p.single("x"), "1;code=2");
}

// SEC-CB-02
TEST(ParametersSingle, RefusesAParameterThatCameTwice) {
  for (const char* query : {"state=a&state=b", "state=a&state=a", "state&state", "state=a&x=1&%73tate=b",
                            "state=&state=a", "state=a&stat%65=a"}) {
    const auto p = Parameters::parse(query);
    EXPECT_TRUE(p.has("state"));
    try {
      p.single("state");
      ADD_FAILURE() << query;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
      EXPECT_EQ(error.reason(), reason::kDuplicateParameter);
    }
  }
}

// SEC-CB-06
TEST(ParametersParse, RefusesBrokenEscapes) {
  for (const char* query :
       {"code=%zz", "code=%4g", "code=%2", "code=%5%30", "code=%", "code=%4", "code=a%", "code=%%41", "%=a", "%4=a",
        "code=%u0041", "code=%-1", "code=% 1", "code=%+1", "a=1&code=%g0"}) {
    EXPECT_EQ(reasonOf(query), "malformed") << query;
  }
}

// SEC-CB-06: NUL and line breaks reach neither a log, nor SQL, nor the form that goes out
TEST(ParametersParse, RefusesControlBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool control = byte < 0x20 || byte == 0x7F;
    if (byte >= 0x80) break;
    char escape[8];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(byte));
    EXPECT_EQ(reasonOf(std::string("code=a") + escape + "b"), control ? "malformed" : "accepted") << byte;
    EXPECT_EQ(reasonOf(std::string("n") + escape + "=b"), control ? "malformed" : "accepted") << byte;
  }
  EXPECT_EQ(reasonOf(std::string("code=a\0b", 8)), "malformed");
  EXPECT_EQ(reasonOf("code=a\r\nb"), "malformed");
}

TEST(ParametersParse, RefusesInvalidUtf8) {
  for (const char* query : {"a=%FF", "a=%C0%AF", "a=%ED%A0%80", "a=%F4%90%80%80", "a=%E2%82", "a=\xFF", "%C3=a"}) {
    EXPECT_EQ(reasonOf(query), "malformed") << query;
  }
}

// SEC-CB-06
TEST(ParametersParse, RefusesTooManyAndTooLong) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_EQ(reasonOf(many), "accepted");
  EXPECT_EQ(reasonOf(many + "x=1"), "malformed");
  EXPECT_EQ(reasonOf("code=" + std::string(8192, 'a')), "accepted");
  EXPECT_EQ(reasonOf("code=" + std::string(8193, 'a')), "malformed");
  EXPECT_EQ(reasonOf(std::string(12'000, 'n') + "=1"), "malformed");
  EXPECT_THROW(Parameters::parse("a=1&b=2", 1), Error);
  EXPECT_THROW(Parameters::parse("a=123", 100, 2), Error);
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  const std::string unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  EXPECT_EQ(percentEncode(unreserved), unreserved);
  EXPECT_EQ(percentEncode("a b&c=d/#?\r\n+%\""), "a%20b%26c%3Dd%2F%23%3F%0D%0A%2B%25%22");
  EXPECT_EQ(percentEncode("\xC3\xA9"), "%C3%A9");
  EXPECT_EQ(percentEncode(std::string(1, '\0')), "%00");
}

// SEC-AR-03: one value stays one parameter
TEST(PercentEncode, RoundTripsThroughAQuery) {
  std::string text;
  for (int c = 0x20; c < 0x7F; ++c) text += static_cast<char>(c);
  const auto p = Parameters::parse("v=" + percentEncode(text) + "&w=1");
  EXPECT_EQ(p.single("v"), text);
  EXPECT_EQ(p.single("w"), "1");
}

TEST(WebResponse, BuildsRedirectsAndJson) {
  const auto redirect = WebResponse::redirect("/home");
  EXPECT_EQ(redirect.status, 303);
  EXPECT_EQ(redirect.location, "/home");
  EXPECT_TRUE(redirect.body.empty());
  EXPECT_EQ(WebResponse::redirect("/home", 302).status, 302);
  const auto json = WebResponse::json(401, "{}");
  EXPECT_EQ(json.status, 401);
  EXPECT_EQ(json.contentType, "application/json");
  EXPECT_EQ(json.body, "{}");
}

TEST(HttpResponse, FindsTheFirstHeader) {
  const HttpResponse response{200, {{"a", "1"}, {"b", "2"}, {"a", "3"}}, ""};
  EXPECT_EQ(response.header("a"), "1");
  EXPECT_EQ(response.header("b"), "2");
  EXPECT_EQ(response.header("c"), "");
}

TEST(RequestInfo, KnowsWhoWantsJson) {
  const auto wantsJson = [](std::string accept) {
    RequestInfo request;
    request.accept = std::move(accept);
    return request.wantsJson();
  };
  EXPECT_TRUE(wantsJson("application/json"));
  EXPECT_TRUE(wantsJson("Application/JSON; q=0.9, text/html"));
  EXPECT_TRUE(wantsJson("text/plain, application/json"));
  EXPECT_FALSE(wantsJson(""));
  EXPECT_FALSE(wantsJson("*/*"));
  EXPECT_FALSE(wantsJson("text/html,application/json"));
  EXPECT_FALSE(wantsJson("text/html;x=\"application/json\""));
  EXPECT_FALSE(wantsJson("application/jsonx"));
  EXPECT_FALSE(wantsJson(",,;,"));
}

}  // namespace
}  // namespace sso
