// SPDX-License-Identifier: Apache-2.0
#include "in_transaction.h"

#include "sso/error.h"

namespace hostapp {

void inTransaction(sso::Storage& storage, const std::function<void(sso::UnitOfWork&, sso::db::Session&)>& change) {
  constexpr int kTries = 3;
  for (int tried = 1;; ++tried) {
    try {
      const auto work = storage.begin();
      change(*work, sso::db::sessionOf(*work));
      work->commit();
      return;
    } catch (const sso::Error& error) {
      if (error.code() != sso::ErrorCode::kConflict || tried == kTries) throw;
    }
  }
}

}  // namespace hostapp
