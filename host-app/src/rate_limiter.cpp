// SPDX-License-Identifier: Apache-2.0
#include "rate_limiter.h"

#include <algorithm>
#include <cmath>

#include "sso/digest.h"

namespace hostapp {

namespace {

using Milliseconds = std::chrono::milliseconds;

/// Above what is allowed by no more than rounding.
constexpr double kSlack = 1e-6;

std::int64_t msOf(sso::TimePoint time) {
  return std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
}
std::int64_t msOf(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

RateLimiter::RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock)
    : RateLimiter(limit, std::move(clock), Sharing()) {}

RateLimiter::RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock, Sharing sharing, std::size_t maxKeys)
    : limit_(limit),
      clock_(std::move(clock)),
      sharing_(std::move(sharing)),
      maxKeys_(maxKeys),
      epochMs_(msOf(clock_->now()) - msOf(clock_->steady())) {}

/// Steady from the start on: a clock that is set back must not lift a limit.
std::int64_t RateLimiter::nowMs() const { return epochMs_ + msOf(clock_->steady()); }

std::int64_t RateLimiter::windowMs() const { return Milliseconds(limit_.window).count(); }

/// Bounds the memory of a key, and keeps addresses out of it and of the table.
std::string RateLimiter::idOf(std::string_view key) const {
  return sso::sha256Hex(sharing_.name + "\n" + std::string(key));
}

std::optional<std::chrono::seconds> RateLimiter::take(std::string_view key) {
  if (auto wait = check(key)) return wait;
  const auto wait = count({{this, key}}).front();
  if (wait) {
    giveBack(key);
    count({{this, key, 0}});  // once: from now on this is known here
  }
  return wait;
}

std::optional<std::chrono::seconds> RateLimiter::check(std::string_view key) {
  const std::string id = idOf(key);
  const std::lock_guard lock(mutex_);
  const std::int64_t now = nowMs();
  const Entry* entry = find(id, now / windowMs());
  if (entry == nullptr) return std::nullopt;
  return waitFor(*entry, now);
}

void RateLimiter::note(std::string_view key) { count({{this, key}}); }

void RateLimiter::giveBack(std::string_view key) {
  const std::string id = idOf(key);
  const std::lock_guard lock(mutex_);
  Entry* entry = find(id, nowMs() / windowMs());
  if (entry == nullptr) return;
  // Taken just before the border of two windows, it counts in the older one.
  double& counted = entry->current >= 1 ? entry->current : entry->previous;
  if (&counted == &entry->current) entry->unshared -= 1;
  counted = std::max(0.0, counted - 1);
}

void RateLimiter::forget(std::string_view key) {
  const std::string id = idOf(key);
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(id, nowMs() / windowMs());
    if (sharing_.rates && entry != nullptr && entry->current + entry->previous <= 1) {
      // Nothing but the use that succeeded: the next exchange takes it back.
      entry->unshared -= entry->current;
      entry->current = 0;
      return;
    }
    if (entry != nullptr) {
      byUse_.erase(entries_.at(id));
      entries_.erase(id);
    }
  }
  if (sharing_.rates) sharing_.rates->forget(id);
}

std::vector<RateLimiter::Wait> RateLimiter::count(const std::vector<Use>& uses) {
  std::vector<Counting> countings;
  std::vector<SharedRates::Use> told;
  for (const Use& use : uses) {
    countings.push_back(use.limiter->countHere(use.key, use.by));
    if (countings.back().told) told.push_back(*countings.back().told);
  }
  if (!told.empty()) {
    const auto totals = uses.front().limiter->sharing_.rates->add(told);
    for (std::size_t i = 0, next = 0; i < uses.size(); ++i) {
      if (!countings[i].told) continue;
      uses[i].limiter->learn(countings[i], totals ? std::optional(totals->at(next)) : std::nullopt);
      ++next;
    }
  }
  std::vector<Wait> waits;
  for (std::size_t i = 0; i < uses.size(); ++i) waits.push_back(uses[i].limiter->verdictOn(countings[i]));
  return waits;
}

/// In one hold of the lock: what is told must contain the use that is judged by the answer.
RateLimiter::Counting RateLimiter::countHere(std::string_view key, int by) {
  const std::string id = idOf(key);
  const std::lock_guard lock(mutex_);
  const std::int64_t now = nowMs();
  const std::int64_t window = now / windowMs();
  // Asking about strangers must not push out those who are counted.
  if (by == 0 && !sharing_.rates && find(id, window) == nullptr) return {Entry{}, now, by};
  Entry& entry = findOrAdd(id, window);
  entry.current += by;
  entry.unshared += by;
  Counting counting{entry, now, by};
  const bool few = limit_.untold > 0 && entry.current + entry.previous <= limit_.untold;
  if (!sharing_.rates || few) return counting;
  const auto unshared = static_cast<std::int64_t>(entry.unshared);
  entry.unshared -= static_cast<double>(unshared);
  counting.told = SharedRates::Use{id, window, unshared, (window + 2) * limit_.window.count()};
  return counting;
}

void RateLimiter::learn(Counting& counting, const std::optional<SharedRates::Totals>& totals) {
  const SharedRates::Use& told = *counting.told;
  if (totals) {
    counting.entry.previous = static_cast<double>(totals->previous);
    counting.entry.current = static_cast<double>(totals->current);
  }
  const std::lock_guard lock(mutex_);
  Entry* entry = find(told.id, nowMs() / windowMs());
  if (entry == nullptr) return;  // forgotten meanwhile
  const bool sameWindow = entry->window == told.window;
  if (!totals) {
    if (sameWindow) entry->unshared += static_cast<double>(told.by);
    return;
  }
  // What was counted here meanwhile comes on top; what all have counted is the truth otherwise.
  if (sameWindow) {
    entry->previous = counting.entry.previous;
    entry->current = std::max(0.0, counting.entry.current + entry->unshared);
  } else if (entry->window == told.window + 1) {
    entry->previous = counting.entry.current;
  }
}

std::optional<std::chrono::seconds> RateLimiter::verdictOn(const Counting& counting) const {
  Entry without = counting.entry;  // as if the use itself were still to come
  without.current = std::max(0.0, without.current - counting.by);
  return waitFor(without, counting.nowMs);
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
    entry.unshared = 0;
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
  byUse_.push_front(Entry{key, window, 0, 0, 0});
  entries_[key] = byUse_.begin();
  return byUse_.front();
}

std::optional<std::chrono::seconds> RateLimiter::waitFor(const Entry& entry, std::int64_t now) const {
  const double most = limit_.most;
  const auto window = static_cast<double>(windowMs());
  const double passed = static_cast<double>(now % windowMs());
  const double used = entry.previous * (1 - passed / window) + entry.current;
  if (used + 1 <= most + kSlack) return std::nullopt;
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
