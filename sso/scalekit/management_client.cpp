// SPDX-License-Identifier: Apache-2.0
#include "scalekit/management_client.h"

#include "base/circuit_breaker.h"
#include "scalekit/access_token_cache.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// The dated interface that this client was written against (CONTRACT.md 1.4).
constexpr std::string_view kApiVersion = "20260716";

std::string encodedQuery(const ManagementClient::Query& query) {
  std::string out;
  for (const auto& [name, value] : query) {
    out += (out.empty() ? '?' : '&') + percentEncode(name) + "=" + percentEncode(value);
  }
  return out;
}

}  // namespace

ManagementClient::ManagementClient(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                                   std::shared_ptr<AccessTokenCache> tokens, std::shared_ptr<Clock> clock,
                                   RetryPlan retries, std::shared_ptr<CircuitBreaker> circuit)
    : options_(options),
      transport_(std::move(transport)),
      tokens_(std::move(tokens)),
      clock_(std::move(clock)),
      retries_(std::move(retries)),
      circuit_(std::move(circuit)) {}

HttpResponse ManagementClient::get(std::string_view path, const Query& query) const {
  ManagementRequest request;
  request.path = path;
  request.query = query;
  request.safeToRepeat = true;
  return send(request);
}

HttpResponse ManagementClient::send(const ManagementRequest& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = options_.environmentUrl + call.path + encodedQuery(call.query);
  request.headers = {{"Accept", "application/json"},
                     {"x-sdk-version", "Scalekit-Cpp/" MODULAR_SSO_VERSION},
                     {"x-api-version", std::string(kApiVersion)}};
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = call.body;
  request.timeout = options_.requestTimeout;
  request.maxBodyBytes = options_.maxResponseBytes;
  request.safeToRepeat = call.safeToRepeat;

  if (!circuit_) return sendThrough(request);
  const Bulkhead::Turn turn(retries_.bulkhead.get());  // that others wait is no failure of Scalekit's
  if (!circuit_->allows()) {
    throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "Scalekit did not answer a moment ago");
  }
  try {
    auto response = sendThrough(request);
    if (response.status == 429 || response.status >= 500) {
      circuit_->failed();
    } else {
      circuit_->succeeded();
    }
    return response;
  } catch (const Error&) {
    circuit_->failed();
    throw;
  }
}

HttpResponse ManagementClient::sendThrough(const HttpRequest& request) const {
  const Secret token = tokens_->token();
  HttpResponse response = sendWithToken(request, token);
  if (response.status != 401) return response;
  // Revoked, or expired by another clock than ours: once more with a new one, never in a loop (SEC-MG-01). Whatever the
  // call would change, a 401 has changed nothing.
  tokens_->refused(token);
  return sendWithToken(request, tokens_->token());
}

HttpResponse ManagementClient::sendWithToken(HttpRequest request, const Secret& token) const {
  request.headers.emplace_back("Authorization", "Bearer " + token.reveal());
  return sendRepeatedly(*transport_, request, *clock_, retries_);
}

}  // namespace sso::detail
