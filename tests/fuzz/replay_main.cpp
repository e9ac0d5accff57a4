// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "fuzz/fuzz_input.h"

/// Runs a fuzz target over its seeds without libFuzzer: whole, cut short and with single bytes changed, at every place
/// of a short seed and at a hundred places of a long one. A seed that once broke something keeps being tried in the
/// ordinary test run.
namespace {

constexpr std::size_t kPlaces = 100;

void runOn(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void runVariations(std::string input) {
  const std::size_t step = std::max<std::size_t>(1, input.size() / kPlaces);
  for (std::size_t size = 0; size < input.size(); size += step) runOn(input.substr(0, size));
  for (std::size_t i = 0; i < input.size(); i += step) {
    const char original = input[i];
    for (const char other : {'\0', '%', '"', static_cast<char>(original ^ 0x20), static_cast<char>(original ^ 0x80)}) {
      input[i] = other;
      runOn(input);
    }
    input[i] = original;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS_FOLDER\n";
    return 2;
  }
  std::size_t seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::cout << entry.path().filename().string() << std::endl;  // flushed: the last name printed is the one that broke
    runOn(input);
    runVariations(input);
    ++seeds;
  }
  runOn({});
  if (seeds < 3) {
    std::cerr << "too few seeds in " << argv[1] << "\n";
    return 1;
  }
  return 0;
}
