// SPDX-License-Identifier: Apache-2.0
#include "descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace hostapp {
namespace {

constexpr rlim_t kWanted = 65'536;

}  // namespace

bool raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= kWanted) return true;
  const rlim_t possible = std::min(limit.rlim_max, kWanted);  // RLIM_INFINITY is the largest number there is
  if (possible <= limit.rlim_cur) return true;
  limit.rlim_cur = possible;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace hostapp
