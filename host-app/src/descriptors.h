// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hostapp {

/// Lets this process open as many descriptors as the system permits it (RLIMIT_NOFILE, soft to hard, 65,536 at most):
/// the front holds one for each quiet client, and the usual soft limit of 1,024 is for programs that call select().
/// False when the system refuses; the limit is then what it was.
bool raiseDescriptorLimit();

}  // namespace hostapp
