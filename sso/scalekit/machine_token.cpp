// SPDX-License-Identifier: Apache-2.0
#include "scalekit/machine_token.h"

#include <algorithm>

#include "base/ascii_case.h"
#include "base/strict_json.h"
#include "oidc/upstream_answer.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxTokenBytes = 8 << 10;
constexpr seconds kUnstatedLifetime{300};

[[noreturn]] void refuse(std::string_view detail, std::string_view hint = {}) {
  throw Error(ErrorCode::kUpstreamRejected, reason::kTokenResponse, detail, hint);
}

/// RFC 6750 2.1: b64token, so nothing that could end a header line.
bool isBearerToken(std::string_view token) {
  return !token.empty() && token.size() <= kMaxTokenBytes &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

HttpRequest machineTokenRequest(const SsoOptions& options, const std::string& tokenEndpoint) {
  HttpRequest request;
  request.method = "POST";
  request.url = tokenEndpoint;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials&client_id=" + percentEncode(options.clientId) +
                 "&client_secret=" + percentEncode(options.clientSecret.reveal());
  request.timeout = options.requestTimeout;
  request.maxBodyBytes = options.maxResponseBytes;
  request.safeToRepeat = true;
  return request;
}

MachineToken readMachineToken(const HttpResponse& response) {
  if (response.status == 429 || response.status >= 500) {
    throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream,
                "token endpoint answered " + std::to_string(response.status));
  }
  if (response.status != 200) {
    refuse("token endpoint answered " + std::to_string(response.status),
           "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET");
  }
  if (!hasMediaType(response, "application/json")) refuse("token response is not JSON");
  const auto body = parseStrictJson(response.body);
  if (!body.is_object()) refuse("token response is no object");
  const auto type = stringMember(body, "token_type");
  // RFC 6749 7.1: compared without regard to case; a token of a type we do not know must not be used.
  if (!type || inLowerCase(*type) != "bearer") refuse("token_type");
  const auto token = stringMember(body, "access_token");
  if (!token || !isBearerToken(*token)) refuse("access_token");
  const auto stated = seconds(integerMember(body, "expires_in").value_or(kUnstatedLifetime.count()));
  return {Secret(*token), std::clamp(stated, seconds(30), seconds(86400))};
}

}  // namespace sso::detail
