// SPDX-License-Identifier: Apache-2.0
#include "scalekit/listing_cache.h"

#include <algorithm>
#include <optional>

#include "base/time_budget.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::chrono::seconds kLongestWait{30};  // for a caller without a TimeBudget

}  // namespace

std::shared_ptr<const ConnectionList> ListingCache::get(const ListingKey& key, const Fetch& fetch) {
  std::shared_ptr<Slot> slot;
  std::optional<Bulkhead::Turn> turn;
  {
    std::unique_lock lock(mutex_);
    const auto found = slots_.find(key);
    if (found != slots_.end()) {
      slot = found->second;
      if (slot->fetching) turn.emplace(bulkhead_.get());
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
    if (!turn) turn.emplace(bulkhead_.get());  // before the others wait for this one
    if (current == slots_.end()) {
      makeRoom();
    } else {
      erase(current);
    }
    slot = std::make_shared<Slot>();
    slots_[key] = slot;
  }
  return fetchInto(key, slot, fetch);
}

std::shared_ptr<const ConnectionList> ListingCache::fetchInto(const ListingKey& key, const std::shared_ptr<Slot>& slot,
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
  const auto current = slots_.find(key);
  const bool ours = current != slots_.end() && current->second == slot;  // forget() may have been faster
  if (failure) {
    slot->failure = failure;
    if (ours) slots_.erase(current);
    std::rethrow_exception(failure);
  }
  const bool positive = std::any_of(list->begin(), list->end(), [](const auto& item) { return item.active; });
  slot->list = list;
  slot->freshUntil = clock_->steady() + (positive ? kKept : kKeptNegative);
  if (ours) expiries_.emplace(slot->freshUntil, key);
  return list;
}

/// With the lock. Slots under way stay: somebody waits for them.
void ListingCache::makeRoom() {
  while (slots_.size() >= kMaxKeys && !expiries_.empty()) erase(slots_.find(expiries_.begin()->second));
}

/// With the lock.
ListingCache::Slots::iterator ListingCache::erase(Slots::iterator entry) {
  if (!entry->second->fetching) expiries_.erase({entry->second->freshUntil, entry->first});
  return slots_.erase(entry);
}

void ListingCache::forget(const std::string& organizationId) {
  std::lock_guard lock(mutex_);
  auto entry = slots_.lower_bound(ListingKey{organizationId});
  while (entry != slots_.end() && entry->first.organizationId == organizationId) entry = erase(entry);
}

std::size_t ListingCache::size() const {
  std::lock_guard lock(mutex_);
  return slots_.size();
}

}  // namespace sso::detail
