// SPDX-License-Identifier: Apache-2.0
#include "http/answer_writer.h"

#include <array>
#include <string>
#include <utility>

#include "base/cookies.h"
#include "http/header_rules.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/request_handler_base.h"

namespace sso::detail {
namespace {

using Poco::Net::HTTPServerResponse;

/// The one gate: nothing reaches a header line but through here.
void addHeader(HTTPServerResponse& response, const std::string& name, const std::string& value) {
  if (!isToken(name)) throw Error(ErrorCode::kInternal, reason::kInternal, "header name is no token");
  if (!isSafeHeaderValue(value)) throw Error(ErrorCode::kInternal, reason::kInternal, "control byte in a header value");
  response.add(name, value);
}

/// Header lines that never change.
using Fixed = std::pair<const std::string, const std::string>;

/// OWASP ASVS 3.4: each can be replaced by the answer, none can be forgotten.
const std::array<Fixed, 6>& securityHeaders() {
  static const std::array<Fixed, 6> kHeaders{{
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      // Not no-referrer: under it browsers send "Origin: null" with form posts (Fetch, "append a request Origin
      // header"), and our CSRF checks need the real one. Start and callback set no-referrer themselves (SEC-AR-07).
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  }};
  return kHeaders;
}

/// The answer's own headers are the only ones that may stand in for a fixed one.
void addUnlessSet(HTTPServerResponse& response, const WebResponse& answer, const Fixed& header) {
  for (const auto& own : answer.headers) {
    if (equalsIgnoringCase(own.first, header.first)) return;
  }
  response.add(header.first, header.second);
}

void addSecurityHeaders(const WebResponse& answer, const AnswerOptions& options, HTTPServerResponse& response) {
  static const Fixed kPagePolicy{"Content-Security-Policy", contentSecurityPolicy()};
  static const Fixed kDataPolicy{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"};
  static const Fixed kHsts{"Strict-Transport-Security", "max-age=31536000"};
  for (const auto& header : securityHeaders()) addUnlessSet(response, answer, header);
  addUnlessSet(response, answer, answer.contentType.starts_with("text/html") ? kPagePolicy : kDataPolicy);
  if (options.hsts) addUnlessSet(response, answer, kHsts);
}

}  // namespace

void prepareAnswer(const WebResponse& answer, const AnswerOptions& options, HTTPServerResponse& response) {
  if (answer.status < 200 || answer.status > 599) {
    throw Error(ErrorCode::kInternal, reason::kInternal, "status out of range");
  }
  response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
  if (!answer.body.empty()) addHeader(response, "Content-Type", answer.contentType);
  if (!answer.location.empty()) addHeader(response, "Location", answer.location);
  for (const auto& cookie : answer.cookies) addHeader(response, "Set-Cookie", toSetCookie(cookie));
  for (const auto& [name, value] : answer.headers) addHeader(response, name, value);
  addSecurityHeaders(answer, options, response);
  if (options.closeConnection) response.setKeepAlive(false);
}

}  // namespace sso::detail
