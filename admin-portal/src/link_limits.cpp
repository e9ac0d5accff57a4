// SPDX-License-Identifier: Apache-2.0
#include "link_limits.h"

#include <algorithm>

#include "sso/digest.h"

namespace sso::admin_portal {
namespace {

constexpr std::chrono::seconds kWindow{60};

std::chrono::seconds roundedUp(Allowance::Instant::duration wait) {
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
}

}  // namespace

Allowance::Allowance(double most, std::chrono::seconds window, std::size_t maxKeys)
    : each_(std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double>(window) / std::max(1.0, most))),
      burst_(std::chrono::duration_cast<Instant::duration>(each_ * std::max(1.0, most))),
      maxKeys_(maxKeys) {}

std::optional<std::chrono::seconds> Allowance::take(std::string_view key, Instant now) {
  std::string digest = sha256Hex(key);  // bounds the memory of a key
  const std::lock_guard lock(mutex_);
  const auto found = fullAt_.find(digest);
  const Instant from = found == fullAt_.end() ? now : std::max(now, found->second);
  const Instant next = from + each_;
  if (next - now > burst_) return roundedUp(next - now - burst_);
  if (found != fullAt_.end()) {
    found->second = next;
  } else {
    if (fullAt_.size() >= maxKeys_) makeRoom(now);
    fullAt_.emplace(std::move(digest), next);
  }
  return std::nullopt;
}

void Allowance::makeRoom(Instant now) {
  std::erase_if(fullAt_, [&](const auto& entry) { return entry.second <= now; });
  if (fullAt_.size() < maxKeys_) return;
  fullAt_.erase(std::min_element(fullAt_.begin(), fullAt_.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; }));
}

std::size_t Allowance::size() const {
  const std::lock_guard lock(mutex_);
  return fullAt_.size();
}

LinkLimits::LinkLimits(double linksPerAccount, double linksPerTenant, double looksPerAccount)
    : linksOfAccount_(linksPerAccount, kWindow),
      linksOfTenant_(linksPerTenant, kWindow),
      looks_(looksPerAccount, kWindow) {}

std::optional<std::chrono::seconds> LinkLimits::takeLink(std::string_view accountId, std::string_view tenantId,
                                                         Allowance::Instant now) {
  // The account's own first: one that is over its limit uses nothing of its colleagues' up.
  if (auto wait = linksOfAccount_.take(accountId, now)) return wait;
  return linksOfTenant_.take(tenantId, now);
}

std::optional<std::chrono::seconds> LinkLimits::takeLook(std::string_view accountId, Allowance::Instant now) {
  return looks_.take(accountId, now);
}

}  // namespace sso::admin_portal
