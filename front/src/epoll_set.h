// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "descriptor.h"

struct epoll_event;

namespace sso::front::detail {

/// An epoll set, and an event that wakes whoever waits on it. Thread-safe, but for wait().
class EpollSet {
 public:
  static constexpr std::uint64_t kWake = 0;  ///< the key of that event

  /// Throws std::system_error.
  EpollSet();
  /// Tells of input on a descriptor until it is told to be silent. False when the system refuses.
  bool watch(int descriptor, std::uint64_t key);
  void silence(int descriptor, std::uint64_t key);
  void resume(int descriptor, std::uint64_t key);
  /// Tells of input or of the end once; rearm() asks again.
  bool watchOnce(int descriptor, std::uint64_t key);
  bool rearm(int descriptor, std::uint64_t key);
  /// The same for room to write.
  bool rearmForOutput(int descriptor, std::uint64_t key);
  void forget(int descriptor);

  /// Keys of what is ready; none when the time is up. The span lives until the next call.
  std::span<const std::uint64_t> wait(std::chrono::milliseconds longest);
  void wake();

 private:
  bool control(int operation, int descriptor, std::uint64_t key, std::uint32_t events);

  static constexpr std::size_t kAtOnce = 128;
  Descriptor set_, wake_;
  std::array<std::uint64_t, kAtOnce> ready_{};
};

}  // namespace sso::front::detail
