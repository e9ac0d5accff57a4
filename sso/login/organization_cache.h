// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/storage.h"

namespace sso::detail {

/// Organizations as they were a few seconds ago, for routing and for beginning a login; the callback reads them fresh.
/// Unknown ones are remembered, too, so that guessing costs the database little. At most kMaxEntries; no lock is held
/// while the database is asked. Thread-safe.
class OrganizationCache {
 public:
  using Found = std::shared_ptr<const Organization>;  ///< null: we do not know it

  OrganizationCache(std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock);
  /// Throw Error(kStorage) when the answer is not at hand and the database is away.
  Found byId(std::string_view organizationId);
  Found byDomain(std::string_view canonicalDomain);
  Found byTenant(std::string_view tenantId);

  /// Its next reader on this instance looks it up again, by whatever name.
  void forget(const Organization& organization);

  static constexpr std::chrono::seconds kMaxAge{10};
  static constexpr std::size_t kMaxEntries = 4096;

 private:
  struct Entry {
    Found organization;
    std::chrono::steady_clock::time_point readAt;
  };
  using Read = std::function<std::optional<Organization>()>;
  Found cached(std::string key, const Read& read);

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace sso::detail
