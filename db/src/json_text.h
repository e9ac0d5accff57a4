// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "sso/organization.h"

namespace sso::db {

/// JSON columns. Reading is strict: a member or word that this build does not know, a missing member, a duplicate, or
/// another type is Error(kStorage) - an error never turns into a default (JIT.md, part 2: an unknown value denies).
std::string policyToJson(const OrganizationPolicy& policy);
OrganizationPolicy policyFromJson(std::string_view text);

std::string detailsToJson(const std::map<std::string, std::string>& details);
std::map<std::string, std::string> detailsFromJson(std::string_view text);

}  // namespace sso::db
