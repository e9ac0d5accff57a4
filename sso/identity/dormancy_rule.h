// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "sso/runtime.h"

namespace sso::detail {

/// From when on an account is dormant (JIT.md row 32): so many days after it was used last, and, where its owner was
/// told since then, never before the time that they were given is over. days: not 0.
TimePoint dormantFrom(TimePoint lastUsedAt, std::optional<TimePoint> noticedAt, std::uint32_t days);

}  // namespace sso::detail
