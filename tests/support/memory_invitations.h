// SPDX-License-Identifier: Apache-2.0
// MemoryStorage's invitations; included by memory_storage.h alone.
#pragma once

namespace sso::test {

class MemoryInvitations : public InvitationStore {
 public:
  explicit MemoryInvitations(MemoryStorage& storage) : storage_(storage) {}
  inline Added addInvitation(UnitOfWork& work, const Invitation& invitation, std::size_t most) override;
  inline std::optional<Invitation> findInvitation(UnitOfWork& work, std::string_view tokenHash) override;
  inline std::optional<Invitation> findInvitationFor(UnitOfWork& work, std::string_view organizationId,
                                                     std::string_view email) override;
  inline std::vector<Invitation> invitationsOf(std::string_view tenantId, std::size_t limit) override;
  inline std::optional<Invitation> renewInvitation(UnitOfWork& work, std::string_view tenantId, std::string_view id,
                                                   std::string_view tokenHash, TimePoint sentAt,
                                                   TimePoint expiresAt) override;
  inline std::optional<Invitation> removeInvitation(UnitOfWork& work, std::string_view tenantId,
                                                    std::string_view id) override;

 private:
  static inline Added addTo(MemoryTables& tables, const Invitation& invitation, std::size_t most);
  MemoryStorage& storage_;
};

}  // namespace sso::test
