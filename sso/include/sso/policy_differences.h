// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sso/organization_policy.h"

namespace sso {

/// One rule that is another one now.
struct PolicyDifference {
  std::string rule = {};        ///< by its name in a seed file (docs/SEED.md): "default_role"
  std::string connection = {};  ///< conn_... whose own rule it is; empty: the organization's
  /// "on", "automatic", "member", "none"; "inherited" where a connection does as its organization. Of a list, what went
  /// and what came. At most 300 bytes each, e-mail addresses struck out: for pages and for the audit trail.
  std::string from = {}, to = {};
};

/// Every rule in which two policies differ; empty when they say the same. The order of a list says nothing.
std::vector<PolicyDifference> differencesOf(const OrganizationPolicy& before, const OrganizationPolicy& after);

/// May an administrator of the customer change it (Tenants::changePolicy)? All others are the operator's: they bound
/// what the customer costs or whom its identity provider is believed about (docs/EMBEDDING.md lists them). Migration
/// windows are the customer's because they move its own identities between its own connections, which changePolicy
/// demands, and with a proof unless it says otherwise. The mode has a way of its own (Tenants::switchMode).
bool isCustomersRule(std::string_view rule);

}  // namespace sso
