// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::db {

/// Lower-case hexadecimal.
std::string sha256Hex(std::string_view data);

}  // namespace sso::db
