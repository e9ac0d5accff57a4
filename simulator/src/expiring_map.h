// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace scalekit_simulator {

/// Text keys with an end: bounded in number, oldest out first, so that no flood of requests fills the memory.
/// Not thread-safe: lives inside State.
template <typename Value>
class ExpiringMap {
 public:
  using Instant = std::chrono::sys_seconds;

  explicit ExpiringMap(std::size_t capacity) : capacity_(capacity) {}

  Value& put(const std::string& key, Value value, Instant expiresAt) {
    if (!entries_.contains(key)) {
      while (order_.size() >= capacity_) forgetOldest();
      order_.push_back(key);
    }
    return entries_.insert_or_assign(key, Entry{std::move(value), expiresAt}).first->second.value;
  }
  /// Null when unknown or expired.
  Value* find(const std::string& key, Instant now) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || now >= found->second.expiresAt) return nullptr;
    return &found->second.value;
  }
  void erase(const std::string& key) { entries_.erase(key); }
  template <typename Visit>
  void forEach(const Visit& visit) {
    for (auto& [key, entry] : entries_) visit(key, entry.value, entry.expiresAt);
  }
  std::size_t size() const { return entries_.size(); }
  /// Drops what is over, from the old end, a few at a time: no pause, however much there is.
  void sweep(Instant now) {
    for (int i = 0; i < 8 && !order_.empty(); ++i) {
      const auto found = entries_.find(order_.front());
      if (found != entries_.end() && now < found->second.expiresAt) return;
      forgetOldest();
    }
  }

 private:
  struct Entry {
    Value value;
    Instant expiresAt;
  };
  void forgetOldest() {
    entries_.erase(order_.front());
    order_.pop_front();
  }

  std::size_t capacity_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace scalekit_simulator
