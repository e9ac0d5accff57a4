// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sso/storage.h"
#include "sso/tenants.h"
#include "tenants/setup_reader.h"

namespace sso::detail {

/// Which migration windows a customer may open for itself (JIT.md row 14), beyond what problemsOf() finds in them: an
/// identity that moves is an account that changes hands. Thread-safe.
class MigrationCheck {
 public:
  MigrationCheck(std::shared_ptr<Storage> storage, std::shared_ptr<const SetupReader> setups,
                 std::shared_ptr<Clock> clock)
      : storage_(std::move(storage)), setups_(std::move(setups)), clock_(std::move(clock)) {}

  /// Every problem with the windows that are not stored as they are, each with its path. One that is stored may be
  /// ended earlier, or go, whatever it is. Scalekit is asked only where one is opened: then as
  /// SetupReader::connectionsOf.
  std::vector<std::string> problems(const Organization& stored, const OrganizationPolicy& wanted) const;

 private:
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<const SetupReader> setups_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso::detail
