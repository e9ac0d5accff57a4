// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/api_error.h"

#include "sso/reason.h"

namespace sso::scalekit {
namespace {

bool mayPass(int status) { return status == 429 || status >= 500; }

std::string sentence(const ApiError::Facts& facts) {
  std::string text = std::string(facts.operation) + " answered " + std::to_string(facts.status);
  if (!facts.errorCode.empty()) text += " " + facts.errorCode;
  if (!facts.requestId.empty()) text += ", request " + facts.requestId;
  if (!facts.traceId.empty()) text += ", trace " + facts.traceId;
  return text;
}

std::string_view hintFor(int status) {
  if (status == 401) return "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET";
  if (status == 403) return "the environment's own client is needed, and the feature must be part of the plan";
  return {};
}

}  // namespace

ApiError::ApiError(Facts facts)
    : Error(mayPass(facts.status) ? ErrorCode::kUpstreamUnavailable : ErrorCode::kUpstreamRejected, reason::kUpstream,
            sentence(facts), hintFor(facts.status)),
      facts_(std::move(facts)) {}

bool ApiError::saysNotFound() const {
  return facts_.status == 404 && (facts_.code == 5 || facts_.errorCode == "NOT_FOUND");
}

Refusal ApiError::refusal() const {
  switch (facts_.status) {
    case 400:
      return Refusal::kInvalid;
    case 401:
      return Refusal::kUnauthenticated;
    case 403:
      return Refusal::kForbidden;
    case 404:
      return Refusal::kNotFound;
    case 409:
      return Refusal::kConflict;
    case 429:
      return Refusal::kRateLimited;
    default:
      return facts_.status >= 500 ? Refusal::kUnavailable : Refusal::kOther;
  }
}

}  // namespace sso::scalekit
