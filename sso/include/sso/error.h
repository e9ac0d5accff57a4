// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sso {

/// What went wrong, as callers, browsers and operators may rely on it. One row each in docs/ERRORS.md.
enum class ErrorCode {
  kInvalidRequest,       ///< 400 invalid_request: malformed or repeated parameters
  kLoginFailed,          ///< 400 login_failed: a check of the login path refused
  kLoginExpired,         ///< 400 login_expired: took longer than the transaction's lifetime, or was used before
  kAccessDenied,         ///< 403 access_denied: the identity provider or the person said no
  kNotAllowed,           ///< 403 not_allowed: the policy does not let this identity in
  kAccountDisabled,      ///< 403 account_disabled: suspended or deprovisioned
  kSsoRequired,          ///< 403 sso_required: the organization signs in through its identity provider only
  kUnauthorized,         ///< 401 unauthorized: nobody is signed in
  kForbidden,            ///< 403 forbidden: signed in, but not allowed; or a CSRF check failed
  kNotFound,             ///< 404 not_found
  kMethodNotAllowed,     ///< 405 method_not_allowed
  kConflict,             ///< 409 conflict: a unique rule was hit; inside a UnitOfWork the unit is run again
  kTooLarge,             ///< 413 too_large
  kRateLimited,          ///< 429 rate_limited
  kUpstreamRejected,     ///< 502 provider_unavailable: Scalekit answered, but with something unusable
  kUpstreamUnavailable,  ///< 503 provider_unavailable: Scalekit did not answer in time
  kMailUnavailable,      ///< 503 mail_unavailable: no mail server took the message
  kStorage,              ///< 503 storage_unavailable: the database is away or too busy
  kHostFailure,          ///< 500 internal: the host's adapter threw
  kConfig,               ///< 500 internal: the options cannot work; what() lists every problem
  kInternal,             ///< 500 internal
};

/// One row of the error table.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  ///< Stable; the only word that may reach a URL or a JSON answer.
  int httpStatus;
  std::string_view publicMessage;  ///< One short sentence for a person.
  std::string_view nextStep;       ///< The one thing to do next.
};

/// The row of this code.
const ErrorInfo& describe(ErrorCode code);
/// Every row, in the order of the enumeration.
std::span<const ErrorInfo> allErrors();

/// The one exception type of the module. Carries nothing secret or personal: what() is for the log, publicMessage()
/// for people, reason() for the audit trail.
class Error : public std::runtime_error {
 public:
  /// reason: a stable word of docs/ERRORS.md ("state", "nonce", "signature", ...), sso/reason.h names them.
  /// detail: for the log; hint: the operator's next step.
  Error(ErrorCode code, std::string_view reason, std::string_view detail = {}, std::string_view hint = {});
  ErrorCode code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& hint() const { return hint_; }
  std::string_view name() const { return describe(code_).name; }
  int httpStatus() const { return describe(code_).httpStatus; }
  std::string_view publicMessage() const { return describe(code_).publicMessage; }

 private:
  ErrorCode code_;
  std::string reason_;
  std::string hint_;
};

}  // namespace sso
