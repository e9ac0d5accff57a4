// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hostapp {

/// No copy of this process's memory, with its secrets, is left on a disk by a crash or taken by another process of the
/// same user (SEC-CF-05). For good: nothing switches it on again. False when the system refuses.
bool switchCoreDumpsOff();

}  // namespace hostapp
