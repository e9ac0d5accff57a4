// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/refusal_budget.h"
#include "sso/runtime.h"

namespace sso::detail {

/// Where a log goes, without ever waiting for it or being killed by it. A pipe is opened once more with a description
/// of our own, which does not block: the flag on the one that was given would reach the shell and every other process
/// that shares it, and asking before writing (poll) is no answer when somebody else may fill the pipe in between. Used
/// under the owner's lock.
class LogTarget {
 public:
  explicit LogTarget(int descriptor) : descriptor_(descriptor) {}
  ~LogTarget();
  LogTarget(const LogTarget&) = delete;
  LogTarget& operator=(const LogTarget&) = delete;

  /// As write(2): how much was taken, or -1. Up to PIPE_BUF bytes go into a pipe whole or not at all.
  ssize_t write(std::string_view bytes);

 private:
  enum class Kind { kOther, kPipe, kSocket };
  void lookAgain();
  bool takesMore() const;

  const int descriptor_;
  Kind kind_ = Kind::kOther;
  int own_ = -1;  ///< the pipe, not blocking
  /// Of what was behind the descriptor when it was last looked at: dup2 may put another thing there.
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Writes one line per event to a file descriptor, which it does not own: one write each, so lines of several threads
/// and processes do not mix. A reader that has stopped reading, a full disk or a closed pipe never holds up a login:
/// the line is dropped, and the next one that gets through carries the count as log_lines_dropped (SEC-LG-06).
/// Raises no SIGPIPE. Of what any stranger can cause (LogEvent::byAnybody) only kByAnybodyPerMinute are written, errors
/// excepted; the next line, of whatever kind, carries the count of the others as log_lines_suppressed, and so does the
/// destructor, so that the sum is exact (SEC-LG-09). Thread-safe.
class StreamLog : public LogSink {
 public:
  static constexpr std::uint32_t kByAnybodyPerMinute = 120;

  StreamLog(int descriptor, LogLevel least, std::shared_ptr<Clock> clock);
  /// Writes down what was only counted so far.
  ~StreamLog() override;
  StreamLog(const StreamLog&) = delete;
  StreamLog& operator=(const StreamLog&) = delete;
  void write(const LogEvent& event) noexcept override;

 private:
  void writeLocked(const LogEvent& event);

  const LogLevel least_;
  const std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  LogTarget target_;
  RefusalBudget byAnybody_;
  /// What the next line has to tell: lines that nobody took, and lines that were not tried.
  std::uint64_t dropped_ = 0, suppressed_ = 0;
  bool lineCutShort_ = false;  ///< half a line is out; the next one starts on a new line
};

}  // namespace sso::detail
