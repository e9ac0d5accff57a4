// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class Bulkhead;

/// What the discovery document says, checked: issuer equals the configured environment, every endpoint on its origin or
/// an allow-listed one (CONTRACT.md 2.2; SEC-DI-01 to -09). Immutable.
struct Endpoints {
  std::string issuer, authorization, token, jwks, endSession;
  bool answersNameIssuer = false;  ///< every authorization response carries iss (RFC 9207 3): one without is forged
};

/// The discovery document, cached for an hour and kept for 24 h more while a refresh fails; single flight; a change of
/// issuer or endpoints while running is refused and logged. Thread-safe.
class ProviderMetadata {
 public:
  ProviderMetadata(std::shared_ptr<HttpTransport> transport, const SsoOptions& options, std::shared_ptr<Clock> clock,
                   std::shared_ptr<LogSink> log, std::shared_ptr<Bulkhead> bulkhead = nullptr);
  ~ProviderMetadata();
  /// Throws Error(kUpstreamUnavailable | kUpstreamRejected, metadata) when no good copy can be had.
  std::shared_ptr<const Endpoints> endpoints();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sso::detail
