// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sso/host_adapter.h"

namespace sso::detail {

/// The embedder's adapter behind a fence: sso::Error passes, anything else that it throws becomes Error(kHostFailure)
/// that names the call and drops the text, which may hold personal data. Immutable; as thread-safe as the adapter.
class GuardedHost : public HostAdapter {
 public:
  explicit GuardedHost(std::shared_ptr<HostAdapter> host);

  std::optional<AccountFacts> findAccount(UnitOfWork&, std::string_view accountId, std::string_view tenantId) override;
  std::optional<AccountFacts> findByEmail(UnitOfWork&, std::string_view email, std::string_view tenantId) override;
  std::string createAccount(UnitOfWork&, const NewAccount& account) override;
  void updateAccount(UnitOfWork&, std::string_view accountId, std::string_view tenantId,
                     const AccountChange& change) override;
  bool addMember(UnitOfWork&, std::string_view accountId, std::string_view tenantId,
                 const std::vector<std::string>& roles) override;
  bool reclaimAccount(UnitOfWork&, std::string_view accountId) override;
  void endAllSessions(UnitOfWork&, std::string_view accountId) override;
  bool holdAccount(UnitOfWork&, std::string_view accountId, std::string_view tenantId) override;
  bool knowsRole(UnitOfWork&, std::string_view tenantId, std::string_view role) override;
  std::size_t breakGlassOwners(UnitOfWork&, std::string_view tenantId) override;
  std::optional<std::vector<AccountFacts>> membersOf(UnitOfWork&, std::string_view tenantId,
                                                     std::size_t limit) override;
  RoleKind kindOfRole(UnitOfWork&, std::string_view tenantId, std::string_view role) override;
  std::optional<SsoRoles> rolesFromSso(UnitOfWork&, std::string_view accountId, std::string_view tenantId) override;
  std::optional<std::size_t> countMembers(UnitOfWork&, std::string_view tenantId) override;
  std::vector<Cookie> startSession(UnitOfWork&, const SessionStart& start) override;
  std::optional<std::string> currentAccount(const RequestInfo& request) override;
  EndedSession endSession(const RequestInfo& request) override;
  void onNoticedLogin(const NoticedLogin& login) override;
  void onDormancyNotice(const DormancyNotice& notice) override;
  WebResponse renderError(const ErrorView& error, const RequestInfo& request) override;

 private:
  std::shared_ptr<HostAdapter> host_;
};

}  // namespace sso::detail
