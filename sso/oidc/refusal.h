// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sso/error.h"

namespace sso::detail {

/// A check of the login path said no. The detail is a fixed text: nothing of a token ever gets into an error.
[[noreturn]] inline void refuse(std::string_view reason, std::string_view detail) {
  throw Error(ErrorCode::kLoginFailed, reason, detail);
}

}  // namespace sso::detail
