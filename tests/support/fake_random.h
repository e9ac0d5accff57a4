// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>

#include "sso/runtime.h"

namespace sso::test {

/// Bytes that differ at each call and repeat from run to run. Thread-safe.
class FakeRandom : public RandomSource {
 public:
  void fill(unsigned char* buffer, std::size_t size) override {
    std::uint64_t x = 0x9E3779B97F4A7C15ULL * ++calls_;
    for (std::size_t i = 0; i < size; ++i) {
      x ^= x << 13, x ^= x >> 7, x ^= x << 17;
      buffer[i] = static_cast<unsigned char>(x >> 24);
    }
  }

 private:
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace sso::test
