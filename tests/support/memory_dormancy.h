// SPDX-License-Identifier: Apache-2.0
// MemoryStorage's notes of unused accounts; included by memory_storage.h alone.
#pragma once

namespace sso::test {

class MemoryDormancy : public DormancyStore {
 public:
  explicit MemoryDormancy(MemoryStorage& storage) : storage_(storage) {}
  inline std::vector<UnusedAccount> dueAccounts(TimePoint now, std::size_t limit) override;
  inline std::optional<UnusedAccount> dueAccount(UnitOfWork& work, std::string_view organizationId,
                                                 std::string_view accountId, TimePoint now) override;
  inline bool claimAccount(UnitOfWork& work, std::string_view organizationId, std::string_view accountId, TimePoint now,
                           TimePoint until) override;
  inline void noteNotice(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                         TimePoint at) override;
  inline void countFrom(UnitOfWork& work, std::string_view tenantId, std::string_view accountId, TimePoint at) override;
  inline std::optional<DormancyNote> findNote(UnitOfWork& work, std::string_view organizationId,
                                              std::string_view accountId) override;
  inline std::size_t forgetUntied() override;

 private:
  MemoryStorage& storage_;
};

}  // namespace sso::test
