// SPDX-License-Identifier: Apache-2.0
#include "login/organization_cache.h"

#include <utility>

namespace sso::detail {

OrganizationCache::OrganizationCache(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock)
    : storage_(std::move(storage)), clock_(std::move(clock)) {}

OrganizationCache::Found OrganizationCache::byId(std::string_view organizationId) {
  return cached("id " + std::string(organizationId),
                [&] { return storage_->organizations().findOrganization(organizationId); });
}

OrganizationCache::Found OrganizationCache::byDomain(std::string_view canonicalDomain) {
  return cached("domain " + std::string(canonicalDomain),
                [&] { return storage_->organizations().findByDomain(canonicalDomain); });
}

OrganizationCache::Found OrganizationCache::byTenant(std::string_view tenantId) {
  return cached("tenant " + std::string(tenantId), [&] { return storage_->organizations().findByTenant(tenantId); });
}

void OrganizationCache::forget(const Organization& organization) {
  std::lock_guard lock(mutex_);
  entries_.erase("id " + organization.id);
  entries_.erase("tenant " + organization.tenantId);
  for (const auto& domain : organization.domains) entries_.erase("domain " + domain);
}

OrganizationCache::Found OrganizationCache::cached(std::string key, const Read& read) {
  {
    std::lock_guard lock(mutex_);
    const auto entry = entries_.find(key);
    if (entry != entries_.end() && clock_->steady() - entry->second.readAt < kMaxAge) {
      return entry->second.organization;
    }
  }
  const auto readAt = clock_->steady();
  auto row = read();
  Found found = row ? std::make_shared<const Organization>(std::move(*row)) : nullptr;
  std::lock_guard lock(mutex_);
  if (entries_.size() >= kMaxEntries) {
    std::erase_if(entries_, [&](const auto& entry) { return readAt - entry.second.readAt >= kMaxAge; });
    if (entries_.size() >= kMaxEntries) entries_.clear();  // a flood of guesses: start over, bounded
  }
  entries_.insert_or_assign(std::move(key), Entry{found, readAt});
  return found;
}

}  // namespace sso::detail
