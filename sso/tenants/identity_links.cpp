// SPDX-License-Identifier: Apache-2.0
#include "sso/identity_links.h"

#include <algorithm>
#include <utility>

#include "sso/digest.h"
#include "tenants/event_by.h"

namespace sso {
namespace {

/// The key itself stays here: who a person is at the identity provider is no form field's business.
std::string linkIdOf(const IdentityKey& key) {
  // Each part with its length before it, so that no two identities run together.
  std::string parts = "sso identity link";
  for (const auto& part : {key.issuer, key.connectionId, key.subject}) {
    parts.append("\n").append(std::to_string(part.size())).append(":").append(part);
  }
  return sha256Hex(parts);
}

std::vector<IdentityLink> linksOf(const std::vector<Identity>& identities) {
  std::vector<IdentityLink> links;
  links.reserve(identities.size());
  for (const auto& identity : identities) {
    links.push_back({linkIdOf(identity.key), identity.accountId, identity.key.connectionId, identity.email,
                     identity.linkedAt, identity.lastLoginAt});
  }
  return links;
}

}  // namespace

IdentityLinks::IdentityLinks(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock)
    : storage_(std::move(storage)), clock_(std::move(clock)) {}

std::vector<IdentityLink> IdentityLinks::of(std::string_view tenantId, std::string_view accountId) const {
  return ofAll(tenantId, {std::string(accountId)});
}

std::vector<IdentityLink> IdentityLinks::ofAll(std::string_view tenantId,
                                               const std::vector<std::string>& accountIds) const {
  return linksOf(storage_->identities().identitiesOfTenant(tenantId, accountIds));
}

std::optional<IdentityKey> IdentityLinks::unlink(UnitOfWork& work, std::string_view tenantId,
                                                 std::string_view accountId, std::string_view id,
                                                 const Actor& actor) const {
  const auto identities = storage_->identities().identitiesOfTenant(work, tenantId, accountId);
  const auto found = std::find_if(identities.begin(), identities.end(),
                                  [&](const Identity& identity) { return linkIdOf(identity.key) == id; });
  if (found == identities.end()) return std::nullopt;
  if (!storage_->identities().unlinkIdentity(work, found->key)) return std::nullopt;  // somebody was quicker
  auto event = detail::eventBy(actor, "sso.identity.unlinked", found->organizationId, clock_->now());
  event.connectionId = found->key.connectionId;
  event.details = {{"account", found->accountId}, {"identity", linkIdOf(found->key)}};
  storage_->audit().record(work, event);
  return found->key;
}

}  // namespace sso
