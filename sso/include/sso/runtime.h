// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sso {

/// A point in wall-clock time (UTC). Stored as whole seconds since the epoch.
using TimePoint = std::chrono::system_clock::time_point;

/// Whole seconds since the epoch, the form in which every table stores a time.
std::int64_t toEpochSeconds(TimePoint at);
/// Seconds outside the years 1824 to 2116 become the nearest end, so that no two results differ by more than a duration
/// can hold.
TimePoint fromEpochSeconds(std::int64_t seconds);

/// Where "now" comes from. Thread-safe; an implementation must be, too.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time: token and transaction lifetimes.
  virtual TimePoint now() const = 0;
  /// A clock that never goes back: cache ages and deadlines, so that a clock set back revives nothing.
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// Where unpredictable bytes come from. Thread-safe; an implementation must be, too.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// Fills the whole buffer from a CSPRNG. Throws Error(kInternal) rather than return weak bytes.
  virtual void fill(unsigned char* buffer, std::size_t size) = 0;
};

/// A value that must not be printed: there is no operator<< and no conversion to JSON, and its memory is
/// wiped when it goes, is moved from or is assigned to (SECURITY rows SEC-AR-08, SEC-CF-05). Compare with
/// equalsConstantTime (digest.h).
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  /// By value: the old content leaves with the argument and is wiped there, whether this was a copy or a move.
  Secret& operator=(Secret other) noexcept;
  ~Secret();
  /// The value itself. Each call is a place to look at in a review.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// One log line: an event name and listed fields, never free text from outside.
/// Threat: log injection and leaks (SEC-LG-02, SEC-LG-04). Sinks escape; callers never pass secrets, tokens,
/// codes, e-mail addresses or a query string.
struct LogEvent {
  LogLevel level = LogLevel::kInfo;
  std::string_view name = {};                                         ///< e.g. "sso.login.completed"
  std::vector<std::pair<std::string_view, std::string>> fields = {};  ///< in the order they are printed
  /// Any stranger can cause this event as often as they like, and nothing bounds it before it gets here: a sink that
  /// keeps every one lets them fill its disk (SEC-LG-09). Never set for what an operator must see each time.
  bool byAnybody = false;
};

/// Where log lines go. Thread-safe; must neither block for long nor throw (SEC-LG-06).
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogEvent& event) noexcept = 0;
};

/// The production parts: system clocks, OpenSSL RAND_bytes, and one escaped logfmt line per event on stderr. Of events
/// that are `byAnybody`, and no errors, it prints 120 a minute; the next line says in log_lines_suppressed how many
/// were not, and so does a line of its own when the log is destroyed.
std::shared_ptr<Clock> systemClock();
std::shared_ptr<RandomSource> systemRandom();
std::shared_ptr<LogSink> stderrLog(LogLevel least = LogLevel::kInfo);

/// Formats one event as the single line that stderrLog prints (without the line break): time, level, name, fields;
/// control bytes, quotes and invalid UTF-8 escaped, each value cut at 200 bytes.
std::string formatLogLine(const LogEvent& event, TimePoint at);

}  // namespace sso
