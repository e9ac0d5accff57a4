// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "scalekit/connection_list.h"
#include "sso/runtime.h"

namespace sso::detail {

/// Lists of connections, each kept for 60 s, or 10 s when nothing in it is active, so that a customer who has just
/// switched single sign-on on sees it soon. One fetch per key however many wait; all of them share its outcome; a
/// failure is not kept. At most 10,000 keys; the one that expires first makes room. Thread-safe.
class ListingCache {
 public:
  static constexpr std::chrono::seconds kKept{60}, kKeptNegative{10};
  static constexpr std::size_t kMaxKeys = 10'000;
  using Fetch = std::function<ConnectionList()>;

  explicit ListingCache(std::shared_ptr<Clock> clock) : clock_(std::move(clock)) {}
  /// The list; calls fetch, without a lock, when none is fresh. Throws what fetch threw, and
  /// Error(kUpstreamUnavailable) when another caller's fetch takes longer than this one's request may.
  std::shared_ptr<const ConnectionList> get(const std::string& key, const Fetch& fetch);
  /// Drops what is kept under the keys that this picks. Whoever waits for a fetch that is under way still gets
  /// its outcome; the next caller begins another one.
  void forget(const std::function<bool(const std::string& key)>& picks);
  std::size_t size() const;

 private:
  /// One key's list, or the fetch for it that is under way.
  struct Slot {
    std::shared_ptr<const ConnectionList> list;
    std::exception_ptr failure;
    std::chrono::steady_clock::time_point freshUntil;
    bool fetching = true;
  };

  std::shared_ptr<const ConnectionList> fetchInto(const std::string& key, const std::shared_ptr<Slot>& slot,
                                                  const Fetch& fetch);
  void makeRoom();

  std::shared_ptr<Clock> clock_;
  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;
};

}  // namespace sso::detail
