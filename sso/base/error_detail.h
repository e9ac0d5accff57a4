// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/error.h"

namespace sso::detail {

/// What an error says beyond its name and reason, which its text begins with: for lists of problems.
inline std::string detailOf(const Error& error) {
  const std::string_view text = error.what();
  const std::string prefix = std::string(error.name()) + " (" + error.reason() + "): ";
  return std::string(text.substr(text.starts_with(prefix) ? prefix.size() : 0));
}

}  // namespace sso::detail
