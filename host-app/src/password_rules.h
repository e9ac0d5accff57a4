// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hostapp {

inline constexpr std::size_t kShortestPassword = 12, kLongestPassword = 256;

/// What is wrong with a new password, as a sentence for its owner; nullopt when it may be used. Length and a list of
/// common choices count, composition rules do not (NIST SP 800-63B 5.1.1.2). The account's own address and name are no
/// passwords.
std::optional<std::string> problemWithPassword(std::string_view password, std::string_view email,
                                               std::string_view displayName);

}  // namespace hostapp
