// SPDX-License-Identifier: Apache-2.0
#include "sso/runtime.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso {
namespace {

/// Wipes everything the string owns. A short string lives inside the object, and moving from it or clearing it leaves
/// its bytes behind the new end, so the whole capacity is wiped and not the current length. Growing to the capacity
/// never allocates.
void wipe(std::string& text) noexcept {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

class SystemClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::system_clock::now(); }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
};

class SystemRandom : public RandomSource {
 public:
  void fill(unsigned char* buffer, std::size_t size) override {
    while (size > 0) {
      const std::size_t part = std::min<std::size_t>(size, INT_MAX);
      if (RAND_bytes(buffer, static_cast<int>(part)) != 1) {
        throw Error(ErrorCode::kInternal, reason::kInternal, "the system's random source failed");
      }
      buffer += part;
      size -= part;
    }
  }
};

}  // namespace

std::int64_t toEpochSeconds(TimePoint at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

TimePoint fromEpochSeconds(std::int64_t seconds) {
  // TimePoint counts nanoseconds in 64 bits: a far future would wrap round to another century, and so would the
  // difference of two far ends. Half the range, the years 1824 to 2116, has neither.
  constexpr std::int64_t kMost =
      std::chrono::floor<std::chrono::seconds>(TimePoint::max()).time_since_epoch().count() / 2;
  return TimePoint(std::chrono::seconds(std::clamp<std::int64_t>(seconds, -kMost, kMost)));
}

Secret::Secret(std::string value) : value_(std::move(value)) { wipe(value); }

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

Secret& Secret::operator=(Secret other) noexcept {
  value_.swap(other.value_);
  return *this;
}

Secret::~Secret() { wipe(value_); }

std::shared_ptr<Clock> systemClock() { return std::make_shared<SystemClock>(); }

std::shared_ptr<RandomSource> systemRandom() { return std::make_shared<SystemRandom>(); }

}  // namespace sso
