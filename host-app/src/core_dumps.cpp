// SPDX-License-Identifier: Apache-2.0
#include "core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace hostapp {

bool switchCoreDumpsOff() {
  const rlimit none{0, 0};
  bool off = setrlimit(RLIMIT_CORE, &none) == 0;
#if !defined(__SANITIZE_ADDRESS__)              // its search for leaks looks at this process from outside
  off = prctl(PR_SET_DUMPABLE, 0) == 0 && off;  // a core that is piped to a program knows no limit: core(5)
#endif
  return off;
}

}  // namespace hostapp
