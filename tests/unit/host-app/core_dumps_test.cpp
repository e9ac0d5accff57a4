// SPDX-License-Identifier: Apache-2.0
#include "core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

namespace hostapp {
namespace {

/// 0 when no memory of this process can be taken any more; otherwise what still lets it out.
int whatStillDumps() {
  if (!switchCoreDumpsOff()) return 1;
  rlimit limit{};
  if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 2;
#if !defined(__SANITIZE_ADDRESS__)
  if (prctl(PR_GET_DUMPABLE) != 0) return 3;
#endif
  return 0;
}

// SEC-CF-05. In a process of its own, because it is for good.
TEST(CoreDumps, AreOffForFilesAndForProgramsThatCollectThem) {
  EXPECT_EXIT(std::_Exit(whatStillDumps()), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace hostapp
