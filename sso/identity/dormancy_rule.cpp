// SPDX-License-Identifier: Apache-2.0
#include "identity/dormancy_rule.h"

#include <algorithm>
#include <chrono>

#include "sso/storage.h"

namespace sso::detail {

TimePoint dormantFrom(TimePoint lastUsedAt, std::optional<TimePoint> noticedAt, std::uint32_t days) {
  const auto limit = lastUsedAt + std::chrono::hours(24) * days;
  // A notice that is older than the last use is over long before the limit: the shortest is twice its time.
  return noticedAt ? std::max(limit, *noticedAt + DormancyStore::kNotice) : limit;
}

}  // namespace sso::detail
