// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sso::detail {

struct JsonLimits {
  std::size_t maxBytes = 1 << 20;
  std::size_t maxDepth = 32;
};

/// Parses one JSON document from outside: UTF-8 checked, no BOM, nothing after it (NUL included), no duplicate member
/// anywhere, depth and size bounded before anything is built (SECURITY 5, items 11-13). Throws Error(kUpstreamRejected)
/// with reason json_duplicate or malformed.
nlohmann::json parseStrictJson(std::string_view text, const JsonLimits& limits = {});

/// Typed reads that never throw and never convert: nullopt when absent or of another type.
std::optional<std::string> stringMember(const nlohmann::json& object, std::string_view name);
std::optional<std::int64_t> integerMember(const nlohmann::json& object,
                                          std::string_view name);  ///< only integers within int64
std::optional<bool> booleanMember(const nlohmann::json& object, std::string_view name);
/// An array of strings only.
std::optional<std::vector<std::string>> stringsMember(const nlohmann::json& object, std::string_view name);

}  // namespace sso::detail
