// SPDX-License-Identifier: Apache-2.0
// The program: what it prints, what it refuses, how it stops.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace simulator_test {
namespace {

struct Finished {
  int exitCode = -1;
  std::string output;
};

Finished run(const std::string& arguments) {
  Finished finished;
  FILE* pipe = popen((std::string(SCALEKIT_SIMULATOR_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t count = fread(buffer.data(), 1, buffer.size(), pipe))
    finished.output.append(buffer.data(), count);
  finished.exitCode = WEXITSTATUS(pclose(pipe));
  return finished;
}

TEST(SimulatorProgram, ExplainsItself) {
  const auto help = run("--help");
  EXPECT_EQ(0, help.exitCode);
  for (const char* text : {"--listen", "--seed", "--data", "SCALEKIT_CLIENT_ID", "Exit status"}) {
    EXPECT_NE(std::string::npos, help.output.find(text)) << text;
  }
  const auto version = run("--version");
  EXPECT_EQ(0, version.exitCode);
  EXPECT_TRUE(version.output.starts_with("scalekit-simulator "));
  EXPECT_NE(std::string::npos, run("--print-seed").output.find("org_59615193906282635"));
}

TEST(SimulatorProgram, ExitsWith2AndOneClearMessageOnBadInput) {
  for (const std::string arguments :
       {"--nonsense", "--listen nowhere", "--listen 127.0.0.1:99999",
        "--listen 127.0.0.1:", "--seed /does/not/exist.json", "--seed /dev/null", "--listen 0.0.0.0:0",
        "--base-url https://acme.scalekit.com", "--tls-cert /x.pem"}) {
    const auto finished = run(arguments);
    EXPECT_EQ(2, finished.exitCode) << arguments << finished.output;
    EXPECT_FALSE(finished.output.empty()) << arguments;
  }
}

TEST(SimulatorProgram, PrintsCredentialsAndStopsOnSigterm) {
  std::array<int, 2> ends{};
  ASSERT_EQ(0, pipe(ends.data()));
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl(SCALEKIT_SIMULATOR_PROGRAM, SCALEKIT_SIMULATOR_PROGRAM, "--listen", "127.0.0.1:0", nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string output;
  std::array<char, 4096> buffer{};
  while (output.find("Ctrl-C") == std::string::npos) {
    const ssize_t count = read(ends[0], buffer.data(), buffer.size());
    if (count <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  EXPECT_NE(std::string::npos, output.find("SCALEKIT_CLIENT_SECRET=test_local_simulator_secret")) << output;
  EXPECT_NE(std::string::npos, output.find("http://127.0.0.1:"));
  kill(child, SIGTERM);
  int status = 0;
  ASSERT_EQ(child, waitpid(child, &status, 0));
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(0, WEXITSTATUS(status));
  close(ends[0]);
}

}  // namespace
}  // namespace simulator_test
