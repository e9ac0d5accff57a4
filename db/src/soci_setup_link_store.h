// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"
#include "sso/storage.h"

namespace sso::db {

/// sso_setup_links.
class SociSetupLinkStore : public SetupLinkStore {
 public:
  explicit SociSetupLinkStore(Database& database) : database_(database) {}
  bool addSetupLink(UnitOfWork& work, const SetupLink& link, std::size_t most) override;
  std::optional<SetupLink> findSetupLink(std::string_view tokenHash, TimePoint now) override;
  std::optional<SetupLink> openSetupLink(UnitOfWork& work, std::string_view tokenHash, TimePoint now) override;
  std::vector<SetupLink> setupLinksOf(std::string_view tenantId, TimePoint now) override;
  std::optional<SetupLink> removeSetupLink(UnitOfWork& work, std::string_view tenantId, std::string_view id) override;

 private:
  Database& database_;
};

}  // namespace sso::db
