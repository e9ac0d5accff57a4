// SPDX-License-Identifier: Apache-2.0
#include "oidc/clock_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace sso::detail {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
/// 'd' stands for a digit, 'a' for a letter of a name that is looked at elsewhere or not at all, the rest for itself.
constexpr std::string_view kForm = "aaa, dd aaa dddd dd:dd:dd GMT";

bool hasForm(std::string_view text) {
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(), [](char c, char form) {
    if (form == 'd') return c >= '0' && c <= '9';
    if (form == 'a') return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c == form;
  });
}

int numberAt(std::string_view text, std::size_t at, std::size_t length) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + length, number);
  return number;
}

}  // namespace

std::optional<TimePoint> parseHttpDate(std::string_view text) {
  if (!hasForm(text)) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const std::chrono::year_month_day date{
      std::chrono::year(numberAt(text, 12, 4)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),  // 13 is no month, and date not ok
      std::chrono::day(static_cast<unsigned>(numberAt(text, 5, 2)))};
  const int hour = numberAt(text, 17, 2), minute = numberAt(text, 20, 2), second = numberAt(text, 23, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

void warnOfClockDifference(const HttpResponse& answer, TimePoint now, LogSink& log) {
  const auto theirs = parseHttpDate(answer.header("date"));
  if (!theirs) return;
  const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(now - *theirs);
  if (std::chrono::abs(ahead) <= kMostClockDifference) return;
  log.write({LogLevel::kWarning, "clock.differs", {{"seconds_ahead_of_provider", std::to_string(ahead.count())}}});
}

}  // namespace sso::detail
