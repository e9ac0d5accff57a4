// SPDX-License-Identifier: Apache-2.0
#include "scalekit/json_fields.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::test {
namespace {

using namespace sso::detail;
using namespace std::chrono;
using Json = nlohmann::json;

system_clock::time_point at(int year, unsigned month, unsigned day, seconds ofDay = seconds(0)) {
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) + ofDay;
}

TEST(ParseTime, ReadsRfc3339) {
  EXPECT_EQ(parseTime("2024-10-03T13:35:50Z"), at(2024, 10, 3, seconds(48950)));
  EXPECT_EQ(parseTime("2024-10-03T13:35:50.5Z"), at(2024, 10, 3, seconds(48950)) + milliseconds(500));
  EXPECT_EQ(parseTime("2024-10-03T13:35:50.563013001Z"), at(2024, 10, 3, seconds(48950)) + nanoseconds(563013001));
  EXPECT_EQ(parseTime("2024-02-29T00:00:00Z"), at(2024, 2, 29));
  EXPECT_EQ(parseTime("2024-10-03t01:00:00+01:30"), at(2024, 10, 2, seconds(23 * 3600 + 1800)));
  EXPECT_EQ(parseTime("2024-10-02T23:00:00-01:00"), at(2024, 10, 3));
}

TEST(ParseTime, RefusesEverythingElse) {
  for (const auto* text :
       {"", "2024", "2024-10-03", "2024-10-03 13:35:50Z", "2024-10-03T13:35:50", "2024-13-03T13:35:50Z",
        "2023-02-29T00:00:00Z", "2024-10-03T24:00:00Z", "2024-10-03T13:60:50Z", "2024-10-03T13:35:61Z",
        "2024-10-03T13:35:50.Z", "2024-10-03T13:35:50.0123456789Z", "2024-10-03T13:35:50Zx", "-024-10-03T13:35:50Z",
        "2024-10-03T13:35:50+1:00", "2024-10-03T13:35:50+01:00x", "2024-10-0aT13:35:50Z",
        "2024-10-03T13:35:50+25:00"}) {
    EXPECT_EQ(parseTime(text), std::nullopt) << text;
  }
}

TEST(ParseTime, KeepsWhatTheClockCannotHoldAtItsEnds) {
  EXPECT_EQ(parseTime("9999-12-31T23:59:59Z"), system_clock::time_point::max());
  EXPECT_EQ(parseTime("2262-01-01T00:00:00Z"), system_clock::time_point::max());
  EXPECT_EQ(parseTime("1677-12-31T00:00:00Z"), system_clock::time_point::min());
  EXPECT_EQ(parseTime("0000-01-01T00:00:00Z"), system_clock::time_point::min());
  EXPECT_EQ(timeText(*parseTime("2261-12-31T23:59:59Z")), "2261-12-31T23:59:59Z");
  EXPECT_EQ(timeText(*parseTime("1678-01-01T00:00:00Z")), "1678-01-01T00:00:00Z");
}

TEST(PageTokenField, IsBounded) {
  EXPECT_EQ(pageTokenField(Json{{"next_page_token", std::string(2048, 'a')}}).size(), 2048u);
  EXPECT_THROW(pageTokenField(Json{{"next_page_token", std::string(2049, 'a')}}), Error);
  EXPECT_EQ(pageTokenField(Json::object()), "");
}

TEST(ParseTime, ReadsWhatTimeTextWrites) {
  const auto time = at(2026, 11, 26, seconds(3661));
  EXPECT_EQ(timeText(time), "2026-11-26T01:01:01Z");
  EXPECT_EQ(parseTime(timeText(time)), time);
  EXPECT_EQ(timeText(time + milliseconds(999)), "2026-11-26T01:01:01Z");
}

TEST(TimeField, TakesTheYearOneForNever) {
  EXPECT_EQ(timeField(Json{{"t", "0001-01-01T00:00:00Z"}}, "t"), std::nullopt);
  EXPECT_EQ(timeField(Json::object(), "t"), std::nullopt);
  EXPECT_THROW(timeField(Json{{"t", "yesterday"}}, "t"), Error);
}

TEST(CountField, TakesNumbersAndNumbersAsText) {
  EXPECT_EQ(countField(Json{{"n", 12}}, "n"), 12u);
  EXPECT_EQ(countField(Json{{"n", "9223372036854775807"}}, "n"), 9223372036854775807u);
  EXPECT_EQ(countField(Json::object(), "n"), 0u);
  for (const Json& value : {Json(-1), Json("-1"), Json("1x"), Json(""), Json(" 1"), Json("9223372036854775808"),
                            Json(1.5), Json(1e300), Json(true), Json(Json::array())}) {
    EXPECT_THROW(countField(Json{{"n", value}}, "n"), Error) << value;
  }
}

TEST(Fields, TakeAbsentAndNullForEmpty) {
  for (const Json& object : {Json::object(), Json{{"x", nullptr}}}) {
    EXPECT_EQ(textField(object, "x"), "");
    EXPECT_FALSE(flagField(object, "x"));
    EXPECT_TRUE(textsField(object, "x").empty());
    EXPECT_TRUE(pairsField(object, "x").empty());
    EXPECT_TRUE(elementsField(object, "x").empty());
    EXPECT_TRUE(objectField(object, "x").empty());
    EXPECT_THROW(requiredObject(object, "x"), Error);
    EXPECT_THROW(idField(object, "x"), Error);
  }
}

TEST(Fields, RefuseOtherTypes) {
  const Json object = {{"number", 1}, {"text", "x"}, {"mixed", {"a", 1}}, {"list", {1, 2}}};
  EXPECT_THROW(textField(object, "number"), Error);
  EXPECT_THROW(flagField(object, "text"), Error);
  EXPECT_THROW(textsField(object, "mixed"), Error);
  EXPECT_THROW(textsField(object, "text"), Error);
  EXPECT_THROW(objectField(object, "list"), Error);
  EXPECT_THROW(elementsField(object, "text"), Error);
  EXPECT_THROW(elementsField(object, "list"), Error);
  EXPECT_THROW(idField(Json{{"id", ""}}, "id"), Error);
}

TEST(Fields, LeavePairsOutThatAreNoText) {
  EXPECT_EQ(pairsField(Json{{"m", {{"plan", "pro"}, {"seats", 3}, {"nested", Json::object()}}}}, "m"),
            (scalekit::Metadata{{"plan", "pro"}}));
}

}  // namespace
}  // namespace sso::test
