// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPServerRequest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "rate_limiter.h"
#include "sso/options.h"

namespace hostapp {

/// How often one network may begin a login through the company's sign-in, and come back from one (SEC-AR-06). An office
/// is one network, and at nine everybody in it signs in; a flood is told to wait before anything of it is sealed,
/// asked, logged or used up - the person behind a callback that came too early tries again with the same one.
///
///   starts of one network                    3000 in a minute
///   starts for one address from one network  30 in 5 minutes; nobody elsewhere is kept out by them
///   callbacks of one network                 3000 in a minute
///
/// All instances count together; below a quarter of a limit without a query. Thread-safe.
class SsoLimits {
 public:
  SsoLimits(const sso::SsoOptions& options, const std::shared_ptr<sso::Clock>& clock,
            const std::shared_ptr<SharedRates>& rates);
  /// nullopt: go on, or it is no request of a login.
  std::optional<std::chrono::seconds> take(const Poco::Net::HTTPServerRequest& request);
  /// How many were told to wait since this was last asked.
  std::uint64_t takeRefused() { return refused_.exchange(0); }

 private:
  std::optional<std::chrono::seconds> takeStart(std::string_view query, const std::string& network);

  const std::string loginPath_, initiatePath_, callbackPath_;
  RateLimiter starts_, sameAddress_, callbacks_;
  std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace hostapp
