// SPDX-License-Identifier: Apache-2.0
#include "base/stream_log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace sso {
namespace detail {

StreamLog::StreamLog(int descriptor, LogLevel least, std::shared_ptr<Clock> clock)
    : descriptor_(descriptor), least_(least), clock_(std::move(clock)) {}

void StreamLog::write(const LogEvent& event) noexcept {
  if (event.level < least_) return;
  try {
    std::lock_guard lock(mutex_);
    try {
      writeLocked(event);
    } catch (...) {  // out of memory: the one thing a log may do about it is to count
      ++dropped_;
    }
  } catch (...) {  // the mutex itself failed; there is nobody left to tell
  }
}

bool StreamLog::canTakeLine() const {
  // Linux reports a pipe as writable when a whole page fits, which is more than a line. A pipe whose reader is gone
  // reports POLLERR: writing to it would raise SIGPIPE.
  pollfd state{descriptor_, POLLOUT, 0};
  return poll(&state, 1, 0) == 1 && (state.revents & POLLOUT) != 0 && (state.revents & (POLLERR | POLLNVAL)) == 0;
}

void StreamLog::writeLocked(const LogEvent& event) {
  if (!canTakeLine()) {
    ++dropped_;
    return;
  }
  std::string line = lineCutShort_ ? "\n" : "";
  if (dropped_ == 0) {
    line += formatLogLine(event, clock_->now());
  } else {
    LogEvent counted = event;
    counted.fields.insert(counted.fields.begin(), {"log_lines_dropped", std::to_string(dropped_)});
    line += formatLogLine(counted, clock_->now());
  }
  line += '\n';

  ssize_t written = 0;
  do {
    written = ::write(descriptor_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);

  if (written == static_cast<ssize_t>(line.size())) {
    dropped_ = 0;
    lineCutShort_ = false;
  } else {
    ++dropped_;
    lineCutShort_ = lineCutShort_ || written > 0;
  }
}

}  // namespace detail

std::shared_ptr<LogSink> stderrLog(LogLevel least) {
  return std::make_shared<detail::StreamLog>(STDERR_FILENO, least, systemClock());
}

}  // namespace sso
