// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "seed_node.h"
#include "sso/organization_policy.h"

namespace hostapp {

/// The policy object of a seed (docs/SEED.md).
sso::OrganizationPolicy readSeedPolicy(const SeedNode& node);

}  // namespace hostapp
