// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "sso/db/session.h"
#include "sso/storage.h"

namespace sso::db {

/// Keeps what is stored of the organization by now as this version of its policy, and lets go of the versions that are
/// older than the newest OrganizationStore::kMostVersions.
void addPolicyVersion(Session& session, std::string_view organizationId, std::int64_t version, const WrittenBy& by);

/// See OrganizationStore::policyAt.
std::optional<PolicyVersion> findPolicyVersion(Session& session, std::string_view organizationId, std::int64_t version);

}  // namespace sso::db
