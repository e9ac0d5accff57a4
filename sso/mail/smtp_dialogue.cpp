// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_dialogue.h"

#include <algorithm>

#include "base/ascii_case.h"
#include "http/upstream_error.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxReplyLines = 100, kMaxReplyLineBytes = 2000;

bool isReplyDigit(char c) { return c >= '0' && c <= '9'; }

/// "5.1.1 " at the beginning (RFC 3463 2); empty when there is none.
std::string enhancedCode(std::string_view text) {
  const auto code = text.substr(0, text.find(' '));
  std::size_t dots = 0, digits = 0;
  for (const char c : code) {
    if (c == '.' && digits > 0) {
      ++dots, digits = 0;
    } else if (!isReplyDigit(c) || ++digits > 3) {
      return {};
    }
  }
  return dots == 2 && digits > 0 ? std::string(code) : std::string();
}

std::vector<std::string> wordsInLowerCase(std::string_view text) {
  std::vector<std::string> words;
  const std::string lower = inLowerCase(text);
  for (std::size_t at = 0; at < lower.size();) {
    const auto end = std::min(lower.find(' ', at), lower.size());
    if (end > at) words.push_back(lower.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// The words of the line that begins with this keyword; empty when there is none. The first line greets, it offers
/// nothing.
std::vector<std::string> lineOf(const SmtpReply& reply, std::string_view keyword) {
  for (std::size_t i = 1; i < reply.texts.size(); ++i) {
    auto words = wordsInLowerCase(reply.texts[i]);
    if (!words.empty() && words[0] == inLowerCase(keyword)) return words;
  }
  return {};
}

}  // namespace

bool SmtpReply::offers(std::string_view keyword) const { return !lineOf(*this, keyword).empty(); }

bool SmtpReply::offers(std::string_view keyword, std::string_view parameter) const {
  const auto words = lineOf(*this, keyword);
  return !words.empty() && std::find(words.begin() + 1, words.end(), inLowerCase(parameter)) != words.end();
}

SmtpReply SmtpDialogue::read() {
  SmtpReply reply;
  for (std::size_t lines = 0; lines < kMaxReplyLines; ++lines) {
    const std::string line = readLine();
    const bool digits = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3, isReplyDigit);
    const int code = digits ? std::stoi(line.substr(0, 3)) : 0;
    const char next = line.size() > 3 ? line[3] : ' ';
    if (code < 200 || code > 599 || (next != ' ' && next != '-') || (lines > 0 && code != reply.code)) {
      throw upstreamRejected("answer that is not SMTP");
    }
    reply.code = code;
    reply.texts.push_back(line.size() > 4 ? line.substr(4) : std::string());
    if (next == '-') continue;
    if (!buffer_.empty()) throw upstreamRejected("more than one answer to one command");
    reply.enhanced = enhancedCode(reply.texts.back());
    return reply;
  }
  throw upstreamRejected("answer of too many lines");
}

std::string SmtpDialogue::readLine() {
  for (;;) {
    const auto end = buffer_.find("\r\n");
    if (std::min(end, buffer_.size()) > kMaxReplyLineBytes)
      throw upstreamRejected("answer with a line that is too long");
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return line;
    }
    char chunk[1024];
    const auto got = connection_->read(chunk, sizeof chunk, deadline_);
    if (got == 0) throw ConnectionLost("connection closed by the server");
    buffer_.append(chunk, got);
  }
}

SmtpReply SmtpDialogue::ask(std::string_view command) { return send(std::string(command) + "\r\n"); }

SmtpReply SmtpDialogue::askSecretly(const Secret& command) {
  const Secret line(command.reveal() + "\r\n");
  return send(line.reveal());
}

SmtpReply SmtpDialogue::send(std::string_view bytes) {
  connection_->write(bytes, deadline_);
  return read();
}

void SmtpDialogue::leave(std::chrono::milliseconds patience) noexcept {
  try {
    deadline_ = deadline_.within(patience);
    ask("QUIT");
  } catch (...) {
    return;  // gone already
  }
}

}  // namespace sso::detail
