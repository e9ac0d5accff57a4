// SPDX-License-Identifier: Apache-2.0
#include "http/answer_writer.h"

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

void addUnlessSet(HTTPServerResponse& response, const std::string& name, const std::string& value) {
  if (!response.has(name)) addHeader(response, name, value);
}

bool isHtml(const WebResponse& answer) { return answer.contentType.starts_with("text/html"); }

/// OWASP ASVS 3.4: each can be replaced by the answer, none can be forgotten.
void addSecurityHeaders(const WebResponse& answer, const AnswerOptions& options, HTTPServerResponse& response) {
  addUnlessSet(response, "Cache-Control", "no-store");
  addUnlessSet(response, "X-Content-Type-Options", "nosniff");
  addUnlessSet(response, "X-Frame-Options", "DENY");
  // Not no-referrer: under it browsers send "Origin: null" with form posts (Fetch, "append a request Origin header"),
  // and our CSRF checks need the real one. Start and callback set no-referrer themselves (SEC-AR-07).
  addUnlessSet(response, "Referrer-Policy", "same-origin");
  addUnlessSet(response, "Cross-Origin-Opener-Policy", "same-origin");
  addUnlessSet(response, "Cross-Origin-Resource-Policy", "same-origin");
  addUnlessSet(response, "Content-Security-Policy",
               isHtml(answer) ? contentSecurityPolicy() : "default-src 'none'; frame-ancestors 'none'");
  if (options.hsts) addUnlessSet(response, "Strict-Transport-Security", "max-age=31536000");
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
