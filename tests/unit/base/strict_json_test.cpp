// SPDX-License-Identifier: Apache-2.0
#include "base/strict_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

std::string reasonOf(std::string_view text, const JsonLimits& limits = {}) {
  try {
    parseStrictJson(text, limits);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected);
    return error.reason();
  }
  return "accepted";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseStrictJson, BuildsTheDocument) {
  const char* text =
      R"( {"a":1,"b":[true,null,-2,1.5,"x\u00e9\u0000",{"c":{}}],"d":{"e":[]},"":18446744073709551615} )";
  EXPECT_EQ(parseStrictJson(text), nlohmann::json::parse(text));
  for (const char* scalar : {"null", "true", "1", "-1.5e3", "\"x\"", "[]", "{}", " [ 1 , 2 ] \n"}) {
    EXPECT_EQ(parseStrictJson(scalar), nlohmann::json::parse(scalar)) << scalar;
  }
}

// SECURITY 5, item 12
TEST(ParseStrictJson, RefusesDuplicateMembersAnywhere) {
  for (const char* text : {R"({"sub":"a","sub":"b"})", R"({"sub":1,"sub":1})", R"([{"a":{"b":1,"c":2,"b":3}}])",
                           R"({"a":1,"\u0061":2})", R"({"":1,"":2})", R"({"a":[],"b":{},"a":{}})"}) {
    EXPECT_EQ(reasonOf(text), reason::kJsonDuplicate) << text;
  }
  EXPECT_EQ(reasonOf(R"([{"a":1},{"a":2}])"), "accepted");
  EXPECT_EQ(reasonOf(R"({"a":{"a":{"a":1}},"A":2})"), "accepted");
}

// SECURITY 5, item 12
TEST(ParseStrictJson, RefusesAnythingButOneDocument) {
  for (const char* text :
       {"",         " ",   "{}x",   "{} {}",    "1 2",      "[1,]",     "{\"a\":1,}",  "{'a':1}",      "{a:1}",
        "[1 2]",    "nul", "NaN",   "Infinity", "-",        "01",       "1.",          ".5",           "+1",
        "0x1",      "1e",  "1e999", "\"",       "\"\x01\"", "\"\\x\"",  "\"\\ud800\"", "\"\\udc00x\"", "// c\n1",
        "/* c */1", "[",   "{",     "]",        "{\"a\"}",  "{\"a\":}", "\"a\nb\"",    "tRue"}) {
    EXPECT_EQ(reasonOf(text), "malformed") << text;
  }
  EXPECT_EQ(reasonOf(std::string("{}\0", 3)), "malformed");
  EXPECT_EQ(reasonOf(std::string("{\"a\":1}\0{\"b\":2}", 15)), "malformed");
  EXPECT_EQ(reasonOf(std::string("\"a\0b\"", 5)), "malformed");
  EXPECT_EQ(reasonOf("\xEF\xBB\xBF{}"), "malformed");
}

TEST(ParseStrictJson, RefusesInvalidUtf8) {
  for (const char* text :
       {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xE2\x82\"", "{\"\x80\":1}", "\"\xF5\x80\x80\x80\""}) {
    EXPECT_EQ(reasonOf(text), "malformed");
  }
}

// SECURITY 5, item 11
TEST(ParseStrictJson, BoundsDepthAndSize) {
  EXPECT_EQ(reasonOf(nested(32)), "accepted");
  EXPECT_EQ(reasonOf(nested(33)), "malformed");
  EXPECT_EQ(reasonOf(nested(500'000)), "malformed");
  std::string objects;
  for (int i = 0; i < 33; ++i) objects += "{\"a\":";
  EXPECT_EQ(reasonOf(objects + "1" + std::string(33, '}')), "malformed");
  EXPECT_EQ(reasonOf("[[],[],[[]]]", {.maxBytes = 100, .maxDepth = 3}), "accepted");
  EXPECT_EQ(reasonOf("[[],[],[[[]]]]", {.maxBytes = 100, .maxDepth = 3}), "malformed");
  EXPECT_EQ(reasonOf("[1]", {.maxBytes = 3, .maxDepth = 3}), "accepted");
  EXPECT_EQ(reasonOf("[1] ", {.maxBytes = 3, .maxDepth = 3}), "malformed");
}

TEST(ParseStrictJson, QuotesNothingOfTheInput) {
  try {
    parseStrictJson("{\"secret-value\":nope}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("nope"), std::string::npos);
  }
}

TEST(StringMember, ConvertsNothing) {
  const auto json = parseStrictJson(R"({"s":"x","n":1,"b":true,"l":["x"],"o":{},"z":null,"e":""})");
  EXPECT_EQ(stringMember(json, "s"), "x");
  EXPECT_EQ(stringMember(json, "e"), "");
  for (const char* name : {"n", "b", "l", "o", "z", "missing"})
    EXPECT_EQ(stringMember(json, name), std::nullopt) << name;
  for (const char* text : {"[]", "\"s\"", "1", "null"}) {
    EXPECT_EQ(stringMember(parseStrictJson(text), "s"), std::nullopt) << text;
  }
}

// SECURITY 5, item 13: 1e300 read as an integer was INT64_MIN
TEST(IntegerMember, TakesIntegersWithinInt64Only) {
  const auto json = parseStrictJson(
      R"({"a":9223372036854775807,"b":-9223372036854775808,"c":9223372036854775808,"d":18446744073709551615,
          "e":99999999999999999999,"f":1e300,"g":1.0,"h":"1","i":true,"j":null,"k":0,"l":-9223372036854775809,"m":1e3})");
  EXPECT_EQ(integerMember(json, "a"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integerMember(json, "b"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(integerMember(json, "k"), 0);
  for (const char* name : {"c", "d", "e", "f", "g", "h", "i", "j", "l", "m", "missing"}) {
    EXPECT_EQ(integerMember(json, name), std::nullopt) << name;
  }
  EXPECT_EQ(integerMember(parseStrictJson("[1]"), "0"), std::nullopt);
}

TEST(BooleanMember, ConvertsNothing) {
  const auto json = parseStrictJson(R"({"t":true,"f":false,"s":"false","n":0,"z":null})");
  EXPECT_EQ(booleanMember(json, "t"), true);
  EXPECT_EQ(booleanMember(json, "f"), false);
  for (const char* name : {"s", "n", "z", "missing"}) EXPECT_EQ(booleanMember(json, name), std::nullopt) << name;
}

TEST(StringsMember, TakesArraysOfStringsOnly) {
  const auto json = parseStrictJson(R"({"a":["x","y"],"e":[],"m":["x",1],"n":[null],"s":"x","o":{"0":"x"}})");
  EXPECT_EQ(stringsMember(json, "a"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(stringsMember(json, "e"), std::vector<std::string>{});
  for (const char* name : {"m", "n", "s", "o", "missing"}) EXPECT_EQ(stringsMember(json, name), std::nullopt) << name;
}

}  // namespace
}  // namespace sso::detail
