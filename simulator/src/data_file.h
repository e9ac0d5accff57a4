// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "context.h"

namespace scalekit_simulator {

/// Keeps environment, keys and refresh tokens between runs, in one file that is replaced atomically and readable by its
/// owner alone. Writes happen on a thread of their own, at most one at a time, soon after a change.
class DataFile {
 public:
  DataFile(Context& context, std::string path) : context_(context), path_(std::move(path)) {}
  ~DataFile() { close(); }
  DataFile(const DataFile&) = delete;
  DataFile& operator=(const DataFile&) = delete;

  /// False when there is no file yet. Throws std::invalid_argument when there is one that cannot be understood.
  bool load();
  void startSaving();
  /// Writes what is left. Repeatable.
  void close();

 private:
  void saveLoop();
  void save();

  Context& context_;
  std::string path_;
  std::thread saver_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  std::uint64_t savedVersion_ = 0;
};

}  // namespace scalekit_simulator
