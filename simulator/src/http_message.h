// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Requests and responses as values, so that every endpoint is a function that a test can call without a socket.
namespace scalekit_simulator {

/// A query string or a form, parsed strictly. A parameter that occurs twice, a broken escape, invalid UTF-8 or too many
/// parameters make problem() say so, and the caller answers in its own error format (RFC 6749 section 3.1).
class Params {
 public:
  static Params parse(std::string_view encoded);
  /// The same, but this one parameter may occur any number of times; all() has its values.
  static Params parse(std::string_view encoded, std::string_view repeatable);

  /// The value; an empty one counts as not sent (RFC 6749 section 3.1).
  std::optional<std::string> get(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;  ///< Empty ones left out.
  std::string getOr(std::string_view name, std::string_view fallback) const;
  /// In the order in which they came, empty ones included.
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }
  /// What is wrong, for people; empty when all is well. Never quotes a value.
  const std::string& problem() const { return problem_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
  std::string problem_;
};

struct HttpRequest {
  std::string method = "GET";
  std::string path;   ///< As it came, without the query; not decoded.
  std::string query;  ///< As it came, without '?'.
  std::string body, contentType, authorization, cookieHeader, origin, host, accept, userAgent;
  std::string fetchDestination;  ///< Sec-Fetch-Dest: `iframe` where the page is embedded.
  bool fromLoopback = true;      ///< The peer's address, not what a header says.

  /// The value of a cookie that occurs exactly once (RFC 6265 section 5.4 has no order to rely on).
  std::optional<std::string> cookie(std::string_view name) const;
  bool hasForm() const;  ///< application/x-www-form-urlencoded
  bool hasJson() const;  ///< application/json
};

/// How the server puts a response on the wire; anything but the default is a fault.
struct Delivery {
  std::chrono::milliseconds delay{0};         ///< Before the first byte.
  std::chrono::milliseconds betweenBytes{0};  ///< Sends byte by byte.
  bool hang = false;                          ///< Never answers; the connection ends when the simulator stops.
  bool truncate = false;                      ///< Promises the whole body, sends half, closes.
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string note;  ///< For the request log on the start page: no secret, no token, no code.
  Delivery delivery;

  /// Throws std::invalid_argument on a control character: no response splitting (RFC 9110 section 5.5).
  HttpResponse& with(std::string_view name, std::string_view value);
  std::string header(std::string_view name) const;  ///< The first of that name, letter case ignored; else empty.

  static HttpResponse json(int status, const nlohmann::json& body);
  static HttpResponse html(int status, std::string body);
  static HttpResponse redirect(std::string_view location, int status = 302);
  /// RFC 6749 section 5.2.
  static HttpResponse oauthError(int status, std::string_view error, std::string_view description);
};

/// Appends ?name=value, or &name=value, percent-encoded.
std::string withParameter(std::string url, std::string_view name, std::string_view value);

}  // namespace scalekit_simulator
