// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sso::test {

/// A PostgreSQL server of the test's own: initdb in a temporary folder, a unix socket and no port, trust for whoever
/// may enter the folder. Gone with the object, even when the test is killed. A machine without a server is an
/// exception, so the test fails: nothing is skipped. Run by root, it becomes the user postgres (initdb refuses root).
class PgCluster {
 public:
  enum class Stop { kSmart, kFast, kImmediate };  ///< kImmediate: as a crash; recovery at the next start
  struct Options {
    bool fsync = true;                  ///< off where durability is not what is tested
    std::vector<std::string> settings;  ///< "max_connections=20"
  };

  PgCluster();
  explicit PgCluster(const Options& options);
  ~PgCluster();
  PgCluster(const PgCluster&) = delete;
  PgCluster& operator=(const PgCluster&) = delete;

  /// DATABASE_URL of a database in it; createDatabase() makes it.
  std::string url(const std::string& database, const std::string& user = "postgres") const;
  void createDatabase(const std::string& name);
  /// The statements of a file of this source tree, as superuser.
  void runFile(const std::string& file, const std::string& database) const;
  /// As superuser, outside any pool; the first column of the first row, or empty. Throws std::runtime_error.
  std::string query(const std::string& sql, const std::string& database = "postgres") const;

  void start();
  void stop(Stop how);
  void restart(Stop how) {
    stop(how);
    start();
  }
  /// Stops every process of the server where it is (SIGSTOP): it keeps its connections and answers nothing.
  void freeze();
  /// Lets it go on.
  void thaw();

 private:
  std::vector<pid_t> processes() const;
  void signalAll(int signal) const;
  pid_t spawn(const std::vector<std::string>& command) const;
  void run(const std::vector<std::string>& command) const;

  Options options_;
  std::filesystem::path folder_, binaries_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t server_ = -1;
};

/// Looks again and again until the condition holds; false after the deadline.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline = std::chrono::seconds(20));

}  // namespace sso::test
