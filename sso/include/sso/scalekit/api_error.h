// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/error.h"

namespace sso::scalekit {

/// One field of a request that Scalekit did not accept (errdetails.ErrorInfo, CONTRACT.md 4.2).
struct FieldViolation {
  std::string field;        ///< "organization.display_name"
  std::string description;  ///< Scalekit's sentence, in English
  std::string constraint;   ///< "string.min_len"; may be empty
};

/// Why Scalekit refused, one value per family of HTTP status; for a switch instead of a ladder of catch clauses.
enum class Refusal {
  kInvalid,          ///< 400: a value or the state of the object does not allow it; see violations()
  kUnauthenticated,  ///< 401, after the machine token was renewed once. Wrong credentials end earlier:
                     ///< Error(kUpstreamRejected) with reason token_response, when the token is asked for
  kForbidden,        ///< 403: this client may not do that
  kNotFound,         ///< 404; also for an object of another environment
  kConflict,         ///< 409: exists already, or was changed meanwhile
  kRateLimited,      ///< 429: see retryAfter()
  kUnavailable,      ///< 5xx, after the repetitions that are safe
  kOther,            ///< any other status that is no success
};

/// Scalekit answered a management call with something other than success. No answer at all is a plain
/// Error(kUpstreamUnavailable), an answer that breaks its own contract a plain Error(kUpstreamRejected).
/// publicMessage() speaks of a sign-in that failed: settings pages say what they tried, by refusal() and violations().
/// Threat: error texts are copied into logs and pages. what() holds the operation, the status, Scalekit's code,
/// request id and trace id, nothing else; message() and violations() are Scalekit's words and may repeat what was sent.
class ApiError : public Error {
 public:
  struct Facts {
    std::string_view operation = {};  ///< a literal: "organizations.get"
    int status = 0;
    int code = 0;                ///< number of the gRPC code; 0 when the body has none
    std::string errorCode = {};  ///< "NOT_FOUND"; empty when the body has none
    std::string message = {}, requestId = {}, traceId = {};
    std::vector<FieldViolation> violations = {};
    std::optional<std::chrono::seconds> retryAfter = std::nullopt;
  };
  /// Error::code() is kUpstreamUnavailable for 429 and 5xx, which may pass, else kUpstreamRejected.
  explicit ApiError(Facts facts);

  Refusal refusal() const;
  /// Scalekit itself says that there is no such object. A 404 alone may be the page of some proxy on the way.
  bool saysNotFound() const;
  int status() const { return facts_.status; }
  int grpcCode() const { return facts_.code; }
  const std::string& errorCode() const { return facts_.errorCode; }
  /// At most 500 bytes, without control characters. For people who may see what was sent, not for logs.
  const std::string& message() const { return facts_.message; }
  const std::vector<FieldViolation>& violations() const { return facts_.violations; }
  const std::string& requestId() const { return facts_.requestId; }  ///< for Scalekit's support; may be empty
  const std::string& traceId() const { return facts_.traceId; }      ///< of the header x-trace-id; may be empty
  std::optional<std::chrono::seconds> retryAfter() const { return facts_.retryAfter; }

 private:
  Facts facts_;
};

}  // namespace sso::scalekit
