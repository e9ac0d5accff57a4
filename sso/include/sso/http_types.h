// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sso/runtime.h"

namespace sso {

/// One incoming HTTP request, copied out of the server, so handlers, adapters and their tests need no server.
struct RequestInfo {
  std::string method = {};         ///< "GET", "POST", ... as sent
  std::string path = {};           ///< raw, before '?'; never decoded for routing
  std::string query = {};          ///< raw, after '?'; may be empty
  std::string remoteAddress = {};  ///< the peer; a host that knows its proxies may put the client here
  /// Header values, at most 1 kB each; empty when absent.
  std::string userAgent = {}, accept = {}, contentType = {}, origin = {};
  std::string secFetchSite = {};  ///< Sec-Fetch-Site; empty when the browser does not send it
  bool prefetch = false;          ///< Sec-Purpose/Purpose says prefetch: do nothing that counts (SEC-AR-09, SEC-CB-18)
  /// Exact names (RFC 6265); a name sent twice is left out (SEC-SE-04).
  std::map<std::string, std::string, std::less<>> cookies = {};
  std::string body = {};  ///< POST body within the handler's limit

  /// The browser asked for JSON (Accept names application/json before text/html).
  bool wantsJson() const;
};

/// A cookie to set. SameSite is always Lax: the callback arrives from another site, and Strict would hide it.
/// Names beginning "__Host-" force secure, path "/" and no domain (RFC 6265bis 4.1.3.2).
struct Cookie {
  std::string name = {}, value = {};
  std::optional<std::chrono::seconds> maxAge = std::nullopt;  ///< nullopt: until the browser closes; 0: delete.
  bool secure = true, httpOnly = true;
};

/// One answer. The server writes it through one gate that refuses control bytes in any header (SECURITY 5, item 3) and
/// adds the security headers of the handler's kind.
struct WebResponse {
  int status = 200;
  std::string contentType = "text/html; charset=utf-8";
  std::string body = {};
  std::string location = {};  ///< for 3xx; absolute https URL or a path of ours
  std::vector<Cookie> cookies = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< others, e.g. Retry-After, Content-Security-Policy

  static WebResponse redirect(std::string location, int status = 303);
  static WebResponse json(int status, std::string body);
};

/// What a person is shown when something did not work. The host renders it in its own clothes.
struct ErrorView {
  int status = 500;
  std::string name = {};       ///< stable error name, "login_expired"
  std::string message = {};    ///< one sentence: what happened
  std::string nextStep = {};   ///< one sentence: what to do now
  std::string reference = {};  ///< short random id; the same one stands in the log and the audit trail
  std::string retryPath = {};  ///< path of ours to try again, or empty
};

/// One strict parse of a query string or an application/x-www-form-urlencoded body (WHATWG URL 5.1, one decoding).
/// Threat: parameter pollution, SECURITY 5 item 23. Query and body are never merged.
class Parameters {
 public:
  /// Throws Error(kInvalidRequest, malformed) on bad percent escapes, NUL or other C0 bytes, invalid UTF-8, more than
  /// maxCount fields or a value over maxValueBytes.
  static Parameters parse(std::string_view encoded, std::size_t maxCount = 100, std::size_t maxValueBytes = 8192);
  /// The value; nullopt when absent. Throws Error(kInvalidRequest, duplicate_parameter) when it came twice.
  std::optional<std::string> single(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Percent-encodes everything but RFC 3986 unreserved characters.
std::string percentEncode(std::string_view text);

/// One outgoing request.
struct HttpRequest {
  std::string method = "GET";
  std::string url = {};  ///< absolute, http or https
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  /// Absolute, from the first byte of DNS to the last byte of the answer. The module cuts it to what the incoming
  /// request has left of SsoOptions::totalTimeout.
  std::chrono::milliseconds timeout{5000};
  std::size_t maxBodyBytes = 1 << 20;
  bool safeToRepeat =
      false;  ///< GET and the like: may be sent again when a kept connection turns out dead (RFC 9110 9.2.2)
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< names in lower case
  std::string body = {};
  /// First value of this (lower-case) header, or empty.
  std::string_view header(std::string_view name) const;
};

/// How the module talks to Scalekit. Thread-safe; implementations must be, too.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  /// A status is data. Throws Error(kUpstreamUnavailable) when no complete answer came in time, was cut off, or its TLS
  /// peer could not be verified; Error(kUpstreamRejected) when it broke HTTP or a limit. Never follows a redirect.
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

}  // namespace sso
