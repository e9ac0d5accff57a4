// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sso/db/database.h"

namespace sso::db {

/// sso_replays. Each call is a transaction of its own.
class SociReplayStore : public ReplayStore {
 public:
  explicit SociReplayStore(Database& database) : database_(database) {}
  bool useOnce(std::string_view key, TimePoint expiresAt) override;
  std::size_t pruneExpired(TimePoint now) override;

 private:
  Database& database_;
};

}  // namespace sso::db
