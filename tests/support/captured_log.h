// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "sso/runtime.h"

namespace sso::test {

/// Keeps the marks of every event, and its line as it would be printed. Thread-safe.
class CapturedLog : public LogSink {
 public:
  void write(const LogEvent& event) noexcept override {
    std::lock_guard lock(mutex_);
    lines_.push_back(formatLogLine(event, TimePoint{}));
    marks_.push_back({event.level, event.byAnybody});
  }
  std::vector<std::string> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  /// What a line does not show. Names and fields are in the lines: an event borrows their texts.
  struct Mark {
    LogLevel level;
    bool byAnybody;
  };
  std::vector<Mark> marks() const {
    std::lock_guard lock(mutex_);
    return marks_;
  }
  /// Every line, joined: to search for what must not be there.
  std::string text() const {
    std::string all;
    for (const auto& line : lines()) all += line + "\n";
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::vector<Mark> marks_;
};

}  // namespace sso::test
