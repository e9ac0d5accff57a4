// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace sso::db {

/// The JSON column of an audit event's details. Reading is strict: a duplicate or another type is Error(kStorage).
std::string detailsToJson(const std::map<std::string, std::string>& details);
std::map<std::string, std::string> detailsFromJson(std::string_view text);

}  // namespace sso::db
