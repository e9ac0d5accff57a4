// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "base/retry.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class ProviderMetadata;

/// The machine token of the management API: obtained once, renewed at 90 % of its life by one caller while others use
/// the old one, and once after a 401 (CONTRACT.md 1.5). However many threads ask, one request is under way (SEC-MG-07);
/// all of them share its outcome. Thread-safe.
class AccessTokenCache {
 public:
  AccessTokenCache(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                   std::shared_ptr<ProviderMetadata> metadata, std::shared_ptr<Clock> clock, RetryPlan retries = {});
  ~AccessTokenCache();
  /// Throws Error(kUpstreamUnavailable | kUpstreamRejected).
  Secret token();
  /// After a 401 with this token: the next token() fetches anew, unless somebody already has.
  void refused(const Secret& token);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sso::detail
