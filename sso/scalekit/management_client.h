// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/retry.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class AccessTokenCache;
class CircuitBreaker;

/// One call of the management API, before it has a token.
struct ManagementRequest {
  using Query = std::vector<std::pair<std::string, std::string>>;

  std::string_view method = "GET";
  /// Below the environment's address: a literal of ours, or made by ApiPath.
  std::string path = {};
  /// Values come from anywhere and are percent-encoded, so that none can name another call (SEC-MG-08).
  Query query = {};
  std::string body = {};  ///< JSON; empty: none
  /// Repeating it changes nothing more than doing it once: after 429 and 5xx, or no answer, it is sent again.
  bool safeToRepeat = false;
};

/// Talks to Scalekit's REST API as the environment's own client (CONTRACT.md 4.1): bearer token, one forced renewal
/// on 401, bounded repetition of safe requests. Thread-safe.
class ManagementClient {
 public:
  using Query = ManagementRequest::Query;

  ManagementClient(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                   std::shared_ptr<AccessTokenCache> tokens, std::shared_ptr<Clock> clock, RetryPlan retries,
                   std::shared_ptr<CircuitBreaker> circuit = nullptr);
  /// A status is data. Throws Error(kUpstreamUnavailable | kUpstreamRejected). With a circuit: while Scalekit fails
  /// (no answer, 429, 5xx), most calls are refused at once instead of being sent (SEC-MG-02).
  HttpResponse send(const ManagementRequest& request) const;
  /// GET of a literal path.
  HttpResponse get(std::string_view path, const Query& query) const;

 private:
  HttpResponse sendThrough(const HttpRequest& request) const;
  HttpResponse sendWithToken(HttpRequest request, const Secret& token) const;

  SsoOptions options_;
  std::shared_ptr<HttpTransport> transport_;
  std::shared_ptr<AccessTokenCache> tokens_;
  std::shared_ptr<Clock> clock_;
  RetryPlan retries_;
  std::shared_ptr<CircuitBreaker> circuit_;  ///< null: every call is sent
};

}  // namespace sso::detail
