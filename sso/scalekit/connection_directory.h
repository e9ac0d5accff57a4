// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/retry.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

class AccessTokenCache;

/// Is anything switched on at Scalekit for this organization or domain? Answers of GET /api/v1/connections
/// (CONTRACT.md 4.5), kept for 60 s (10 s when negative), single flight per key, at most 10,000 entries. While Scalekit
/// fails, most questions are answered kUnknown at once instead of being asked (SEC-MG-02). Thread-safe.
class ConnectionDirectory {
 public:
  enum class Answer {
    kActive,    ///< at least one completed and enabled connection
    kInactive,  ///< Scalekit says there is none
    kUnknown,   ///< Scalekit could not be asked: the stored organization decides
  };
  ConnectionDirectory(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                      std::shared_ptr<AccessTokenCache> tokens, std::shared_ptr<Clock> clock,
                      std::shared_ptr<LogSink> log, RetryPlan retries = {});
  ~ConnectionDirectory();
  /// connectionId may be empty: any connection of the organization.
  Answer ofOrganization(std::string_view organizationId, std::string_view connectionId) noexcept;
  /// Does an active connection of this organization serve this (canonical) domain exactly? Another organization's, or
  /// one that is a draft, does not count (SEC-MG-06).
  Answer ofDomain(std::string_view domain, std::string_view organizationId) noexcept;
  /// The one active connection of this organization that serves this (canonical) domain: for the authorization URL. Out
  /// of the same list as ofOrganization, so after that it asks nothing. Empty: none, several, or nobody knows, because
  /// Scalekit could not be asked; the organization is the selector then, and never a connection that may be wrong.
  std::string servingDomain(std::string_view organizationId, std::string_view domain) noexcept;
  /// The next question about this organization asks Scalekit again.
  void forget(std::string_view organizationId);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sso::detail
