// SPDX-License-Identifier: Apache-2.0
#include "identity/run_unit_of_work.h"

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// False when the unit met another one and must be run again.
bool runOnce(Storage& storage, const std::function<void(UnitOfWork&)>& body) {
  try {
    const auto work = storage.begin();
    body(*work);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kConflict) throw;
    return false;
  }
}

}  // namespace

RetryPlan unitOfWorkRetries() {
  RetryPlan plan;
  plan.maxTries = 4;
  plan.firstPause = std::chrono::milliseconds(10);
  return plan;
}

void runUnitOfWork(Storage& storage, const std::function<void(UnitOfWork&)>& body, const RetryPlan& retries) {
  for (int tried = 1; !runOnce(storage, body); ++tried) {
    if (tried >= retries.maxTries) {
      throw Error(ErrorCode::kStorage, reason::kStorage, "the unit of work kept conflicting");
    }
    retries.rest(retries.pauseAfter(tried));
  }
}

}  // namespace sso::detail
