// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sso/runtime.h"

namespace hostapp {

/// This many unpredictable bytes, in lower-case hexadecimal.
std::string randomHex(sso::RandomSource& random, std::size_t bytes);
/// RFC 4648 section 4, with padding.
std::string encodeBase64(std::string_view bytes);

}  // namespace hostapp
