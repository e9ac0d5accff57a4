// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "connection.h"

namespace sso::front::detail {

/// The client went away, or was too slow. Nothing more can be read or written.
class ConnectionLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Waits on a non-blocking socket, never beyond an absolute deadline. Owns nothing. One request, one thread.
class TimedSocket {
 public:
  /// deadlines: for all reading, and for all writing; stall: without one byte leaving.
  TimedSocket(int descriptor, TimePoint readUntil, TimePoint writeUntil, std::chrono::milliseconds stall)
      : descriptor_(descriptor), readUntil_(readUntil), writeUntil_(writeUntil), stall_(stall) {}

  /// Waits for at least one byte; 0 is the end of the stream. Throws ConnectionLost.
  std::size_t receive(char* buffer, std::size_t size);
  /// All of it. Throws ConnectionLost.
  void send(std::string_view bytes);
  void readNoLongerThan(TimePoint until) { readUntil_ = until < readUntil_ ? until : readUntil_; }

 private:
  void wait(short events, TimePoint until) const;

  int descriptor_;
  TimePoint readUntil_, writeUntil_;
  std::chrono::milliseconds stall_;
};

}  // namespace sso::front::detail
