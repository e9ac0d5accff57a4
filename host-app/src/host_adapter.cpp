// SPDX-License-Identifier: Apache-2.0
#include "host_adapter.h"

#include "crypto.h"
#include "page_renderer.h"
#include "roles.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "stores/account_store.h"
#include "stores/member_store.h"
#include "stores/membership_store.h"
#include "stores/tenant_store.h"

namespace hostapp {

using sso::db::sessionOf;

AppHostAdapter::AppHostAdapter(std::shared_ptr<sso::Clock> clock, std::shared_ptr<sso::RandomSource> random,
                               std::shared_ptr<const SessionKeeper> sessions, std::shared_ptr<const PageRenderer> pages,
                               std::shared_ptr<const Notices> notices)
    : clock_(std::move(clock)),
      random_(std::move(random)),
      sessions_(std::move(sessions)),
      pages_(std::move(pages)),
      notices_(std::move(notices)) {}

std::optional<sso::AccountFacts> AppHostAdapter::findAccount(sso::UnitOfWork& work, std::string_view accountId,
                                                             std::string_view tenantId) {
  if (accountId.empty()) return std::nullopt;
  return accounts::findFacts(sessionOf(work), accountId, "", tenantId);
}

std::optional<sso::AccountFacts> AppHostAdapter::findByEmail(sso::UnitOfWork& work, std::string_view email,
                                                             std::string_view tenantId) {
  return accounts::findFacts(sessionOf(work), "", email, tenantId);
}

std::string AppHostAdapter::createAccount(sso::UnitOfWork& work, const sso::NewAccount& wanted) {
  const std::string role = highestGrantable(wanted.roles);
  if (role.empty()) throw sso::Error(sso::ErrorCode::kNotAllowed, sso::reason::kHost, "no role that can be granted");
  if (!tenants::findName(sessionOf(work), wanted.tenantId)) {
    throw sso::Error(sso::ErrorCode::kHostFailure, sso::reason::kHost, "the organization's tenant does not exist",
                     "create the tenant first: host-app --seed");
  }
  accounts::Account account;
  account.id = "acc_" + randomHex(*random_, 16);
  account.email = wanted.email;
  account.emailVerified = wanted.emailVerified;
  account.displayName =
      wanted.displayName.empty() ? wanted.email.substr(0, wanted.email.find('@')) : wanted.displayName;
  if (!accounts::insert(sessionOf(work), account, now())) {
    throw sso::Error(sso::ErrorCode::kConflict, sso::reason::kHost, "the address was taken a moment ago");
  }
  memberships::save(sessionOf(work), account.id,
                    {wanted.tenantId, "", role, "sso", false, wanted.grantedBy == sso::RoleGrant::kInviter}, now());
  return account.id;
}

void AppHostAdapter::updateAccount(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                                   const sso::AccountChange& change) {
  auto account = accounts::findById(sessionOf(work), accountId);
  if (!account) return;
  if (change.email) account->email = *change.email;
  if (change.displayName && !change.displayName->empty()) account->displayName = *change.displayName;
  if (change.state) {
    account->state = *change.state;
    accounts::update(sessionOf(work), *account);
  } else if (!accounts::updateProfile(sessionOf(work), *account)) {
    throw sso::Error(sso::ErrorCode::kConflict, sso::reason::kHost, "the account was locked or restored a moment ago");
  }
  if (change.roles) {
    // A membership has one role, so whoever keeps none of those that were granted keeps the least.
    const std::string role = highestGrantable(*change.roles);
    memberships::replaceGrantedRole(sessionOf(work), accountId, tenantId, role.empty() ? "member" : role);
  }
  // An account that is restored later must not bring its old sessions back.
  if (account->state != sso::AccountState::kActive) sessions::endAll(sessionOf(work), accountId, "", "");
}

bool AppHostAdapter::addMember(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                               const std::vector<std::string>& roles) {
  const std::string role = highestGrantable(roles);
  if (role.empty() || !tenants::findName(sessionOf(work), tenantId)) return false;
  memberships::save(sessionOf(work), accountId, {std::string(tenantId), "", role, "sso", false, true}, now());
  return true;
}

bool AppHostAdapter::reclaimAccount(sso::UnitOfWork& work, std::string_view accountId) {
  // The page of the account knows no other way in than password and single sign-on, and no address but this one.
  sessions::endAll(sessionOf(work), accountId, "", "");
  return accounts::reclaim(sessionOf(work), accountId);
}

void AppHostAdapter::endAllSessions(sso::UnitOfWork& work, std::string_view accountId) {
  sessions::endAll(sessionOf(work), accountId, "", "");
}

bool AppHostAdapter::holdAccount(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId) {
  // The tenant first, as on the page People: whoever takes another owner away there waits, or has done it.
  memberships::lockTenant(sessionOf(work), tenantId);
  return members::findAndLock(sessionOf(work), tenantId, accountId).has_value();
}

bool AppHostAdapter::knowsRole(sso::UnitOfWork&, std::string_view, std::string_view role) {
  return isGrantableRole(role);
}

sso::RoleKind AppHostAdapter::kindOfRole(sso::UnitOfWork&, std::string_view, std::string_view role) {
  return hostapp::kindOfRole(role);
}

std::optional<sso::SsoRoles> AppHostAdapter::rolesFromSso(sso::UnitOfWork& work, std::string_view accountId,
                                                          std::string_view tenantId) {
  const auto found = memberships::roleOf(sessionOf(work), accountId, tenantId);
  if (!found || found->source != "sso") return std::nullopt;
  return sso::SsoRoles{{found->role}, true, found->lastOwner};
}

std::optional<std::size_t> AppHostAdapter::countMembers(sso::UnitOfWork& work, std::string_view tenantId) {
  return memberships::countAndLock(sessionOf(work), tenantId);
}

std::size_t AppHostAdapter::breakGlassOwners(sso::UnitOfWork& work, std::string_view tenantId) {
  memberships::lockTenant(sessionOf(work), tenantId);  // the number stays true until the unit is over
  return members::countBreakGlass(sessionOf(work), tenantId);
}

std::optional<std::vector<sso::AccountFacts>> AppHostAdapter::membersOf(sso::UnitOfWork& work,
                                                                        std::string_view tenantId, std::size_t limit) {
  return accounts::factsOfMembers(sessionOf(work), tenantId, static_cast<int>(limit));
}

std::vector<sso::Cookie> AppHostAdapter::startSession(sso::UnitOfWork& work, const sso::SessionStart& start) {
  // Locks the account's row: suspended a moment ago means no session (SEC-MP-17, SEC-MP-20).
  if (!accounts::recordSignIn(sessionOf(work), start.accountId, now())) {
    throw sso::Error(sso::ErrorCode::kAccountDisabled, sso::reason::kHost, "the account is not active");
  }
  SessionOwner owner;
  owner.accountId = start.accountId;
  owner.tenantId = start.tenantId;
  owner.identity = start.identity;
  owner.idTokenHint = start.idTokenHint;
  // Scalekit says nothing of when somebody authenticated, so that it was asked to has to do.
  owner.reauthenticated = start.reauthentication != sso::Reauthentication::kNotAsked;
  return {sessions_->open(sessionOf(work), owner, start.request)};
}

std::optional<std::string> AppHostAdapter::currentAccount(const sso::RequestInfo& request) {
  const auto found = sessions_->find(request);
  if (!found) return std::nullopt;
  return found->accountId;
}

sso::EndedSession AppHostAdapter::endSession(const sso::RequestInfo& request) { return sessions_->end(request); }

void AppHostAdapter::onNoticedLogin(const sso::NoticedLogin& login) {
  if (notices_) notices_->tell(login);
}

void AppHostAdapter::onDormancyNotice(const sso::DormancyNotice& notice) {
  if (notices_) notices_->tell(notice);
}

sso::WebResponse AppHostAdapter::renderError(const sso::ErrorView& error, const sso::RequestInfo& /*request*/) {
  return pages_->errorPage(error);
}

}  // namespace hostapp
