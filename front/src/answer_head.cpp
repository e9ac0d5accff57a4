// SPDX-License-Identifier: Apache-2.0
#include "answer_head.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "ascii.h"

namespace sso::front::detail {
namespace {

/// HTAB is legal in a value and of no use in ours.
bool holdsControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return isControl(c) || c == '\t'; });
}

bool isTheServers(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOurs{"Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding"};
  return std::any_of(kOurs.begin(), kOurs.end(), [name](auto ours) { return sameIgnoringCase(name, ours); });
}

}  // namespace

std::string fieldsOf(const Poco::Net::HTTPResponse& response) {
  const int status = response.getStatus();
  if (status < 200 || status > 599) throw std::invalid_argument("status of an answer");
  if (holdsControl(response.getReason())) throw std::invalid_argument("control byte in the reason");
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + response.getReason() + "\r\n";
  bool dated = false;
  for (const auto& [name, value] : response) {
    if (!isToken(name)) throw std::invalid_argument("name of a response header");
    if (holdsControl(value)) throw std::invalid_argument("control byte in a response header");
    if (isTheServers(name)) continue;
    dated = dated || sameIgnoringCase(name, "Date");
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!dated) text += "Date: " + httpDate() + "\r\n";
  return text;
}

std::optional<std::uint64_t> declaredLength(const Poco::Net::HTTPResponse& response) {
  if (response.has("Transfer-Encoding")) {
    if (!response.getChunkedTransferEncoding()) throw std::invalid_argument("transfer coding of an answer");
    return std::nullopt;
  }
  if (!response.has("Content-Length")) return std::nullopt;
  const std::string text = response.get("Content-Length");
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), isDigit)) {
    throw std::invalid_argument("length of an answer");
  }
  return std::stoull(text);
}

std::string ownAnswer(int status, bool secure, bool headOnly, std::string_view extra) {
  const std::string reason =
      Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
  const std::string body = reason + "\n";
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\nDate: " + httpDate() +
                     "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                     "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                     "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
                     "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n";
  if (secure) text += "Strict-Transport-Security: max-age=31536000\r\n";
  if (status == 405) text += "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";  // RFC 9110 15.5.6
  text.append(extra).append("\r\n");
  return headOnly ? text : text + body;
}

std::string httpDate() { return Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT); }

}  // namespace sso::front::detail
