// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "base/retry.h"
#include "sso/storage.h"

namespace sso::detail {

/// Four runs: the first and three more, a few milliseconds apart.
RetryPlan unitOfWorkRetries();

/// Runs body in a unit of work, and the whole of it again when the database reports a conflict (JIT.md row 29;
/// SEC-DB-05); after the plan's last try Error(kStorage). body commits; without a commit everything is rolled back.
/// Between two runs no unit is open and no connection is held.
void runUnitOfWork(Storage& storage, const std::function<void(UnitOfWork&)>& body,
                   const RetryPlan& retries = unitOfWorkRetries());

}  // namespace sso::detail
