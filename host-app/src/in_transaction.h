// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "sso/db/database.h"
#include "sso/storage.h"

namespace hostapp {

/// Runs change in one transaction and commits it; anew, at most three times, when the database asks for that or a
/// unique rule was hit by a neighbour (SEC-DB-05). Nothing is kept when it throws.
void inTransaction(sso::Storage& storage, const std::function<void(sso::UnitOfWork&, sso::db::Session&)>& change);

}  // namespace hostapp
