// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "sso/db/database.h"

namespace hostapp {

/// The files of host-app/migrations, compiled in by CMake. Ledger table: app_migrations.
const std::vector<sso::db::Migration>& migrations();

}  // namespace hostapp
