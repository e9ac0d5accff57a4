// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"
#include "sso/storage.h"

namespace sso::db {

/// sso_dormancy, and what sso_identities say of when somebody signed in last.
class SociDormancyStore : public DormancyStore {
 public:
  explicit SociDormancyStore(Database& database) : database_(database) {}
  std::vector<UnusedAccount> dueAccounts(TimePoint now, std::size_t limit) override;
  std::optional<UnusedAccount> dueAccount(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                                          TimePoint now) override;
  bool claimAccount(UnitOfWork& work, std::string_view organizationId, std::string_view accountId, TimePoint now,
                    TimePoint until) override;
  void noteNotice(UnitOfWork& work, std::string_view organizationId, std::string_view accountId, TimePoint at) override;
  void countFrom(UnitOfWork& work, std::string_view tenantId, std::string_view accountId, TimePoint at) override;
  std::optional<DormancyNote> findNote(UnitOfWork& work, std::string_view organizationId,
                                       std::string_view accountId) override;
  std::size_t forgetUntied() override;

 private:
  Database& database_;
};

}  // namespace sso::db
