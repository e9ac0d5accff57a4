// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/organization_policy.h"

namespace sso::db {

/// The JSON column of an organization's policy. Reading is strict: a member or word that this build does not know, a
/// missing member, a duplicate, or another type, and what problemsOf() finds, is Error(kStorage) - an error never turns
/// into a default (JIT.md, part 2: an unknown value denies). Members that came with a later release are absent in the
/// rows of an earlier one, which mean their defaults.
std::string policyToJson(const OrganizationPolicy& policy);
OrganizationPolicy policyFromJson(std::string_view text);

}  // namespace sso::db
