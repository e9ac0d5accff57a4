// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandler.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "sso/error.h"
#include "sso/error_view.h"
#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso {

/// Bounds and headers for one handler.
struct HandlerLimits {
  std::size_t maxBodyBytes = 64 << 10;             ///< more is answered 413, unread
  bool hsts = false;                               ///< send Strict-Transport-Security (behind https)
  std::chrono::milliseconds bodyDeadline{10'000};  ///< from the first byte of the body to the last
};

/// Base of every Poco handler of ours and, if it likes, of the host's. handleRequest is final: it applies the limits,
/// builds a RequestInfo, calls run(), and writes the returned WebResponse through one gate that refuses control bytes
/// in header values, sets the security headers (no-store, nosniff, CSP, Referrer-Policy same-origin, frame denial,
/// COOP, CORP) unless the answer sets its own, and closes the connection when a body was left unread (SECURITY 5, items
/// 2, 3, 6, 14). Nothing thrown gets past it: sso::Error and anything else become onError(). One per request.
class RequestHandlerBase : public Poco::Net::HTTPRequestHandler {
 public:
  explicit RequestHandlerBase(HandlerLimits limits, std::shared_ptr<LogSink> log);
  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) final;

 protected:
  virtual WebResponse run(const RequestInfo& request) = 0;
  /// The answer for an error; must not throw. The default is a plain page or JSON with the public message.
  virtual WebResponse onError(const Error& error, const std::string& reference, const RequestInfo& request) noexcept;

 private:
  WebResponse answerFailure(const Error& error, const RequestInfo& request) noexcept;

  HandlerLimits limits_;
  std::shared_ptr<LogSink> log_;
};

/// To be called by a HTTPRequestHandlerFactory for each request, before it returns a RequestHandlerBase: Poco would
/// otherwise answer "Expect: 100-continue" with 100 before the handler has seen the declared length (SEC-HT-08). The
/// handler then sends 100 itself, once it knows that it will read the body.
void holdContinue(const Poco::Net::HTTPServerRequest& request);

/// The policy that pages get by default: everything from this origin only, no inline script or style, no framing.
/// extraFormAction: more sources for form-action, e.g. "https://id.example.com". To use another policy, an answer sets
/// its own Content-Security-Policy header; then none is added.
///
/// A form that ends at an identity provider: browsers hold form-action against every redirect after a form post, too
/// (w3c/webappsec-csp issue 8), and the chain goes on from Scalekit to an identity provider that we do not know. So
/// do not widen form-action and do not redirect: answer the post with a page of 200 that holds
/// <meta http-equiv="refresh" content="0; url=/sso/login?..."> and a plain link for the same; that navigation is no
/// form submission.
std::string contentSecurityPolicy(std::string_view extraFormAction = {});

}  // namespace sso
