// SPDX-License-Identifier: Apache-2.0
#include "scalekit/listing_cache.h"

#include <algorithm>

#include "base/time_budget.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::chrono::seconds kLongestWait{30};  // for a caller without a TimeBudget

}  // namespace

std::shared_ptr<const ConnectionList> ListingCache::get(const std::string& key, const Fetch& fetch) {
  std::shared_ptr<Slot> slot;
  {
    std::unique_lock lock(mutex_);
    const auto found = slots_.find(key);
    if (found != slots_.end()) {
      slot = found->second;
      if (!finished_.wait_for(lock, TimeBudget::atMost(kLongestWait), [&] { return !slot->fetching; })) {
        throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "another request still asks for this list");
      }
      if (slot->failure) std::rethrow_exception(slot->failure);
      if (slot->freshUntil > clock_->steady()) return slot->list;
    }
    // Whoever waited beside us may have begun the next fetch meanwhile.
    const auto current = slots_.find(key);
    if (current != slots_.end() && current->second != slot) {
      lock.unlock();
      return get(key, fetch);
    }
    if (current == slots_.end()) makeRoom();
    slot = std::make_shared<Slot>();
    slots_[key] = slot;
  }
  return fetchInto(key, slot, fetch);
}

std::shared_ptr<const ConnectionList> ListingCache::fetchInto(const std::string& key, const std::shared_ptr<Slot>& slot,
                                                              const Fetch& fetch) {
  std::shared_ptr<const ConnectionList> list;
  std::exception_ptr failure;
  try {
    list = std::make_shared<const ConnectionList>(fetch());
  } catch (...) {
    failure = std::current_exception();
  }
  std::lock_guard lock(mutex_);
  slot->fetching = false;
  finished_.notify_all();
  if (failure) {
    slot->failure = failure;
    const auto current = slots_.find(key);
    if (current != slots_.end() && current->second == slot) slots_.erase(current);  // forget() may have been faster
    std::rethrow_exception(failure);
  }
  const bool positive = std::any_of(list->begin(), list->end(), [](const auto& item) { return item.active; });
  slot->list = list;
  slot->freshUntil = clock_->steady() + (positive ? kKept : kKeptNegative);
  return list;
}

/// With the lock. Slots under way stay: somebody waits for them.
void ListingCache::makeRoom() {
  if (slots_.size() < kMaxKeys) return;
  const auto now = clock_->steady();
  std::erase_if(slots_, [&](const auto& entry) { return !entry.second->fetching && entry.second->freshUntil <= now; });
  while (slots_.size() >= kMaxKeys) {
    const auto first = std::min_element(slots_.begin(), slots_.end(), [](const auto& a, const auto& b) {
      if (a.second->fetching != b.second->fetching) return !a.second->fetching;
      return a.second->freshUntil < b.second->freshUntil;
    });
    if (first->second->fetching) return;
    slots_.erase(first);
  }
}

void ListingCache::forget(const std::function<bool(const std::string& key)>& picks) {
  std::lock_guard lock(mutex_);
  std::erase_if(slots_, [&](const auto& entry) { return picks(entry.first); });
}

std::size_t ListingCache::size() const {
  std::lock_guard lock(mutex_);
  return slots_.size();
}

}  // namespace sso::detail
