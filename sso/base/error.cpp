// SPDX-License-Identifier: Apache-2.0
#include "sso/error.h"

#include <array>
#include <cstddef>

namespace sso {
namespace {

constexpr std::size_t kCount = static_cast<std::size_t>(ErrorCode::kInternal) + 1;

constexpr std::string_view kStartAgain = "Start again from the sign-in page.";
constexpr std::string_view kInternalMessage = "Something went wrong on our side.";
constexpr std::string_view kInternalNextStep = "Try again in a minute; if it stays, tell support the reference number.";

// In the order of the enumeration; describe() counts on it and a test checks it.
constexpr std::array<ErrorInfo, kCount> kTable{{
    {ErrorCode::kInvalidRequest, "invalid_request", 400, "This link or form is incomplete or was changed on the way.",
     "Go back to the page you came from and try again."},
    {ErrorCode::kLoginFailed, "login_failed", 400, "We could not confirm your sign-in, so nobody was signed in.",
     kStartAgain},
    {ErrorCode::kLoginExpired, "login_expired", 400, "This sign-in took too long or was already used.", kStartAgain},
    {ErrorCode::kAccessDenied, "access_denied", 403, "Your company's sign-in was cancelled or did not let you through.",
     "If you did not cancel it yourself, ask your company's IT team for access."},
    {ErrorCode::kNotAllowed, "not_allowed", 403,
     "Your company's sign-in knows you, but you do not have access to this application.",
     "Ask your company's IT team for access to this application."},
    {ErrorCode::kAccountDisabled, "account_disabled", 403, "Your account in this application is switched off.",
     "Ask your company's IT team to switch it on again."},
    {ErrorCode::kSsoRequired, "sso_required", 403,
     "Your company asks you to use its own sign-in instead of a password.",
     "Enter your work e-mail on the sign-in page and continue with your company's sign-in."},
    {ErrorCode::kUnauthorized, "unauthorized", 401, "You are not signed in.", "Sign in to continue."},
    {ErrorCode::kForbidden, "forbidden", 403, "You may not do this, or the page you did it from was too old.",
     "Reload the page and try again."},
    {ErrorCode::kNotFound, "not_found", 404, "There is nothing at this address.",
     "Check the address, or go to the start page."},
    {ErrorCode::kMethodNotAllowed, "method_not_allowed", 405, "This address cannot be used in this way.",
     "Go to the start page."},
    {ErrorCode::kConflict, "conflict", 409,
     "Somebody changed the same thing at the same moment, so your change was not saved.", "Try again."},
    {ErrorCode::kTooLarge, "too_large", 413, "What was sent is too large.", "Send less, then try again."},
    {ErrorCode::kRateLimited, "rate_limited", 429, "There were too many attempts in a short time.",
     "Wait a minute, then try again."},
    {ErrorCode::kUpstreamRejected, "provider_unavailable", 502,
     "Your company's sign-in gave an answer that we cannot use, so nobody was signed in.",
     "Try again in a few minutes."},
    {ErrorCode::kUpstreamUnavailable, "provider_unavailable", 503,
     "Your company's sign-in did not answer in time, so nobody was signed in.", "Try again in a few minutes."},
    {ErrorCode::kMailUnavailable, "mail_unavailable", 503, "The e-mail could not be sent.",
     "Try again in a few minutes."},
    {ErrorCode::kStorage, "storage_unavailable", 503,
     "We cannot reach our records right now and could not finish this.", "Try again in a minute."},
    {ErrorCode::kHostFailure, "internal", 500, kInternalMessage, kInternalNextStep},
    {ErrorCode::kConfig, "internal", 500, kInternalMessage, kInternalNextStep},
    {ErrorCode::kInternal, "internal", 500, kInternalMessage, kInternalNextStep},
}};

std::string logText(ErrorCode code, std::string_view reason, std::string_view detail) {
  std::string text(describe(code).name);
  if (!reason.empty()) text.append(" (").append(reason).append(")");
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace

const ErrorInfo& describe(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCount ? kTable[index] : kTable.back();
}

std::span<const ErrorInfo> allErrors() { return kTable; }

Error::Error(ErrorCode code, std::string_view reason, std::string_view detail, std::string_view hint)
    : std::runtime_error(logText(code, reason, detail)), code_(code), reason_(reason), hint_(hint) {}

}  // namespace sso
