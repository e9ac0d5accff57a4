// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>

#include "sso/runtime.h"

namespace sso::detail {

/// Writes one line per event to a file descriptor, which it does not own: one write(2) each, so lines of several
/// threads and processes do not mix. A reader that has stopped reading, a full disk or a closed pipe never holds up a
/// login: the line is dropped, and the next one that gets through carries the count as log_lines_dropped (SEC-LG-06).
/// Thread-safe.
class StreamLog : public LogSink {
 public:
  StreamLog(int descriptor, LogLevel least, std::shared_ptr<Clock> clock);
  void write(const LogEvent& event) noexcept override;

 private:
  bool canTakeLine() const;
  void writeLocked(const LogEvent& event);

  const int descriptor_;
  const LogLevel least_;
  const std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  std::uint64_t dropped_ = 0;
  bool lineCutShort_ = false;  ///< half a line is out; the next one starts on a new line
};

}  // namespace sso::detail
