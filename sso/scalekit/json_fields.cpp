// SPDX-License-Identifier: Apache-2.0
#include "scalekit/json_fields.h"

#include <charconv>
#include <cstdio>

#include "base/strict_json.h"
#include "oidc/upstream_answer.h"

namespace sso::detail {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

/// Present and not null.
const json* valueOf(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void rejectType() { rejectAnswer("a member of the management API's answer has an unexpected type"); }

const json& emptyObject() {
  static const json empty = json::object();
  return empty;
}

/// Exactly this many digits at the front, taken off; nullopt when there are not.
std::optional<int> takeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, number);
  if (error != std::errc{} || end != text.data() + count || text.front() == '-') return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Two numbers of two digits with a colon between, "23:59"; the upper bounds are inclusive.
std::optional<std::pair<int, int>> takePair(std::string_view& text) {
  const auto first = takeDigits(text, 2);
  if (!first || !take(text, ':')) return std::nullopt;
  const auto second = takeDigits(text, 2);
  if (!second || *first > 23 || *second > 59) return std::nullopt;
  return std::pair{*first, *second};
}

/// "Z" or "+01:30", and nothing after it; the distance from UTC.
std::optional<std::chrono::minutes> takeOffset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto pair = takePair(text);
  if (!pair || !text.empty()) return std::nullopt;
  return std::chrono::minutes(sign * (pair->first * 60 + pair->second));
}

std::optional<std::chrono::year_month_day> takeDate(std::string_view& text) {
  const auto year = takeDigits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = takeDigits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = takeDigits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

}  // namespace

std::string textField(const json& object, std::string_view name) {
  const json* value = valueOf(object, name);
  if (!value) return {};
  if (!value->is_string()) rejectType();
  return value->get_ref<const std::string&>();
}

std::string idField(const json& object, std::string_view name) {
  std::string id = textField(object, name);
  if (id.empty()) rejectAnswer("an object of the management API has no id");
  return id;
}

bool flagField(const json& object, std::string_view name) {
  const json* value = valueOf(object, name);
  if (!value) return false;
  if (!value->is_boolean()) rejectType();
  return value->get<bool>();
}

std::uint64_t countField(const json& object, std::string_view name) {
  const json* value = valueOf(object, name);
  if (!value) return 0;
  std::int64_t number = -1;
  if (value->is_string()) {  // proto3's JSON of a 64-bit number
    const auto& text = value->get_ref<const std::string&>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) rejectType();
  } else {
    number = integerMember(object, name).value_or(-1);
  }
  if (number < 0) rejectType();
  return static_cast<std::uint64_t>(number);
}

std::vector<std::string> textsField(const json& object, std::string_view name) {
  if (!valueOf(object, name)) return {};
  auto texts = stringsMember(object, name);
  if (!texts) rejectType();
  return *std::move(texts);
}

scalekit::Metadata pairsField(const json& object, std::string_view name) {
  scalekit::Metadata pairs;
  for (const auto& [key, value] : objectField(object, name).items()) {
    if (value.is_string()) pairs.emplace(key, value.get<std::string>());
  }
  return pairs;
}

scalekit::Time timeField(const json& object, std::string_view name) {
  const std::string text = textField(object, name);
  if (text.empty() || text.starts_with("0001-01-01T")) return std::nullopt;
  const auto time = parseTime(text);
  if (!time) rejectAnswer("a time of the management API is none");
  return time;
}

const json& objectField(const json& object, std::string_view name) {
  const json* value = valueOf(object, name);
  if (!value) return emptyObject();
  if (!value->is_object()) rejectType();
  return *value;
}

const json& requiredObject(const json& object, std::string_view name) {
  if (!valueOf(object, name)) rejectAnswer("the management API's answer lacks what it is about");
  return objectField(object, name);
}

const std::vector<json>& elementsField(const json& object, std::string_view name) {
  static const std::vector<json> none;
  const json* value = valueOf(object, name);
  if (!value) return none;
  if (!value->is_array()) rejectType();
  const auto& elements = value->get_ref<const json::array_t&>();
  for (const json& element : elements) {
    if (!element.is_object()) rejectType();
  }
  return elements;
}

void requireAsked(const std::string& answered, std::string_view asked) {
  if (!answered.empty() && answered != asked) rejectAnswer("the management API answered about another object");
}

std::string pageTokenField(const json& answer) {
  constexpr std::size_t kMaxTokenBytes = 2048;
  std::string token = textField(answer, "next_page_token");
  if (token.size() > kMaxTokenBytes) rejectAnswer("a page token of the management API is too long");
  return token;
}

scalekit::Time parseTime(std::string_view text) {
  using namespace std::chrono;
  const auto date = takeDate(text);
  if (!date || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
  const auto hourMinute = takePair(text);
  if (!hourMinute || !take(text, ':')) return std::nullopt;
  const auto second = takeDigits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  std::int64_t nanos = 0;
  if (take(text, '.')) {
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      if (digits >= 9) return std::nullopt;
      nanos = nanos * 10 + (text[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    for (; digits < 9; ++digits) nanos *= 10;
  }
  const auto offset = takeOffset(text);
  if (!offset) return std::nullopt;
  // The clock counts nanoseconds in 64 bits, from 1678 to 2261. RFC 5280 4.1.2.5 writes "for ever" as the year 9999.
  if (date->year() > std::chrono::year(2261)) return system_clock::time_point::max();
  if (date->year() < std::chrono::year(1678)) return system_clock::time_point::min();
  return time_point_cast<system_clock::duration>(sys_days(*date) + hours(hourMinute->first) +
                                                 minutes(hourMinute->second) + seconds(*second) + nanoseconds(nanos) -
                                                 *offset);
}

std::string timeText(system_clock::time_point time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace sso::detail
