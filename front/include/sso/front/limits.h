// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace sso::front {

/// What a client may send before anything of it is believed. Each limit is met while the bytes arrive, not afterwards.
struct HeadLimits {
  std::size_t maxHeadBytes = 16 << 10;      ///< request line, fields and the empty line after them; more is 431
  std::size_t maxTargetBytes = 8 << 10;     ///< more is 414
  std::size_t maxFields = 64;               ///< more is 431
  std::uint64_t maxBodyBytes = 1ULL << 20;  ///< a declared or chunked body over it is 413; never over 2^53
};

}  // namespace sso::front
