// SPDX-License-Identifier: Apache-2.0
#include "base/stream_log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

namespace sso {
namespace detail {
namespace {

/// While it lives, a write to a pipe without a reader ends with EPIPE and nothing else: SIGPIPE is raised for the
/// thread that writes, so it is held back there and taken away again. An application that embeds us may not ignore it,
/// and its own pending one stays.
class NoSigPipe {
 public:
  NoSigPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    wasPending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigPipe() {
    const int error = errno;
    if (raised_ && !wasPending_) {
      const timespec atOnce{};
      while (sigtimedwait(&pipe_, nullptr, &atOnce) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  NoSigPipe(const NoSigPipe&) = delete;
  NoSigPipe& operator=(const NoSigPipe&) = delete;
  void raised() { raised_ = true; }

 private:
  sigset_t pipe_{}, before_{};
  bool wasPending_ = false, raised_ = false;
};

ssize_t writeQuietly(int descriptor, std::string_view bytes) {
  NoSigPipe quiet;
  ssize_t written = 0;
  do {
    written = ::write(descriptor, bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0 && errno == EPIPE) quiet.raised();
  return written;
}

}  // namespace

LogTarget::~LogTarget() {
  if (own_ >= 0) close(own_);
}

ssize_t LogTarget::write(std::string_view bytes) {
  lookAgain();
  if (kind_ == Kind::kPipe) return writeQuietly(own_, bytes);
  if (kind_ == Kind::kSocket) return send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return takesMore() ? writeQuietly(descriptor_, bytes) : -1;
}

void LogTarget::lookAgain() {
  struct stat now {};
  if (fstat(descriptor_, &now) != 0) now = {};
  if (now.st_dev == device_ && now.st_ino == inode_) return;
  device_ = now.st_dev;
  inode_ = now.st_ino;
  if (own_ >= 0) close(own_);
  own_ = -1;
  kind_ = S_ISSOCK(now.st_mode) ? Kind::kSocket : Kind::kOther;
  if (!S_ISFIFO(now.st_mode)) return;
  // Refused when the pipe belongs to another user, as after su: then the look before the write has to do.
  own_ = open(("/proc/self/fd/" + std::to_string(descriptor_)).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (own_ >= 0) kind_ = Kind::kPipe;
}

/// For terminals, files and the rest. Linux reports a pipe as writable when a whole page fits, which is more than a
/// line.
bool LogTarget::takesMore() const {
  pollfd state{descriptor_, POLLOUT, 0};
  return poll(&state, 1, 0) == 1 && (state.revents & POLLOUT) != 0 && (state.revents & (POLLERR | POLLNVAL)) == 0;
}

StreamLog::StreamLog(int descriptor, LogLevel least, std::shared_ptr<Clock> clock)
    : least_(least), clock_(std::move(clock)), target_(descriptor), byAnybody_(kByAnybodyPerMinute, clock_) {}

StreamLog::~StreamLog() {
  suppressed_ += byAnybody_.takeSuppressed();
  // What is below the least level is not counted, so a warning is printed wherever there is something to tell.
  if (suppressed_ > 0) StreamLog::write({LogLevel::kWarning, "log.lines.suppressed", {}});
}

void StreamLog::write(const LogEvent& event) noexcept {
  if (event.level < least_) return;
  try {
    if (event.byAnybody && event.level < LogLevel::kError && !byAnybody_.take()) return;
    std::lock_guard lock(mutex_);
    try {
      writeLocked(event);
    } catch (...) {  // out of memory: the one thing a log may do about it is to count
      ++dropped_;
    }
  } catch (...) {  // the mutex itself failed; there is nobody left to tell
  }
}

void StreamLog::writeLocked(const LogEvent& event) {
  std::string line = lineCutShort_ ? "\n" : "";
  suppressed_ += byAnybody_.takeSuppressed();
  if (dropped_ + suppressed_ == 0) {
    line += formatLogLine(event, clock_->now());
  } else {
    LogEvent counted = event;
    const auto tell = [&counted](std::string_view name, std::uint64_t count) {
      if (count > 0) counted.fields.insert(counted.fields.begin(), {name, std::to_string(count)});
    };
    tell("log_lines_suppressed", suppressed_);
    tell("log_lines_dropped", dropped_);
    line += formatLogLine(counted, clock_->now());
  }
  line += '\n';

  const ssize_t written = target_.write(line);
  if (written == static_cast<ssize_t>(line.size())) {
    dropped_ = suppressed_ = 0;
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
