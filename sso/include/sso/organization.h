// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sso/organization_policy.h"

namespace sso {

/// Suspended organizations are refused before the redirect and again at the callback (JIT.md row 17).
enum class OrganizationStatus { kActive, kSuspended };

/// What the module knows of one Scalekit organization.
struct Organization {
  std::string id = {};        ///< Scalekit's org_..., 1 to 64 bytes
  std::string tenantId = {};  ///< the host's own id of the customer; unique
  std::string displayName = {};
  OrganizationStatus status = OrganizationStatus::kActive;
  /// Verified, canonical; each belongs to one organization; never a public mail domain
  std::vector<std::string> domains = {};
  OrganizationPolicy policy = {};
  std::int64_t version = 0;  ///< of what is stored; grows with each change; 0: not stored yet
};

/// Every problem with this organization's data, in words for the person who wrote it; empty when it is sound.
std::vector<std::string> problemsOf(const Organization& organization);

}  // namespace sso
