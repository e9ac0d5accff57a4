// SPDX-License-Identifier: Apache-2.0
#include "support/pg_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace sso::test {
namespace {

namespace fs = std::filesystem;

fs::path newestServer() {
  std::vector<fs::path> found;
  if (fs::exists("/usr/lib/postgresql")) {
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
      if (fs::exists(entry.path() / "bin" / "initdb")) found.push_back(entry.path() / "bin");
    }
  }
  if (found.empty()) throw std::runtime_error("no PostgreSQL server: apt-get install postgresql");
  return *std::max_element(found.begin(), found.end());
}

fs::path makeFolder() {
  std::string name = "/tmp/sso-pg-XXXXXX";  // short: a socket's path has 107 bytes
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return name;
}

void waitFor(pid_t child, const std::string& what) {
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(what + " failed");
  }
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

PgCluster::PgCluster() : PgCluster(Options{}) {}

PgCluster::PgCluster(const Options& options)
    : options_(options), folder_(makeFolder()), binaries_(newestServer()), user_(geteuid()), group_(getegid()) {
  if (user_ == 0) {
    const passwd* account = getpwnam("postgres");
    if (account == nullptr) throw std::runtime_error("root cannot run PostgreSQL and there is no user postgres");
    user_ = account->pw_uid;
    group_ = account->pw_gid;
    if (chown(folder_.c_str(), user_, group_) != 0) throw std::runtime_error("chown failed");
  }
  run({(binaries_ / "initdb").string(), "-D", (folder_ / "data").string(), "-U", "postgres", "-A", "trust", "-E",
       "UTF8", "--locale=C.UTF-8", "--no-sync"});
  start();
}

PgCluster::~PgCluster() {
  try {
    if (server_ > 0) thaw();
    if (server_ > 0) stop(Stop::kImmediate);
  } catch (const std::exception&) {
    // the folder goes all the same
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

pid_t PgCluster::spawn(const std::vector<std::string>& command) const {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::string log = (folder_ / "log").string();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  // In the child: only what is safe between fork and exec.
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a killed test leaves no server behind
  if (getppid() != parent) _exit(126);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (chdir("/") != 0) _exit(126);
  execv(words[0], words.data());
  _exit(127);
}

void PgCluster::run(const std::vector<std::string>& command) const { waitFor(spawn(command), command.front()); }

void PgCluster::start() {
  std::vector<std::string> command = {(binaries_ / "postgres").string(),
                                      "-D",
                                      (folder_ / "data").string(),
                                      "-k",
                                      folder_.string(),
                                      "-c",
                                      "listen_addresses=",
                                      "-c",
                                      std::string("fsync=") + (options_.fsync ? "on" : "off")};
  for (const auto& setting : options_.settings) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  server_ = spawn(command);
  const std::string probe = "host='" + folder_.string() + "' user=postgres dbname=postgres";
  if (!eventually([&] { return PQping(probe.c_str()) == PQPING_OK; })) {
    throw std::runtime_error("PostgreSQL does not start; see " + (folder_ / "log").string());
  }
}

void PgCluster::stop(Stop how) {
  if (server_ <= 0) return;
  // The postmaster's signals (PostgreSQL manual, 19.5).
  kill(server_, how == Stop::kSmart ? SIGTERM : how == Stop::kFast ? SIGINT : SIGQUIT);
  int status = 0;
  waitpid(server_, &status, 0);
  server_ = -1;
}

/// The postmaster and what it has started: /proc/PID/stat names the parent behind the command in parentheses.
std::vector<pid_t> PgCluster::processes() const {
  std::vector<pid_t> found{server_};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::isdigit(entry.path().filename().string().front()) || !std::getline(file, line)) continue;
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string state;
    pid_t parent = 0;
    if (fields >> state >> parent && parent == server_) found.push_back(std::stoi(entry.path().filename().string()));
  }
  return found;
}

void PgCluster::signalAll(int signal) const {
  if (server_ <= 0) return;  // to signal -1 is to signal every process of the machine
  for (const pid_t process : processes()) kill(process, signal);
}

void PgCluster::freeze() {
  if (server_ <= 0) return;
  kill(server_, SIGSTOP);  // first, so that it starts nothing while the others are looked for
  signalAll(SIGSTOP);
}

void PgCluster::thaw() { signalAll(SIGCONT); }

std::string PgCluster::url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@/" + database + "?host=" + folder_.string();
}

void PgCluster::createDatabase(const std::string& name) { query("CREATE DATABASE \"" + name + "\""); }

void PgCluster::runFile(const std::string& file, const std::string& database) const {
  std::ifstream in(std::string(MODULAR_SSO_SOURCE_DIR) + "/" + file);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) throw std::runtime_error("cannot read " + file);
  query(text.str(), database);
}

std::string PgCluster::query(const std::string& sql, const std::string& database) const {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url(database).c_str()), PQfinish);
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
  }
  return PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

}  // namespace sso::test
