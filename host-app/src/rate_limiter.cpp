// SPDX-License-Identifier: Apache-2.0
#include "rate_limiter.h"

#include <algorithm>
#include <cmath>

#include "sso/digest.h"

namespace hostapp {

RateLimiter::RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock, std::size_t maxKeys)
    : limit_(limit), clock_(std::move(clock)), maxKeys_(maxKeys) {}

std::int64_t RateLimiter::nowMs() const {
  // Steady: a clock that is set back must not lift a limit.
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady().time_since_epoch()).count();
}

std::int64_t RateLimiter::windowMs() const { return std::chrono::milliseconds(limit_.window).count(); }

std::optional<std::chrono::seconds> RateLimiter::take(std::string_view key) {
  const std::string digest = sso::sha256Hex(key);  // bounds the memory of a key and keeps addresses out of it
  const std::lock_guard lock(mutex_);
  const std::int64_t now = nowMs();
  Entry& entry = findOrAdd(digest, now / windowMs());
  if (auto wait = waitFor(entry, limit_.most, now)) return wait;
  entry.current += 1;
  return std::nullopt;
}

std::optional<std::chrono::seconds> RateLimiter::check(std::string_view key, std::optional<double> most) {
  const std::string digest = sso::sha256Hex(key);
  const std::lock_guard lock(mutex_);
  const std::int64_t now = nowMs();
  const Entry* entry = find(digest, now / windowMs());
  if (entry == nullptr) return std::nullopt;
  return waitFor(*entry, most.value_or(limit_.most), now);
}

void RateLimiter::note(std::string_view key) {
  const std::string digest = sso::sha256Hex(key);
  const std::lock_guard lock(mutex_);
  findOrAdd(digest, nowMs() / windowMs()).current += 1;
}

void RateLimiter::giveBack(std::string_view key) {
  const std::string digest = sso::sha256Hex(key);
  const std::lock_guard lock(mutex_);
  Entry* entry = find(digest, nowMs() / windowMs());
  if (entry == nullptr) return;
  // Taken just before the border of two windows, it counts in the older one.
  double& count = entry->current >= 1 ? entry->current : entry->previous;
  count = std::max(0.0, count - 1);
}

void RateLimiter::forget(std::string_view key) {
  const std::string digest = sso::sha256Hex(key);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return;
  byUse_.erase(found->second);
  entries_.erase(found);
}

std::size_t RateLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

RateLimiter::Entry* RateLimiter::find(const std::string& key, std::int64_t window) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  byUse_.splice(byUse_.begin(), byUse_, found->second);
  Entry& entry = *found->second;
  if (entry.window != window) {
    entry.previous = entry.window + 1 == window ? entry.current : 0;
    entry.current = 0;
    entry.window = window;
  }
  return &entry;
}

RateLimiter::Entry& RateLimiter::findOrAdd(const std::string& key, std::int64_t window) {
  if (Entry* entry = find(key, window)) return *entry;
  if (entries_.size() >= maxKeys_) {
    entries_.erase(byUse_.back().key);
    byUse_.pop_back();
  }
  byUse_.push_front(Entry{key, window, 0, 0});
  entries_[key] = byUse_.begin();
  return byUse_.front();
}

std::optional<std::chrono::seconds> RateLimiter::waitFor(const Entry& entry, double most, std::int64_t now) const {
  const auto window = static_cast<double>(windowMs());
  const double passed = static_cast<double>(now % windowMs());
  const double used = entry.previous * (1 - passed / window) + entry.current;
  if (used + 1 <= most + 1e-6) return std::nullopt;
  // The older window's share shrinks by the second: solve previous * (1 - t / window) + current + 1 = most for t. When
  // this window alone is full, it first has to become the older one.
  double waitMs = 0;
  if (entry.current + 1 <= most) {
    waitMs = window * (1 - (most - entry.current - 1) / entry.previous) - passed;
  } else {
    waitMs = window - passed + window * (1 - (most - 1) / entry.current);
  }
  return std::chrono::seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(waitMs / 1000))));
}

}  // namespace hostapp
