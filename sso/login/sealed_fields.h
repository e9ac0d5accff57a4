// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sso::detail {

/// How far the clocks of two instances may be apart, of which one seals a cookie and the other opens it.
constexpr std::chrono::minutes kClockMargin{5};

/// The plaintext of a sealed cookie: a version and a fixed number of fields, one per line. No field holds a line break
/// (the verifier and the return-path rule refuse control bytes), so nothing needs escaping.
/// Throws Error(kInternal) if one does.
std::string joinFields(std::string_view version, std::initializer_list<std::string_view> fields);
/// The fields, without the version; nullopt unless version and count are exactly these.
std::optional<std::vector<std::string>> splitFields(std::string_view text, std::string_view version, std::size_t count);
/// Epoch seconds as written by std::to_string; nullopt for anything else.
std::optional<long long> parseInteger(std::string_view text);

}  // namespace sso::detail
