// SPDX-License-Identifier: Apache-2.0
// The scanner of the hot path against parseStrictJson: what one refuses, the other refuses, and values are the same.
#include "oidc/json_cursor.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/strict_json.h"
#include "oidc/token_claims.h"
#include "sso/error.h"

namespace sso::detail {
namespace {

using nlohmann::json;
using Kind = JsonValue::Kind;

/// The document that a cursor sees, as a tree.
json treeOf(JsonCursor& cursor, const JsonValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return value.boolean;
    case Kind::kInteger:
      return value.integer;
    case Kind::kString:
      return std::string(value.text);
    case Kind::kArray: {
      json array = json::array();
      while (cursor.nextElement()) array.push_back(treeOf(cursor, cursor.value()));
      return array;
    }
    case Kind::kObject: {
      json object = json::object();
      std::string_view name;
      while (cursor.nextMember(name)) {
        const std::string key(name);
        object[key] = treeOf(cursor, cursor.value());
      }
      return object;
    }
    default:
      return "a number that is no integer";
  }
}

/// The other parser's tree, its floating-point and larger numbers replaced as the cursor reports them.
json withoutOtherNumbers(const json& tree) {
  if (tree.is_number_float()) return "a number that is no integer";
  if (tree.is_number_unsigned() && tree.get<std::uint64_t>() > INT64_MAX) return "a number that is no integer";
  if (!tree.is_structured()) return tree;
  json copy = tree;
  for (auto& element : copy) element = withoutOtherNumbers(element);
  return copy;
}

/// Both parsers on one text.
void compare(const std::string& text, int& accepted) {
  std::optional<json> theirs;
  try {
    theirs = parseStrictJson(text);
  } catch (const Error&) {
  }
  std::string buffer = text;
  JsonCursor::SeenNames names;
  JsonCursor cursor(buffer, names);
  const json tree = treeOf(cursor, cursor.value());
  const bool good = cursor.finished();
  ASSERT_EQ(good, theirs.has_value()) << text;
  if (good) {
    ASSERT_EQ(tree, withoutOtherNumbers(*theirs)) << text;
    ++accepted;
  }
  std::string skipped = text;  // reading over a document judges it alike
  JsonCursor skipper(skipped, names);
  skipper.skipValue();
  ASSERT_EQ(skipper.finished(), good) << text;
}

TEST(JsonCursor, AgreesWithTheParserOnCorners) {
  int accepted = 0;
  const std::string nul(1, '\0');
  for (const std::string& text : {std::string(""),
                                  std::string(" "),
                                  std::string("{}"),
                                  std::string("[]"),
                                  std::string(" [ ] "),
                                  std::string("{ }x"),
                                  std::string("null"),
                                  std::string("nul"),
                                  std::string("nulll"),
                                  std::string("true"),
                                  std::string("falsE"),
                                  std::string("\"\""),
                                  std::string("\""),
                                  std::string("\"\\\""),
                                  std::string("\"\\u00e9\""),
                                  std::string("\"\\u00E9\\n\""),
                                  std::string("\"\\ud83d\\ude00\""),
                                  std::string("\"\\ud83d\""),
                                  std::string("\"\\ude00\""),
                                  std::string("\"\\ud83dx\""),
                                  std::string("\"\\ud83d\\u0041\""),
                                  std::string("\"\\ud83d\\ud83d\""),
                                  std::string("\"\\u12\""),
                                  std::string("\"\\u12g4\""),
                                  std::string("\"\\x41\""),
                                  std::string("\"\\u0000\""),
                                  std::string("\"\t\""),
                                  std::string("\"\x7F\""),
                                  "\"" + nul + "\"",
                                  "{}" + nul,
                                  "{}" + nul + "{}",
                                  nul,
                                  std::string("\xEF\xBB\xBF{}"),
                                  std::string("\"\xC3\xA9\""),
                                  std::string("\"\xC3\""),
                                  std::string("\"\xC0\x80\""),
                                  std::string("\"\xC1\xBF\""),
                                  std::string("\"\xE0\x9F\xBF\""),
                                  std::string("\"\xE0\xA0\x80\""),
                                  std::string("\"\xED\x9F\xBF\""),
                                  std::string("\"\xED\xA0\x80\""),
                                  std::string("\"\xEE\x80\x80\""),
                                  std::string("\"\xF0\x8F\xBF\xBF\""),
                                  std::string("\"\xF0\x90\x80\x80\""),
                                  std::string("\"\xF4\x8F\xBF\xBF\""),
                                  std::string("\"\xF4\x90\x80\x80\""),
                                  std::string("\"\xF5\x80\x80\x80\""),
                                  std::string("\"\xFF\""),
                                  std::string("\"\x80\""),
                                  std::string("\"\xE2\x82\""),
                                  std::string("\"\xF0\x9F\x98\""),
                                  std::string("0"),
                                  std::string("-0"),
                                  std::string("00"),
                                  std::string("01"),
                                  std::string("-"),
                                  std::string("-01"),
                                  std::string("1."),
                                  std::string(".5"),
                                  std::string("1.5"),
                                  std::string("1e"),
                                  std::string("1e+"),
                                  std::string("1e5"),
                                  std::string("1E-5"),
                                  std::string("1e999"),
                                  std::string("-1e999"),
                                  std::string("1e-999"),
                                  std::string("0e999"),
                                  std::string("+1"),
                                  std::string("0x1"),
                                  std::string("1_0"),
                                  std::string("NaN"),
                                  std::string("Infinity"),
                                  std::string("9223372036854775807"),
                                  std::string("9223372036854775808"),
                                  std::string("-9223372036854775808"),
                                  std::string("-9223372036854775809"),
                                  std::string("18446744073709551615"),
                                  std::string("99999999999999999999"),
                                  std::string("[1,]"),
                                  std::string("[,1]"),
                                  std::string("[1 2]"),
                                  std::string("[1"),
                                  std::string("[1}"),
                                  std::string("{\"a\"}"),
                                  std::string("{\"a\":}"),
                                  std::string("{\"a\":1,}"),
                                  std::string("{,}"),
                                  std::string("{\"a\":1]"),
                                  std::string("{a:1}"),
                                  std::string("{1:1}"),
                                  std::string("{\"a\":1,\"a\":2}"),
                                  std::string("{\"a\":1,\"\\u0061\":2}"),
                                  std::string("{\"a\":{\"b\":1},\"b\":{\"a\":1,\"b\":2}}"),
                                  std::string("{\"a\":[{\"b\":1,\"b\":1}]}"),
                                  std::string("{\"\":1,\"\":2}"),
                                  std::string("{\"\":1,\"a\":2}"),
                                  std::string("{\"abcdefgh1\":1,\"abcdefgh2\":2}"),
                                  std::string("{\"1abcdefgh\":1,\"2abcdefgh\":2}"),
                                  std::string("'a'"),
                                  std::string("[1]/*x*/"),
                                  std::string("//x\n1"),
                                  std::string("[1]]"),
                                  std::string("[[[]]]")}) {
    compare(text, accepted);
  }
  EXPECT_GT(accepted, 30);
}

TEST(JsonCursor, BoundsDepthLikeTheParser) {  // SECURITY 5, item 11
  int accepted = 0;
  for (std::size_t depth = 30; depth < 36; ++depth) {
    compare(std::string(depth, '[') + std::string(depth, ']'), accepted);
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    compare(objects + "1" + std::string(depth, '}'), accepted);
  }
  EXPECT_EQ(accepted, 2 * 3);
  compare(std::string(100'000, '['), accepted);
  EXPECT_EQ(accepted, 6);
}

TEST(JsonCursor, AgreesWithTheParserOnEveryByteAtEveryPlaceOfAString) {  // strings are read eight bytes at a time
  int accepted = 0;
  for (std::size_t length = 1; length < 20 && !::testing::Test::HasFatalFailure(); ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[at] = static_cast<char>(byte);
        compare("[\"" + text + "\",\"next text\"]", accepted);
      }
    }
  }
  EXPECT_GT(accepted, 0);
}

TEST(JsonCursor, FindsOneRepeatedNameAmongMany) {  // SEC-TR-08; more names than an object keeps marks for
  std::vector<std::string> names{""};
  for (const char* end : {"", "middle", "a longer middle part"}) {
    for (int i = 0; i < 70; ++i) names.push_back(std::string("n") + end + std::to_string(100 + i) + end);
  }
  const auto read = [](std::string text) {
    JsonCursor::SeenNames scratch;
    JsonCursor cursor(text, scratch);
    cursor.skipValue();
    cursor.finished();
    return cursor.fault();
  };
  std::string members;
  for (const auto& name : names) members += (members.empty() ? "\"" : ",\"") + name + "\":0";
  EXPECT_EQ(read("{" + members + "}"), JsonCursor::Fault::kNone);
  for (const auto& name : names) {
    EXPECT_EQ(read("{" + members + ",\"" + name + "\":0}"), JsonCursor::Fault::kDuplicate) << name;
    EXPECT_EQ(read("{" + members + ",\"o\":{\"" + name + "\":0}}"), JsonCursor::Fault::kNone) << name;
  }
}

/// Documents of the kind that tokens carry, with everything that JSON allows somewhere in them.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::string document() {
    std::string text = space() + value(4) + space();
    for (int edits = below(4) == 0 ? 1 + below(3) : 0; edits > 0; --edits) text = edited(text);
    return text;
  }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string pick(std::initializer_list<const char*> choices) {
    return choices.begin()[below(static_cast<int>(choices.size()))];
  }
  std::string space() { return below(3) == 0 ? pick({" ", "\n", "\t ", "\r\n"}) : ""; }
  std::string text() {
    std::string quoted = "\"";
    for (int i = below(14); i > 0; --i) {
      quoted += pick({"a", "b", "conn_1", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\\n", "\\\"", "\\\\", "\\/",
                      "\\u0041", "\\u20aC", "\\ud83d\\ude00", "\\u0000", " ", "abcdefghijklmnop", "\x7F"});
    }
    if (below(60) == 0) quoted += pick({"\\ud83d", "\xC3", "\n", "\\q", "\xED\xA0\x80", "\\u00"});
    return quoted + "\"";
  }
  std::string number() {
    return pick({"0", "-1", "1700000000", "1.5", "-0.0", "1e3", "9223372036854775807", "9223372036854775808",
                 "-9223372036854775809", "123456789012345678901234567890", "1E+2", "2e-3", "-0", "01", "1.", "1e400"});
  }
  std::string value(int depth) {
    const int kind = below(depth > 0 ? 9 : 6);
    if (kind < 3) return text();
    if (kind < 5) return number();
    if (kind == 5) return pick({"true", "false", "null"});
    std::string inner;
    for (int i = below(5); i > 0; --i) {
      if (!inner.empty()) inner += space() + "," + space();
      if (kind > 6)
        inner +=
            (below(3) == 0 ? text() : pick({"\"a\"", "\"b\"", "\"iss\"", "\"aud\"", "\"groups\"", "\"c\\u0064\""})) +
            space() + ":" + space();
      inner += value(depth - 1);
    }
    return kind > 6 ? "{" + space() + inner + space() + "}" : "[" + space() + inner + space() + "]";
  }
  std::string edited(std::string text) {
    const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size())));
    switch (below(3)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, pick({"\"", ",", "}", "]", "{", "[", ":", "\\", "0", "e", "-", ".", " ", "\xFF", "\xC3", "u"}));
        break;
      default:
        text[at] = static_cast<char>(below(256));
    }
    return text.empty() ? " " : text;
  }
  std::mt19937 random_;
};

TEST(JsonCursor, AgreesWithTheParserOnGeneratedDocuments) {
  Generator generator(20240815);
  int accepted = 0;
  constexpr int kDocuments = 60'000;
  for (int i = 0; i < kDocuments && !::testing::Test::HasFatalFailure(); ++i) compare(generator.document(), accepted);
  EXPECT_GT(accepted, kDocuments / 5);
  EXPECT_GT(kDocuments - accepted, kDocuments / 10);
}

/// A claim as the other parser's typed reads see it.
template <typename Claim, typename Expected>
void expectSame(const Claim& claim, const json& object, const char* name, const std::optional<Expected>& expected) {
  EXPECT_EQ(claim.absent(), !object.contains(name)) << name << object;
  EXPECT_EQ(claim.present(), expected.has_value()) << name << object;
  if (claim.present() && expected) {
    EXPECT_TRUE(std::equal_to<>()(claim.value, *expected)) << name << object;
  }
}

TEST(TokenClaims, AreWhatTheTypedReadsSay) {
  std::mt19937 random(7);
  const auto below = [&random](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const json values = {
      "x",     "",         "e\u0301\n",   7,        -1,          1.5, 1e300, 18446744073709551615ULL, true,
      nullptr, {"a", "b"}, json::array(), {"a", 1}, {{"k", "v"}}};
  TokenClaims claims;
  JsonCursor::SeenNames scratch;
  for (int round = 0; round < 5000; ++round) {
    json object = json::object();
    for (const char* name : {"iss",
                             "azp",
                             "client_id",
                             "sub",
                             "oid",
                             "sid",
                             "jti",
                             "aud",
                             "amr",
                             "groups",
                             "exp",
                             "iat",
                             "nbf",
                             "auth_time",
                             "nonce",
                             "at_hash",
                             "c_hash",
                             "email",
                             "name",
                             "given_name",
                             "family_name",
                             "email_verified",
                             "organization_id",
                             "connection_id",
                             "login_hint",
                             "relay_state",
                             "other",
                             "isz",
                             "_claim_name"}) {
      if (below(3) != 0) object[name] = values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
    }
    std::string text = object.dump();
    JsonCursor::Fault fault{};
    ASSERT_TRUE(readTokenClaims(text, scratch, claims, fault));
    const auto checkText = [&](const TextClaim& claim, const char* name) {
      expectSame(claim, object, name, stringMember(object, name));
    };
    const auto checkInteger = [&](const IntegerClaim& claim, const char* name) {
      expectSame(claim, object, name, integerMember(object, name));
    };
    const auto checkList = [&](const TextListClaim& claim, const char* name, bool orSingle) {
      auto expected = stringsMember(object, name);
      if (orSingle && stringMember(object, name)) expected = {{*stringMember(object, name)}};
      EXPECT_EQ(claim.absent(), !object.contains(name)) << name;
      EXPECT_EQ(claim.present(), expected.has_value()) << name << object;
      if (claim.present() && expected) {
        EXPECT_TRUE(std::equal(claim.value.begin(), claim.value.end(), expected->begin(), expected->end()))
            << name << object;
      }
    };
    checkText(claims.iss, "iss"), checkText(claims.azp, "azp"), checkText(claims.clientId, "client_id"),
        checkText(claims.sub, "sub");
    checkText(claims.oid, "oid"), checkText(claims.sid, "sid"), checkText(claims.jti, "jti"),
        checkText(claims.nonce, "nonce");
    checkText(claims.atHash, "at_hash"), checkText(claims.cHash, "c_hash"), checkText(claims.email, "email");
    checkText(claims.name, "name"), checkText(claims.givenName, "given_name"),
        checkText(claims.familyName, "family_name");
    checkText(claims.organizationId, "organization_id"), checkText(claims.connectionId, "connection_id");
    checkText(claims.loginHint, "login_hint"), checkText(claims.relayState, "relay_state");
    checkInteger(claims.exp, "exp"), checkInteger(claims.iat, "iat"), checkInteger(claims.nbf, "nbf"),
        checkInteger(claims.authTime, "auth_time");
    checkList(claims.aud, "aud", true), checkList(claims.amr, "amr", false), checkList(claims.groups, "groups", false);
    expectSame(claims.emailVerified, object, "email_verified", booleanMember(object, "email_verified"));
  }
}

TEST(TokenClaims, SayWhyTheyCannotBeRead) {
  const auto faultOf = [](std::string text) {
    TokenClaims claims;
    JsonCursor::SeenNames scratch;
    JsonCursor::Fault fault{};
    readTokenClaims(text, scratch, claims, fault);
    return fault;
  };
  EXPECT_EQ(faultOf("{}"), JsonCursor::Fault::kNone);
  EXPECT_EQ(faultOf("[]"), JsonCursor::Fault::kMalformed);
  EXPECT_EQ(faultOf("{} {}"), JsonCursor::Fault::kMalformed);
  EXPECT_EQ(faultOf("{\"iss\":"), JsonCursor::Fault::kMalformed);
  EXPECT_EQ(faultOf(R"({"iss":"a","iss":"b"})"), JsonCursor::Fault::kDuplicate);
  EXPECT_EQ(faultOf(R"({"x":{"y":1,"y":2}})"), JsonCursor::Fault::kDuplicate);
}

}  // namespace
}  // namespace sso::detail
