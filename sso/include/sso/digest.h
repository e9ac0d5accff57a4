// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso {

/// 32 raw bytes. Throws Error(kInternal), as the next two do.
std::string sha256(std::string_view data);
/// 64 lower-case hexadecimal characters: the form in which to store what is looked up by a token.
std::string sha256Hex(std::string_view data);
/// RFC 2104; 32 raw bytes.
std::string hmacSha256(std::string_view key, std::string_view data);
/// Lower-case hexadecimal.
std::string toHex(std::string_view bytes);
/// Runs in time that depends on the lengths only.
bool equalsConstantTime(std::string_view a, std::string_view b);

}  // namespace sso
