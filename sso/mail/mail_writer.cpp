// SPDX-License-Identifier: Apache-2.0
#include "mail/mail_writer.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "base/text_checks.h"
#include "mail/mime_text.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxSubjectBytes = 200, kMaxTextBytes = 64 << 10;
constexpr std::size_t kHeaderColumns = 76;

Error unsendable(std::string_view what) { return Error(ErrorCode::kInvalidRequest, reason::kMail, what); }

/// Line breaks and tabs are text; every other control is not.
bool isMailText(std::string_view text) {
  if (!isUtf8(text)) return false;
  while (!text.empty()) {
    const auto end = text.find_first_of("\n\t");
    if (!hasNoControls(text.substr(0, end))) return false;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return true;
}

/// RFC 5322 3.3, in UTC.
std::string dateText(TimePoint at) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

/// RFC 5322 3.2.4.
std::string quotedString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string subjectLine(std::string_view subject) {
  const std::string name = "Subject: ";
  const bool asIs = isPlainHeaderText(subject) && name.size() + subject.size() <= kHeaderColumns;
  return name + (asIs ? std::string(subject) : encodedWords(subject, name.size()));
}

std::string fromLine(const MailAuthor& author) {
  const std::string name = "From: ";
  if (author.name.empty()) return name + author.address;
  const std::string address = "<" + author.address + ">";
  const std::string quoted = quotedString(author.name);
  const bool asIs = isPlainHeaderText(author.name) && name.size() + quoted.size() <= kHeaderColumns;
  const std::string shown = name + (asIs ? quoted : encodedWords(author.name, name.size()));
  // A line with encoded words has a limit (RFC 2047 2), and addresses may be long.
  return shown + (asIs && shown.size() + 1 + address.size() <= kHeaderColumns ? " " : "\r\n ") + address;
}

}  // namespace

std::string writeMail(const MailMessage& message, const MailAuthor& author, TimePoint now, std::string_view token) {
  std::string out;
  const auto line = [&out](const std::string& text) { out.append(text).append("\r\n"); };
  line("Date: " + dateText(now));
  line(fromLine(author));
  line("To: " + message.to);
  line(subjectLine(message.subject));
  line("Message-ID: <" + std::string(token) + "@" + std::string(domainOf(author.address)) + ">");
  line("Auto-Submitted: auto-generated");
  line("MIME-Version: 1.0");
  line("Content-Type: text/plain; charset=utf-8");
  line("Content-Transfer-Encoding: quoted-printable");
  line("");
  return out + quotedPrintable(message.text);
}

std::string dotStuffed(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 16);
  bool lineBegins = true;
  for (const char c : message) {
    if (lineBegins && c == '.') out += '.';
    out += c;
    lineBegins = c == '\n';
  }
  return out + ".\r\n";
}

}  // namespace sso::detail

namespace sso {

void requireSendable(const MailMessage& message) {
  if (canonicalEmail(message.to) != message.to) throw detail::unsendable("recipient: no canonical address");
  if (!detail::isText(message.subject, 1, detail::kMaxSubjectBytes))
    throw detail::unsendable("subject: one line of 1 to 200 bytes");
  if (message.text.size() > detail::kMaxTextBytes || !detail::isMailText(message.text)) {
    throw detail::unsendable("text: at most 64 KiB of UTF-8, lines that end in LF");
  }
}

}  // namespace sso
