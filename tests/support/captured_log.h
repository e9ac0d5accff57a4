// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "sso/runtime.h"

namespace sso::test {

/// Keeps every line as it would be printed. Thread-safe.
class CapturedLog : public LogSink {
 public:
  void write(const LogEvent& event) noexcept override {
    std::lock_guard lock(mutex_);
    lines_.push_back(formatLogLine(event, TimePoint{}));
  }
  std::vector<std::string> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
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
};

}  // namespace sso::test
