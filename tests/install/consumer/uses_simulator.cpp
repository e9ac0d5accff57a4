// SPDX-License-Identifier: Apache-2.0
// The local Scalekit inside somebody's own program: starts one on a free port and says who it is.
#include <iostream>

#include "scalekit_simulator/simulator.h"

int main() {
  scalekit_simulator::Simulator scalekit;
  scalekit.start();
  std::cout << scalekit.baseUrl() << std::endl;
  return scalekit.port() != 0 ? 0 : 1;
}
