// SPDX-License-Identifier: Apache-2.0
#include "login/logout_flow.h"

#include <utility>

#include "base/digest.h"
#include "login/refusals.h"
#include "sso/error.h"

namespace sso::detail {

LogoutFlow::LogoutFlow(std::shared_ptr<HostAdapter> host, std::shared_ptr<OidcClient> oidc,
                       std::shared_ptr<LinkTickets> tickets, std::shared_ptr<RandomSource> random,
                       std::shared_ptr<LogSink> log, std::string afterLogoutPath)
    : host_(std::move(host)),
      oidc_(std::move(oidc)),
      tickets_(std::move(tickets)),
      random_(std::move(random)),
      log_(std::move(log)),
      afterLogoutPath_(std::move(afterLogoutPath)) {}

WebResponse LogoutFlow::logout(const RequestInfo& request, bool alsoAtScalekit) const {
  EndedSession ended = host_->endSession(request);
  std::string target = afterLogoutPath_;
  if (alsoAtScalekit && !ended.idTokenHint.empty()) {
    try {
      // The state is not looked at when Scalekit sends the browser back: that page signs nobody in (SEC-RD-04).
      target = oidc_->logoutUrl(ended.idTokenHint, randomToken(*random_));
    } catch (const Error& error) {
      // The local session has ended in any case; Scalekit being away must not look like a failed sign-out.
      log_->write({LogLevel::kWarning, "sso.logout.local_only", {{"reason", error.reason()}}});
    }
  }
  if (!ended.accountId.empty()) {
    log_->write({LogLevel::kInfo, "sso.logout.completed", {{"account", ended.accountId}}});
  }
  auto response = WebResponse::redirect(std::move(target));
  response.cookies = std::move(ended.cookies);
  response.cookies.push_back(tickets_->clearing());
  keepPrivate(response);
  return response;
}

}  // namespace sso::detail
