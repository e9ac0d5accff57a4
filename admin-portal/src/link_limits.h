// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sso::admin_portal {

/// How often one key may do something: a burst of `most`, refilled evenly over `window` (the generic cell rate
/// algorithm: one point in time for each key). Bounded: past maxKeys, those that are full again are forgotten, then the
/// one nearest to it. Thread-safe.
class Allowance {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Allowance(double most, std::chrono::seconds window, std::size_t maxKeys = 20'000);
  /// Takes one; nullopt: it was there. Otherwise nothing is taken, and this is how long to wait, at least a second.
  std::optional<std::chrono::seconds> take(std::string_view key, Instant now);
  std::size_t size() const;

 private:
  void makeRoom(Instant now);

  Instant::duration each_, burst_;
  std::size_t maxKeys_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Instant> fullAt_;  // key (digest) -> when its allowance is whole again
};

/// The limits of AdminPortal (SEC-AP-11).
class LinkLimits {
 public:
  LinkLimits(double linksPerAccount, double linksPerTenant, double looksPerAccount);
  std::optional<std::chrono::seconds> takeLink(std::string_view accountId, std::string_view tenantId,
                                               Allowance::Instant now);
  std::optional<std::chrono::seconds> takeLook(std::string_view accountId, Allowance::Instant now);

 private:
  Allowance linksOfAccount_, linksOfTenant_, looks_;
};

}  // namespace sso::admin_portal
