// SPDX-License-Identifier: Apache-2.0
#include "identity/guarded_host.h"

#include <exception>
#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

template <typename Call>
auto guarded(const char* what, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    // Its text may hold bound values of the host's queries (SECURITY 5, item 18), so only the call is named.
    throw Error(ErrorCode::kHostFailure, reason::kHost, std::string("the host adapter threw in ") + what);
  } catch (...) {
    throw Error(ErrorCode::kHostFailure, reason::kHost, std::string("the host adapter threw in ") + what);
  }
}

}  // namespace

GuardedHost::GuardedHost(std::shared_ptr<HostAdapter> host) : host_(std::move(host)) {}

std::optional<AccountFacts> GuardedHost::findAccount(UnitOfWork& work, std::string_view accountId,
                                                     std::string_view tenantId) {
  return guarded("findAccount", [&] { return host_->findAccount(work, accountId, tenantId); });
}
std::optional<AccountFacts> GuardedHost::findByEmail(UnitOfWork& work, std::string_view email,
                                                     std::string_view tenantId) {
  return guarded("findByEmail", [&] { return host_->findByEmail(work, email, tenantId); });
}
std::string GuardedHost::createAccount(UnitOfWork& work, const NewAccount& account) {
  auto id = guarded("createAccount", [&] { return host_->createAccount(work, account); });
  if (id.empty() || id.size() > 255) {
    throw Error(ErrorCode::kHostFailure, reason::kHost, "createAccount returned no usable id");
  }
  return id;
}
void GuardedHost::updateAccount(UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                                const AccountChange& change) {
  guarded("updateAccount", [&] { host_->updateAccount(work, accountId, tenantId, change); });
}
bool GuardedHost::addMember(UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                            const std::vector<std::string>& roles) {
  return guarded("addMember", [&] { return host_->addMember(work, accountId, tenantId, roles); });
}
bool GuardedHost::reclaimAccount(UnitOfWork& work, std::string_view accountId) {
  return guarded("reclaimAccount", [&] { return host_->reclaimAccount(work, accountId); });
}
void GuardedHost::endAllSessions(UnitOfWork& work, std::string_view accountId) {
  guarded("endAllSessions", [&] { host_->endAllSessions(work, accountId); });
}
bool GuardedHost::holdAccount(UnitOfWork& work, std::string_view accountId, std::string_view tenantId) {
  return guarded("holdAccount", [&] { return host_->holdAccount(work, accountId, tenantId); });
}
bool GuardedHost::knowsRole(UnitOfWork& work, std::string_view tenantId, std::string_view role) {
  return guarded("knowsRole", [&] { return host_->knowsRole(work, tenantId, role); });
}
std::size_t GuardedHost::breakGlassOwners(UnitOfWork& work, std::string_view tenantId) {
  return guarded("breakGlassOwners", [&] { return host_->breakGlassOwners(work, tenantId); });
}
std::optional<std::vector<AccountFacts>> GuardedHost::membersOf(UnitOfWork& work, std::string_view tenantId,
                                                                std::size_t limit) {
  return guarded("membersOf", [&] { return host_->membersOf(work, tenantId, limit); });
}
RoleKind GuardedHost::kindOfRole(UnitOfWork& work, std::string_view tenantId, std::string_view role) {
  return guarded("kindOfRole", [&] { return host_->kindOfRole(work, tenantId, role); });
}
std::optional<SsoRoles> GuardedHost::rolesFromSso(UnitOfWork& work, std::string_view accountId,
                                                  std::string_view tenantId) {
  return guarded("rolesFromSso", [&] { return host_->rolesFromSso(work, accountId, tenantId); });
}
std::optional<std::size_t> GuardedHost::countMembers(UnitOfWork& work, std::string_view tenantId) {
  return guarded("countMembers", [&] { return host_->countMembers(work, tenantId); });
}
std::vector<Cookie> GuardedHost::startSession(UnitOfWork& work, const SessionStart& start) {
  return guarded("startSession", [&] { return host_->startSession(work, start); });
}
std::optional<std::string> GuardedHost::currentAccount(const RequestInfo& request) {
  return guarded("currentAccount", [&] { return host_->currentAccount(request); });
}
EndedSession GuardedHost::endSession(const RequestInfo& request) {
  return guarded("endSession", [&] { return host_->endSession(request); });
}
void GuardedHost::onNoticedLogin(const NoticedLogin& login) {
  guarded("onNoticedLogin", [&] { host_->onNoticedLogin(login); });
}
void GuardedHost::onDormancyNotice(const DormancyNotice& notice) {
  guarded("onDormancyNotice", [&] { host_->onDormancyNotice(notice); });
}
WebResponse GuardedHost::renderError(const ErrorView& error, const RequestInfo& request) {
  try {
    return host_->renderError(error, request);
  } catch (...) {
    // An error page must come in any case: the plain one.
    return HostAdapter::renderError(error, request);
  }
}

}  // namespace sso::detail
