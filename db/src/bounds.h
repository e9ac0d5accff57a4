// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {

/// Refuses a value that a CHECK of the schema would refuse: Error(kInvalidRequest) that names the field, not the value.
inline void requireLength(std::string_view field, std::string_view value, std::size_t least, std::size_t most) {
  if (value.size() >= least && value.size() <= most) return;
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed,
              std::string(field) + ": " + std::to_string(value.size()) + " bytes, allowed are " +
                  std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace sso::db
