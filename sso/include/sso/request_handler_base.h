// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandler.h>

#include <memory>
#include <string>

#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso {

/// Bounds and headers for one handler.
struct HandlerLimits {
  std::size_t maxBodyBytes = 64 << 10;  ///< more is answered 413, unread
  bool hsts = false;                    ///< send Strict-Transport-Security (behind https)
};

/// Base of every Poco handler of ours and, if it likes, of the host's. handleRequest is final: it applies the limits,
/// builds a RequestInfo, calls run(), and writes the returned WebResponse through one gate that refuses control bytes
/// in header values, sets the security headers (no-store, nosniff, CSP, Referrer-Policy, frame denial, COOP) unless the
/// answer sets its own, and closes the connection when a body was left unread (SECURITY 5, items 2, 3, 6, 14). Nothing
/// thrown gets past it: sso::Error and anything else become onError(). One per request.
class RequestHandlerBase : public Poco::Net::HTTPRequestHandler {
 public:
  explicit RequestHandlerBase(HandlerLimits limits, std::shared_ptr<LogSink> log);
  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) final;

 protected:
  virtual WebResponse run(const RequestInfo& request) = 0;
  /// The answer for an error; must not throw. The default is a plain page or JSON with the public message.
  virtual WebResponse onError(const Error& error, const std::string& reference, const RequestInfo& request) noexcept;

 private:
  HandlerLimits limits_;
  std::shared_ptr<LogSink> log_;
};

/// The JSON form of an error: {"error": name, "message": ..., "reference": ...}.
WebResponse errorAsJson(const ErrorView& error);
/// The public face of an error.
ErrorView viewOf(const Error& error, std::string reference);
/// A fresh reference number: 10 characters of Crockford base32, 50 bits.
std::string newReference(RandomSource& random);

}  // namespace sso
