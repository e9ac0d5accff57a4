// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/bulkhead.h"
#include "scalekit/connection_list.h"
#include "sso/runtime.h"

namespace sso::detail {

/// Which list: of an organization's connections, all of them or those that serve a domain.
struct ListingKey {
  std::string organizationId;
  std::string domain = {};  ///< empty: all
  auto operator<=>(const ListingKey&) const = default;
};

/// Lists of connections, each kept for 60 s, or 10 s when nothing in it is active, so that a customer who has just
/// switched single sign-on on sees it soon. One fetch per key however many wait; all of them share its outcome; a
/// failure is not kept. At most 10,000 keys; the one that expires first makes room. Nothing here passes over all of
/// them: with ten thousand customers that would cost every visit of a settings page more than its database.
/// Thread-safe.
class ListingCache {
 public:
  static constexpr std::chrono::seconds kKept{60}, kKeptNegative{10};
  static constexpr std::size_t kMaxKeys = 10'000;
  using Fetch = std::function<ConnectionList()>;

  /// bulkhead: where those who wait for another caller's fetch take turns; null: as many as like.
  explicit ListingCache(std::shared_ptr<Clock> clock, std::shared_ptr<Bulkhead> bulkhead = nullptr)
      : clock_(std::move(clock)), bulkhead_(std::move(bulkhead)) {}
  /// The list; calls fetch, without a lock, when none is fresh. Throws what fetch threw, and
  /// Error(kUpstreamUnavailable) when another caller's fetch takes longer than this one's request may, or too many
  /// wait.
  std::shared_ptr<const ConnectionList> get(const ListingKey& key, const Fetch& fetch);
  /// Drops what is kept of this organization. Whoever waits for a fetch that is under way still gets
  /// its outcome; the next caller begins another one.
  void forget(const std::string& organizationId);
  std::size_t size() const;

 private:
  /// One key's list, or the fetch for it that is under way.
  struct Slot {
    std::shared_ptr<const ConnectionList> list;
    std::exception_ptr failure;
    std::chrono::steady_clock::time_point freshUntil;
    bool fetching = true;
  };

  using Slots = std::map<ListingKey, std::shared_ptr<Slot>>;
  std::shared_ptr<const ConnectionList> fetchInto(const ListingKey& key, const std::shared_ptr<Slot>& slot,
                                                  const Fetch& fetch);
  void makeRoom();
  Slots::iterator erase(Slots::iterator entry);

  std::shared_ptr<Clock> clock_;
  std::shared_ptr<Bulkhead> bulkhead_;
  mutable std::mutex mutex_;
  std::condition_variable finished_;
  Slots slots_;
  /// Those of slots_ whose fetch is over, the first to expire in front.
  std::set<std::pair<std::chrono::steady_clock::time_point, ListingKey>> expiries_;
};

}  // namespace sso::detail
