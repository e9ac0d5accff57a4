// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notices.h"
#include "session_keeper.h"
#include "sso/host_adapter.h"

namespace hostapp {

class PageRenderer;

/// What single sign-on needs of this application: its accounts, its sessions, its error page. All it writes goes
/// through the module's own transaction, because both live in one database. Thread-safe.
class AppHostAdapter : public sso::HostAdapter {
 public:
  AppHostAdapter(std::shared_ptr<sso::Clock> clock, std::shared_ptr<sso::RandomSource> random,
                 std::shared_ptr<const SessionKeeper> sessions, std::shared_ptr<const PageRenderer> pages,
                 std::shared_ptr<const Notices> notices);

  std::optional<sso::AccountFacts> findAccount(sso::UnitOfWork& work, std::string_view accountId,
                                               std::string_view tenantId) override;
  std::optional<sso::AccountFacts> findByEmail(sso::UnitOfWork& work, std::string_view email,
                                               std::string_view tenantId) override;
  std::string createAccount(sso::UnitOfWork& work, const sso::NewAccount& account) override;
  void updateAccount(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                     const sso::AccountChange& change) override;
  bool addMember(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                 const std::vector<std::string>& roles) override;
  bool reclaimAccount(sso::UnitOfWork& work, std::string_view accountId) override;
  void endAllSessions(sso::UnitOfWork& work, std::string_view accountId) override;
  bool holdAccount(sso::UnitOfWork& work, std::string_view accountId, std::string_view tenantId) override;
  bool knowsRole(sso::UnitOfWork& work, std::string_view tenantId, std::string_view role) override;
  sso::RoleKind kindOfRole(sso::UnitOfWork& work, std::string_view tenantId, std::string_view role) override;
  std::optional<sso::SsoRoles> rolesFromSso(sso::UnitOfWork& work, std::string_view accountId,
                                            std::string_view tenantId) override;
  std::optional<std::size_t> countMembers(sso::UnitOfWork& work, std::string_view tenantId) override;

  std::size_t breakGlassOwners(sso::UnitOfWork& work, std::string_view tenantId) override;
  std::optional<std::vector<sso::AccountFacts>> membersOf(sso::UnitOfWork& work, std::string_view tenantId,
                                                          std::size_t limit) override;

  std::vector<sso::Cookie> startSession(sso::UnitOfWork& work, const sso::SessionStart& start) override;
  std::optional<std::string> currentAccount(const sso::RequestInfo& request) override;
  sso::EndedSession endSession(const sso::RequestInfo& request) override;

  void onNoticedLogin(const sso::NoticedLogin& login) override;
  void onDormancyNotice(const sso::DormancyNotice& notice) override;
  sso::WebResponse renderError(const sso::ErrorView& error, const sso::RequestInfo& request) override;

 private:
  std::int64_t now() const { return sso::toEpochSeconds(clock_->now()); }

  std::shared_ptr<sso::Clock> clock_;
  std::shared_ptr<sso::RandomSource> random_;
  std::shared_ptr<const SessionKeeper> sessions_;
  std::shared_ptr<const PageRenderer> pages_;
  std::shared_ptr<const Notices> notices_;  ///< null: no mail is sent
};

}  // namespace hostapp
