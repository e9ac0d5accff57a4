// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"
#include "sso/storage.h"

namespace sso::db {

/// sso_invitations.
class SociInvitationStore : public InvitationStore {
 public:
  explicit SociInvitationStore(Database& database) : database_(database) {}
  Added addInvitation(UnitOfWork& work, const Invitation& invitation, std::size_t most) override;
  std::optional<Invitation> findInvitation(UnitOfWork& work, std::string_view tokenHash) override;
  std::optional<Invitation> findInvitationFor(UnitOfWork& work, std::string_view organizationId,
                                              std::string_view email) override;
  std::vector<Invitation> invitationsOf(std::string_view tenantId, std::size_t limit) override;
  std::optional<Invitation> renewInvitation(UnitOfWork& work, std::string_view tenantId, std::string_view id,
                                            std::string_view tokenHash, TimePoint sentAt, TimePoint expiresAt) override;
  std::optional<Invitation> removeInvitation(UnitOfWork& work, std::string_view tenantId, std::string_view id) override;

 private:
  Database& database_;
};

}  // namespace sso::db
