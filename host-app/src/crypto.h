// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sso/runtime.h"

namespace hostapp {

/// This many unpredictable bytes, in lower-case hexadecimal.
std::string randomHex(sso::RandomSource& random, std::size_t bytes);
/// 64 lower-case hexadecimal characters.
std::string sha256Hex(std::string_view data);
std::string hmacSha256Hex(std::string_view key, std::string_view data);
/// Runs in time that depends on the lengths only.
bool equalsConstantTime(std::string_view a, std::string_view b);
/// RFC 4648 section 4, with padding.
std::string encodeBase64(std::string_view bytes);

}  // namespace hostapp
