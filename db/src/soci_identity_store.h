// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/storage.h"

namespace sso::db {

/// sso_identities. Stateless: everything happens on the session of the unit of work.
class SociIdentityStore : public IdentityStore {
 public:
  std::optional<Identity> findIdentity(UnitOfWork& work, const IdentityKey& key) override;
  std::optional<Identity> findOnConnection(UnitOfWork& work, std::string_view accountId, std::string_view issuer,
                                           std::string_view connectionId) override;
  std::vector<Identity> identitiesOf(UnitOfWork& work, std::string_view accountId) override;
  void linkIdentity(UnitOfWork& work, const Identity& identity) override;
  void recordLogin(UnitOfWork& work, const IdentityKey& key, std::string_view email, TimePoint at) override;
  bool unlinkIdentity(UnitOfWork& work, const IdentityKey& key) override;
};

}  // namespace sso::db
