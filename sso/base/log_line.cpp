// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "sso/runtime.h"
#include "sso/utf8.h"

/// One event becomes one line, whatever is in it (SEC-LG-02, SEC-LG-05).
namespace sso {
namespace {

constexpr std::size_t kMaxValueBytes = 200;
/// A line and its break fit into PIPE_BUF (4096), so a write to a pipe is whole or not at all.
constexpr std::size_t kMaxLineBytes = 4000;

std::string_view levelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string timeText(TimePoint at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text.data();
}

/// Characters that a terminal or a log viewer would act on instead of showing: controls, line and paragraph separator,
/// invisible and direction-changing characters.
bool mustBeEscaped(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

void appendHex(std::string& out, const char* format, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  out += text.data();
}

/// Escapes one value; sets quote when it needs quotation marks around it.
std::string escape(std::string_view value, bool& quote) {
  std::string out;
  quote = value.empty();
  while (!value.empty()) {
    const auto [point, bytes] = decodeUtf8(value);
    if (bytes == 0) {
      appendHex(out, "\\x%02x", static_cast<unsigned char>(value[0]));
      quote = true;
    } else if (point == '"' || point == '\\') {
      out.append("\\").append(value, 0, 1);
      quote = true;
    } else if (mustBeEscaped(point)) {
      appendHex(out, point < 0x80 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(point));
      quote = true;
    } else {
      out.append(value, 0, bytes);
      quote = quote || point == ' ' || point == '=';
    }
    value.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

/// At most kMaxValueBytes, without cutting a character in two.
std::string_view cut(std::string_view value) {
  std::size_t end = kMaxValueBytes;
  while (end > kMaxValueBytes - 4 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return value.substr(0, end);
}

std::string inQuotes(std::string_view value) {
  const bool tooLong = value.size() > kMaxValueBytes;
  bool quote = false;
  std::string text = escape(tooLong ? cut(value) : value, quote);
  if (tooLong) text += "...";
  return quote ? "\"" + text + "\"" : text;
}

/// Keys are words of ours; should one ever be built from data, it still cannot break the line.
std::string keyText(std::string_view key) {
  std::string text(key.substr(0, 64));
  for (char& c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    if (!plain) c = '_';
  }
  return text.empty() ? "_" : text;
}

}  // namespace

std::string formatLogLine(const LogEvent& event, TimePoint at) {
  std::string line = "time=" + timeText(at);
  line.append(" level=").append(levelName(event.level)).append(" event=").append(inQuotes(event.name));
  std::size_t left = event.fields.size();
  for (const auto& [key, value] : event.fields) {
    const std::string field = " " + keyText(key) + "=" + inQuotes(value);
    if (line.size() + field.size() > kMaxLineBytes) {
      line += " fields_cut=" + std::to_string(left);
      break;
    }
    line += field;
    --left;
  }
  return line;
}

}  // namespace sso
