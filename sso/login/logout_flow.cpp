// SPDX-License-Identifier: Apache-2.0
#include "login/logout_flow.h"

#include <utility>

#include "base/digest.h"
#include "login/refusals.h"
#include "sso/error.h"

namespace sso::detail {

LogoutFlow::LogoutFlow(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage,
                       std::shared_ptr<OidcClient> oidc, std::shared_ptr<LinkTickets> tickets,
                       std::shared_ptr<Clock> clock, std::shared_ptr<RandomSource> random, std::shared_ptr<LogSink> log,
                       std::string afterLogoutPath)
    : host_(std::move(host)),
      storage_(std::move(storage)),
      oidc_(std::move(oidc)),
      tickets_(std::move(tickets)),
      clock_(std::move(clock)),
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
  if (!ended.accountId.empty()) tell(ended, request);
  auto response = WebResponse::redirect(std::move(target));
  response.cookies = std::move(ended.cookies);
  response.cookies.push_back(tickets_->clearing());
  keepPrivate(response);
  return response;
}

void LogoutFlow::tell(const EndedSession& ended, const RequestInfo& request) const {
  AuditEvent event;
  event.name = "sso.logout.completed";
  event.accountId = ended.accountId;
  event.organizationId = ended.organizationId;
  event.remoteAddress = request.remoteAddress;
  event.at = clock_->now();
  LogEvent line{LogLevel::kInfo, event.name, {{"account", event.accountId}}};
  if (!event.organizationId.empty()) line.fields.emplace_back("org", event.organizationId);
  log_->write(line);
  try {
    storage_->audit().record(event);
  } catch (const Error& error) {
    line.level = LogLevel::kError;
    line.name = "sso.audit.lost";
    line.fields.emplace_back("event", event.name);
    line.fields.emplace_back("cause", error.reason());
    line.fields.emplace_back("client", event.remoteAddress);
    log_->write(line);
  }
}

}  // namespace sso::detail
