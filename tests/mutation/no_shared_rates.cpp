// SPDX-License-Identifier: Apache-2.0
// The unit tests of the limits share nothing with other instances: no database is linked for them.
#include "shared_rates.h"

namespace hostapp {

std::optional<std::vector<SharedRates::Totals>> SharedRates::add(const std::vector<Use>& /*uses*/) noexcept {
  return std::nullopt;
}

void SharedRates::forget(const std::string& /*id*/) noexcept {}

}  // namespace hostapp
