// SPDX-License-Identifier: Apache-2.0
#include "json_object.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace hostapp {
namespace {

using nlohmann::json;

TEST(JsonObject, WritesEveryKindInOrder) {
  EXPECT_EQ(JsonObject().str(), "{}");
  EXPECT_EQ(JsonObject()
                .text("a", "b")
                .number("n", -7)
                .truth("yes", true)
                .truth("no", false)
                .null("nothing")
                .object("empty", JsonObject())
                .object("inner", JsonObject().text("x", "y"))
                .str(),
            R"({"a":"b","n":-7,"yes":true,"no":false,"nothing":null,"empty":{},"inner":{"x":"y"}})");
}

TEST(JsonObject, WritesTheWholeRangeOfNumbers) {
  const auto least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  const auto read = json::parse(JsonObject().number("least", least).number("most", most).str());
  EXPECT_EQ(read.at("least").get<std::int64_t>(), least);
  EXPECT_EQ(read.at("most").get<std::int64_t>(), most);
}

/// Read back by a parser that is not ours: every ASCII character alone, then what a hostile directory might send.
TEST(JsonObject, KeepsEveryValueAValue) {
  std::vector<std::string> values;
  for (int c = 0; c < 0x80; ++c) values.emplace_back(1, static_cast<char>(c));
  for (const char* value :
       {"", R"(","role":"owner)", R"(\)", R"(\")", "</script>", "Zo\xC3\xAB \xE2\x80\xA8 \xF0\x9F\x98\x80"}) {
    values.emplace_back(value);
  }
  for (const auto& value : values) {
    const auto read = json::parse(JsonObject().text("name", value).truth("last", true).str());
    EXPECT_EQ(read, json({{"name", value}, {"last", true}}));
  }
}

}  // namespace
}  // namespace hostapp
