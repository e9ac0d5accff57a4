// SPDX-License-Identifier: Apache-2.0
#include "text_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "sso/utf8.h"

namespace hostapp {
namespace {

/// Controls, line and paragraph separators, and the marks that let a name read backwards or vanish (Unicode TR 36).
bool isHidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFD) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

std::string_view withoutSpaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string plural(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

}  // namespace

std::string safeReturnPath(std::string_view path) {
  std::string fallback = "/dashboard";
  if (path.size() < 2 || path.size() > 1024 || path[0] != '/') return fallback;
  if (path[1] == '/' || path[1] == '\\') return fallback;  // another host, to a browser (WHATWG URL 4.4)
  const bool plain =
      std::all_of(path.begin(), path.end(), [](char c) { return c >= 0x21 && c <= 0x7d && c != '"' && c != '\\'; });
  if (!plain) return fallback;
  for (const std::string_view loop : {"/login", "/logout", "/signup", "/sso/"}) {
    if (path.starts_with(loop)) return fallback;
  }
  return std::string(path);
}

std::optional<std::string> plainLine(std::string_view text, std::size_t maxCharacters) {
  const std::string_view line = withoutSpaces(text);
  std::size_t count = 0;
  for (std::string_view rest = line; !rest.empty(); ++count) {
    const auto [point, bytes] = sso::decodeUtf8(rest);
    if (bytes == 0 || isHidden(point)) return std::nullopt;
    rest.remove_prefix(bytes);
  }
  if (count == 0 || count > maxCharacters) return std::nullopt;
  return std::string(line);
}

std::string describeUserAgent(std::string_view userAgent) {
  using Names = std::pair<std::string_view, std::string_view>;
  // Order matters: Edge and Opera also call themselves Chrome, Chrome also calls itself Safari.
  static constexpr std::array<Names, 7> kBrowsers = {
      Names{"Edg", "Edge"},      Names{"OPR/", "Opera"},     Names{"Firefox/", "Firefox"}, Names{"Chrome/", "Chrome"},
      Names{"CriOS/", "Chrome"}, Names{"Safari/", "Safari"}, Names{"curl/", "curl"}};
  static constexpr std::array<Names, 6> kSystems = {Names{"iPhone", "iPhone"},   Names{"iPad", "iPad"},
                                                    Names{"Android", "Android"}, Names{"Windows", "Windows"},
                                                    Names{"Mac OS X", "macOS"},  Names{"Linux", "Linux"}};
  const auto nameIn = [userAgent](const auto& names) {
    const auto found = std::find_if(names.begin(), names.end(), [userAgent](const Names& name) {
      return userAgent.find(name.first) != std::string_view::npos;
    });
    return found == names.end() ? std::string_view{} : found->second;
  };
  const std::string browser(nameIn(kBrowsers));
  const std::string system(nameIn(kSystems));
  if (browser.empty()) return system.empty() ? "Unknown browser" : "Browser on " + system;
  return system.empty() ? browser : browser + " on " + system;
}

std::string networkOf(std::string_view address) {
  in6_addr six{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), &six) != 1) return std::string(address);
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    std::array<char, INET_ADDRSTRLEN> four{};
    inet_ntop(AF_INET, &six.s6_addr[12], four.data(), four.size());
    return four.data();
  }
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &six, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

std::string formatDate(std::int64_t epochSeconds) {
  static constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                               "May",       "June",     "July",     "August",
                                                               "September", "October",  "November", "December"};
  const auto time = static_cast<std::time_t>(epochSeconds);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return "";
  return std::to_string(parts.tm_mday) + " " + std::string(kMonths.at(static_cast<std::size_t>(parts.tm_mon))) + " " +
         std::to_string(parts.tm_year + 1900);
}

std::string formatMoment(std::int64_t epochSeconds) {
  const auto time = static_cast<std::time_t>(epochSeconds);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return "";
  char clock[8] = {};
  std::strftime(clock, sizeof clock, "%H:%M", &parts);
  return formatDate(epochSeconds) + ", " + clock + " UTC";
}

std::string formatAgo(std::int64_t epochSeconds, std::int64_t now) {
  const std::int64_t passed = now - epochSeconds;
  if (passed < 60) return "just now";
  if (passed < 3600) return plural(passed / 60, "minute") + " ago";
  if (passed < 86400) return plural(passed / 3600, "hour") + " ago";
  if (passed < 2 * 86400) return "yesterday";
  return formatDate(epochSeconds);
}

std::string initialsOf(std::string_view name) {
  std::string initials;
  int count = 0;
  bool wordBegins = true;
  for (std::string_view rest = name; !rest.empty() && count < 2;) {
    const auto [point, bytes] = sso::decodeUtf8(rest);
    if (bytes == 0) break;  // no character: the form parser has refused such a name
    const bool letter = point >= 0x80 || (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
    if (wordBegins && letter) {
      initials += rest.substr(0, bytes);
      ++count;
    }
    wordBegins = point == ' ' || point == '-';
    rest.remove_prefix(bytes);
  }
  return initials.empty() ? "?" : initials;
}

std::string formatWait(std::int64_t seconds) {
  if (seconds < 60) return "a minute";
  const std::int64_t minutes = (seconds + 59) / 60;
  return minutes < 60 ? plural(minutes, "minute") : plural((minutes + 59) / 60, "hour");
}

}  // namespace hostapp
