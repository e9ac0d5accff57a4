// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "login/link_ticket.h"
#include "oidc/oidc_client.h"
#include "sso/host_adapter.h"
#include "sso/http_types.h"
#include "sso/runtime.h"
#include "sso/storage.h"

namespace sso::detail {

/// Ends the host's session, and Scalekit's where that is asked for and possible. The session of the customer's identity
/// provider goes on (CONTRACT.md 2.8). Immutable; thread-safe.
class LogoutFlow {
 public:
  LogoutFlow(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage, std::shared_ptr<OidcClient> oidc,
             std::shared_ptr<LinkTickets> tickets, std::shared_ptr<Clock> clock, std::shared_ptr<RandomSource> random,
             std::shared_ptr<LogSink> log, std::string afterLogoutPath);
  WebResponse logout(const RequestInfo& request, bool alsoAtScalekit) const;

 private:
  /// The session has ended whatever comes of this: with the audit table away the log carries it.
  void tell(const EndedSession& ended, const RequestInfo& request) const;

  std::shared_ptr<HostAdapter> host_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<OidcClient> oidc_;
  std::shared_ptr<LinkTickets> tickets_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<RandomSource> random_;
  std::shared_ptr<LogSink> log_;
  std::string afterLogoutPath_;
};

}  // namespace sso::detail
