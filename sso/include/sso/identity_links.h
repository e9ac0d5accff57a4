// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/identity.h"
#include "sso/runtime.h"
#include "sso/storage.h"
#include "sso/tenants.h"

/// Which identities are tied to the accounts of a tenant, and how an administrator unties one: because an address went
/// to somebody else and the account has to follow (JIT.md row 9), because an account is gone (`account_gone`), or
/// because the wrong person was let in. Whoever was untied is new: their next login is a first login (JIT.md rows 2 to
/// 9), which ties nothing to an existing account without proof.
namespace sso {

/// A company's sign-in that opens an account.
struct IdentityLink {
  std::string id =
      {};  ///< 64 hexadecimal digits, the same for as long as it is tied; names it in a form, opens nothing
  std::string accountId = {}, connectionId = {};
  std::string email = {};  ///< last one asserted; may be empty
  TimePoint linkedAt = {}, lastLoginAt = {};
};

/// Take the tenant from the session of an administrator, never from a request. What an account has with another
/// tenant's organization is neither seen nor untied here (DESIGN promise 2). Immutable; thread-safe. Errors:
/// Error(kStorage); Error(kInvalidRequest) for text that no database takes.
class IdentityLinks {
 public:
  IdentityLinks(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock);

  /// This account's in the tenant's own organization, the oldest first. Empty for a tenant without single sign-on.
  std::vector<IdentityLink> of(std::string_view tenantId, std::string_view accountId) const;
  /// The same of a page of people in one query; those of one account side by side. At most
  /// IdentityStore::kMostAccounts of them, or Error(kInvalidRequest).
  std::vector<IdentityLink> ofAll(std::string_view tenantId, const std::vector<std::string>& accountIds) const;

  /// Unties it inside the host's unit, so that the host ends, in the same commit, the sessions that it opened: those
  /// with this SessionStart::identity.key, which is what is returned. nullopt, and nothing is written: this account has
  /// none of this id with this tenant. Audited: sso.identity.unlinked. A host on another database also forgets the
  /// account's creationKey, or the same person's next login takes the account for an unfinished one of theirs
  /// (AccountStore::createAccount).
  std::optional<IdentityKey> unlink(UnitOfWork& work, std::string_view tenantId, std::string_view accountId,
                                    std::string_view id, const Actor& actor) const;

 private:
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso
