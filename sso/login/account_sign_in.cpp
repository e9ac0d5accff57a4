// SPDX-License-Identifier: Apache-2.0
#include "login/account_sign_in.h"

#include <optional>
#include <utility>

#include "identity/run_unit_of_work.h"
#include "login/sign_in_router.h"

namespace sso::detail {

AccountSignIn::AccountSignIn(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage,
                             std::shared_ptr<ConnectionDirectory> connections, std::shared_ptr<IdentityMapper> mapper,
                             std::shared_ptr<LogSink> log)
    : host_(std::move(host)),
      storage_(std::move(storage)),
      connections_(std::move(connections)),
      mapper_(std::move(mapper)),
      log_(std::move(log)) {}

SignInResult AccountSignIn::signIn(LoginAttempt attempt, const RequestInfo& request, const std::string& idTokenHint,
                                   OthersSession others, std::string_view onlyAccountId) const {
  // Read fresh, not from the cache: a suspension a second ago counts (JIT.md row 17). No network inside the unit.
  const auto organization = storage_->organizations().findOrganization(attempt.identity.organizationId);
  if (organization) {
    attempt.connection = standingOf(connections_->ofOrganization(organization->id, attempt.identity.key.connectionId));
  }
  // Not inside the unit, where it might wait for a second connection while it holds the first.
  std::optional<std::string> present;
  if (others == OthersSession::kAskFirst) present = host_->currentAccount(request);
  SignInResult result;
  runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    result = {};
    result.mapped = mapper_->map(work, organization ? &*organization : nullptr, attempt);
    if (!result.mapped.decision.signsIn()) {
      if (result.mapped.filed) work.commit();
      return;
    }
    if (!onlyAccountId.empty() && result.mapped.accountId != onlyAccountId) return;
    if (present && *present != result.mapped.accountId) {
      result.othersSession = true;
      return;
    }
    auto cookies = host_->startSession(work, {result.mapped.accountId, result.mapped.tenantId, idTokenHint,
                                              attempt.identity, request, attempt.reauthentication});
    work.commit();
    result.cookies = std::move(cookies);
    result.signedIn = true;
  });
  if (result.signedIn) tell(result, attempt);
  return result;
}

/// After the commit: what did not happen is told to nobody, and what happened does not depend on who hears of it.
void AccountSignIn::tell(const SignInResult& result, const LoginAttempt& attempt) const {
  static constexpr std::pair<Notice, LoginNotice> kTold[] = {{Notice::kAccountLinked, LoginNotice::kAccountLinked},
                                                             {Notice::kEmailChanged, LoginNotice::kEmailChanged},
                                                             {Notice::kEmailCollision, LoginNotice::kEmailCollision},
                                                             {Notice::kLastSeat, LoginNotice::kLastSeat}};
  NoticedLogin login;
  for (const auto& [notice, told] : kTold) {
    if (result.mapped.decision.notices.has(notice)) login.notices.push_back(told);
  }
  if (login.notices.empty()) return;
  login.accountId = result.mapped.accountId;
  login.tenantId = result.mapped.tenantId;
  login.organizationId = attempt.identity.organizationId;
  login.connectionId = attempt.identity.key.connectionId;
  login.email = attempt.identity.email;
  login.previousEmail = result.mapped.previousEmail;
  try {
    host_->onNoticedLogin(login);
  } catch (const Error& error) {
    log_->write({LogLevel::kError,
                 "sso.notice.lost",
                 {{"reference", attempt.reference}, {"reason", error.reason()}, {"detail", error.what()}}});
  }
}

}  // namespace sso::detail
