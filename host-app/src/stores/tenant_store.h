// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"

/// app_tenants: the application's customers.
namespace hostapp::tenants {

/// The tenant's name; nullopt when there is no such tenant.
std::optional<std::string> findName(sso::db::Session& session, std::string_view id);
/// Adds the tenant or renames it.
void save(sso::db::Session& session, std::string_view id, std::string_view name, std::int64_t now);

}  // namespace hostapp::tenants
