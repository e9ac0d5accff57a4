// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <limits>
#include <thread>

#include "base/stream_log.h"
#include "sso/utf8.h"
#include "support/fake_clock.h"

namespace sso {
namespace {

std::string lineOf(std::string value) {
  return formatLogLine({LogLevel::kInfo, "e", {{"k", std::move(value)}}}, fromEpochSeconds(1'700'000'000));
}

std::string fieldOf(std::string value) {
  const std::string line = lineOf(std::move(value));
  return line.substr(line.find(" k=") + 3);
}

/// A pipe whose ends close with the test.
struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    closeReader();
    close(ends[1]);
  }
  void closeReader() {
    if (ends[0] >= 0) close(ends[0]);
    ends[0] = -1;
  }
  std::string readAll() const {
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }
  std::array<int, 2> ends{-1, -1};
};

std::size_t linesIn(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(FormatLogLine, PrintsTimeLevelNameAndFieldsInOrder) {
  const LogEvent event{LogLevel::kWarning, "sso.login.failed", {{"reason", "state"}, {"ref", "ABC 12"}, {"n", ""}}};
  EXPECT_EQ(formatLogLine(event, fromEpochSeconds(1'700'000'000) + std::chrono::milliseconds(7)),
            "time=2023-11-14T22:13:20.007Z level=warning event=sso.login.failed reason=state ref=\"ABC 12\" n=\"\"");
}

TEST(FormatLogLine, FormatsEveryTime) {
  EXPECT_TRUE(formatLogLine({}, fromEpochSeconds(0)).starts_with("time=1970-01-01T00:00:00.000Z "));
  EXPECT_TRUE(formatLogLine({}, fromEpochSeconds(-1)).starts_with("time=1969-12-31T23:59:59.000Z "));
  EXPECT_TRUE(formatLogLine({}, fromEpochSeconds(951'782'400)).starts_with("time=2000-02-29T00:00:00.000Z "));
}

// SEC-LG-02
TEST(FormatLogLine, EscapesWhateverCouldEndOrForgeALine) {
  EXPECT_EQ(fieldOf("a\r\nlevel=error"), "\"a\\x0d\\x0alevel=error\"");
  EXPECT_EQ(fieldOf("\x1b[31mred"), "\"\\x1b[31mred\"");
  EXPECT_EQ(fieldOf("a\xE2\x80\xA8z"), "\"a\\u{2028}z\"");
  EXPECT_EQ(fieldOf("a\xE2\x80\xAEz"), "\"a\\u{202e}z\"");
  EXPECT_EQ(fieldOf("a\xC2\x85z"), "\"a\\u{85}z\"");
  EXPECT_EQ(fieldOf("say \"hi\" \\"), "\"say \\\"hi\\\" \\\\\"");
  EXPECT_EQ(fieldOf(std::string("a\0b", 3)), "\"a\\x00b\"");
  EXPECT_EQ(fieldOf("x=y"), "\"x=y\"");
  EXPECT_EQ(fieldOf("caf\xC3\xA9"), "caf\xC3\xA9");
}

// SEC-LG-02, SEC-LG-05
TEST(FormatLogLine, MakesOnePrintableLineOfEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string line = lineOf(std::string("a") + static_cast<char>(byte) + "b");
    EXPECT_TRUE(isUtf8(line)) << byte;
    EXPECT_TRUE(hasNoControls(line)) << byte;
  }
}

// SEC-LG-05
TEST(FormatLogLine, EscapesInvalidUtf8) {
  EXPECT_EQ(fieldOf("\xFF\xC3"), "\"\\xff\\xc3\"");
  EXPECT_EQ(fieldOf("\xED\xA0\x80"), "\"\\xed\\xa0\\x80\"");
  EXPECT_EQ(fieldOf("\xC0\xAF"), "\"\\xc0\\xaf\"");
}

TEST(FormatLogLine, CutsLongValuesBetweenCharacters) {
  EXPECT_EQ(fieldOf(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(fieldOf(std::string(201, 'x')), std::string(200, 'x') + "...");
  EXPECT_EQ(fieldOf(std::string(199, 'x') + "\xE2\x82\xAC tail"), std::string(199, 'x') + "...");
  const std::string controls = fieldOf(std::string(500, '\x80'));
  EXPECT_LE(controls.size(), 4 * 200 + 5u);
}

TEST(FormatLogLine, KeepsKeysAndLinesInBounds) {
  LogEvent event{LogLevel::kInfo, "e", {{"bad key\n\"", "v"}, {"", "w"}}};
  const std::string line = formatLogLine(event, fromEpochSeconds(0));
  EXPECT_TRUE(line.ends_with(" bad_key__=v _=w")) << line;
  for (int i = 0; i < 100; ++i) event.fields.emplace_back("k", std::string(200, '\x01'));
  const std::string longLine = formatLogLine(event, fromEpochSeconds(0));
  EXPECT_LE(longLine.size(), 4095u);  // with its line break at most PIPE_BUF
  EXPECT_NE(longLine.find(" fields_cut="), std::string::npos);
}

TEST(StreamLog, WritesOneLinePerEventAboveItsLevel) {
  Pipe pipe;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  log.write({LogLevel::kDebug, "hidden", {}});
  log.write({LogLevel::kInfo, "shown", {{"k", "a\nb"}}});
  EXPECT_EQ(pipe.readAll(), "time=2023-11-14T22:13:20.000Z level=info event=shown k=\"a\\x0ab\"\n");
}

// SEC-LG-06
TEST(StreamLog, DropsAndCountsWhenNobodyReads) {
  Pipe pipe;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  constexpr std::size_t kEvents = 5'000;  // far more than a pipe holds; a blocking write would hang this test
  for (std::size_t i = 0; i < kEvents; ++i) log.write({LogLevel::kInfo, "flood", {{"k", std::string(190, 'x')}}});
  const std::size_t written = linesIn(pipe.readAll());
  EXPECT_GT(written, 10u);
  EXPECT_LT(written, kEvents);

  log.write({LogLevel::kInfo, "after", {}});
  log.write({LogLevel::kInfo, "again", {}});
  const std::string rest = pipe.readAll();
  EXPECT_NE(rest.find("event=after log_lines_dropped=" + std::to_string(kEvents - written)), std::string::npos) << rest;
  EXPECT_TRUE(rest.ends_with("event=again\n")) << rest;
}

bool sigPipeIsPending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

// SEC-LG-06: SIGPIPE, which is not ignored here, would end the process
TEST(StreamLog, SurvivesAReaderThatHasGone) {
  Pipe pipe, next;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  log.write({LogLevel::kInfo, "read", {}});
  pipe.closeReader();
  for (int i = 0; i < 3; ++i) log.write({LogLevel::kInfo, "nobody", {}});
  EXPECT_FALSE(sigPipeIsPending());
  ASSERT_EQ(dup2(next.ends[1], pipe.ends[1]), pipe.ends[1]);  // the log shipper was started again
  log.write({LogLevel::kInfo, "back", {}});
  EXPECT_NE(next.readAll().find("event=back log_lines_dropped=3\n"), std::string::npos);
}

TEST(StreamLog, LeavesTheApplicationItsOwnPendingSigPipe) {
  sigset_t pipeSignal, before;
  sigemptyset(&pipeSignal);
  sigaddset(&pipeSignal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipeSignal, &before);
  raise(SIGPIPE);
  Pipe pipe;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  pipe.closeReader();
  log.write({LogLevel::kInfo, "nobody", {}});
  EXPECT_TRUE(sigPipeIsPending());
  const timespec atOnce{};
  EXPECT_EQ(sigtimedwait(&pipeSignal, nullptr, &atOnce), SIGPIPE);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// SEC-LG-06, R-14: two logs on one pipe, as two processes would be: each may fill it just before the other writes.
TEST(StreamLog, NeverBlocksBesideOtherWritersAndCountsExactly) {
  Pipe pipe;
  constexpr int kThreads = 4, kEvents = 2000;
  detail::StreamLog first(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  detail::StreamLog second(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log = t % 2 == 0 ? first : second] {
      for (int i = 0; i < kEvents; ++i) log.write({LogLevel::kInfo, "flood", {{"k", std::string(150, 'x')}}});
    });
  }
  for (auto& thread : threads) thread.join();  // nobody reads: a write that blocks would hang here
  const std::size_t written = linesIn(pipe.readAll());
  std::size_t dropped = 0;
  for (auto* log : {&first, &second}) {
    log->write({LogLevel::kInfo, "after", {}});
    const std::string line = pipe.readAll();
    const std::string field = "log_lines_dropped=";
    const auto at = line.find(field);
    ASSERT_NE(at, std::string::npos) << line;
    dropped += std::stoul(line.substr(at + field.size()));
  }
  EXPECT_EQ(written + dropped, static_cast<std::size_t>(kThreads * kEvents));
  EXPECT_EQ(fcntl(pipe.ends[1], F_GETFL) & O_NONBLOCK, 0) << "others share this description";
}

// SEC-LG-06: the journal of systemd is a socket
TEST(StreamLog, NeitherBlocksNorDiesOnASocket) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  detail::StreamLog log(ends[0], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  constexpr std::size_t kEvents = 5'000;
  for (std::size_t i = 0; i < kEvents; ++i) log.write({LogLevel::kInfo, "flood", {{"k", std::string(190, 'x')}}});
  std::string text(8 << 20, '\0');
  text.resize(static_cast<std::size_t>(recv(ends[1], text.data(), text.size(), MSG_DONTWAIT)));
  EXPECT_LT(linesIn(text), kEvents);
  close(ends[1]);
  log.write({LogLevel::kInfo, "nobody", {}});
  EXPECT_FALSE(sigPipeIsPending());
  close(ends[0]);
}

// SEC-LG-06
TEST(StreamLog, CountsWhatAFullDiskRefuses) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Pipe pipe;
  detail::StreamLog log(full, LogLevel::kInfo, std::make_shared<test::FakeClock>());
  log.write({LogLevel::kInfo, "one", {}});
  log.write({LogLevel::kInfo, "two", {}});
  ASSERT_EQ(dup2(pipe.ends[1], full), full);  // the disk has room again
  log.write({LogLevel::kInfo, "three", {}});
  EXPECT_NE(pipe.readAll().find("event=three log_lines_dropped=2\n"), std::string::npos);
  close(full);
}

/// Lines, and what the lines say was not written: together every event that there was.
std::uint64_t accountedFor(const std::string& text) {
  std::uint64_t sum = linesIn(text);
  const std::string field = " log_lines_suppressed=";
  for (auto at = text.find(field); at != std::string::npos; at = text.find(field, at + 1)) {
    sum += std::stoull(text.substr(at + field.size()));
  }
  return sum;
}

constexpr std::uint64_t kStorm = 10'000;
constexpr std::size_t kPerMinute = detail::StreamLog::kByAnybodyPerMinute;
const LogEvent kStranger{.level = LogLevel::kInfo, .name = "stranger", .byAnybody = true};

// SEC-LG-09
TEST(StreamLog, WritesOnlyAMinutesWorthOfWhatAnybodyCanCauseAndCountsTheRest) {
  Pipe pipe;
  const auto clock = std::make_shared<test::FakeClock>();
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, clock);
  for (std::uint64_t i = 0; i < kStorm; ++i) log.write(kStranger);
  const std::string storm = pipe.readAll();
  EXPECT_EQ(linesIn(storm), kPerMinute);

  clock->advance(std::chrono::minutes(1));
  log.write(kStranger);
  const std::string next = pipe.readAll();
  EXPECT_NE(next.find("event=stranger log_lines_suppressed=" + std::to_string(kStorm - kPerMinute) + "\n"),
            std::string::npos)
      << next;
  log.write(kStranger);
  const std::string again = pipe.readAll();
  EXPECT_TRUE(again.ends_with("event=stranger\n")) << "told once: " << again;
  EXPECT_EQ(accountedFor(storm + next + again), kStorm + 2);
}

// SEC-LG-09
TEST(StreamLog, WritesEveryErrorAndEveryEventOfItsOwnPeopleInAStorm) {
  Pipe pipe;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  for (std::uint64_t i = 0; i < kStorm; ++i) log.write(kStranger);
  pipe.readAll();
  log.write({.level = LogLevel::kInfo, .name = "completed"});
  EXPECT_NE(pipe.readAll().find("event=completed log_lines_suppressed=" + std::to_string(kStorm - kPerMinute) + "\n"),
            std::string::npos);
  for (int i = 0; i < 300; ++i) {
    log.write({.level = LogLevel::kInfo, .name = "refused"});
    log.write({.level = LogLevel::kError, .name = "failed", .byAnybody = true});
  }
  EXPECT_EQ(linesIn(pipe.readAll()), 600u);
}

// SEC-LG-09: a storm, then nothing more
TEST(StreamLog, SaysInTheEndWhatItOnlyCounted) {
  Pipe pipe;
  {
    detail::StreamLog log(pipe.ends[1], LogLevel::kWarning, std::make_shared<test::FakeClock>());
    for (int i = 0; i < 500; ++i) log.write(kStranger);  // below its level: nobody misses these
    LogEvent warning = kStranger;
    warning.level = LogLevel::kWarning;
    for (std::size_t i = 0; i < kPerMinute + 7; ++i) log.write(warning);
  }
  const std::string text = pipe.readAll();
  EXPECT_EQ(linesIn(text), kPerMinute + 1);
  EXPECT_TRUE(text.ends_with("level=warning event=log.lines.suppressed log_lines_suppressed=7\n")) << text;
  { const detail::StreamLog quiet(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>()); }
  EXPECT_EQ(pipe.readAll(), "");
}

// SEC-LG-06, SEC-LG-09
TEST(StreamLog, LosesNoCountToALineThatNobodyTakes) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Pipe pipe;
  detail::StreamLog log(full, LogLevel::kInfo, std::make_shared<test::FakeClock>());
  for (std::size_t i = 0; i < kPerMinute + 3; ++i) log.write(kStranger);
  log.write({LogLevel::kInfo, "lost", {}});
  ASSERT_EQ(dup2(pipe.ends[1], full), full);
  log.write({LogLevel::kInfo, "told", {}});
  const std::string text = pipe.readAll();
  EXPECT_NE(text.find("event=told log_lines_dropped=121 log_lines_suppressed=3\n"), std::string::npos) << text;
  close(full);
}

// SEC-LG-09
TEST(StreamLog, CountsExactlyWhatThreadsOfStrangersCause) {
  Pipe pipe;
  {
    detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 2500; ++i) {
          log.write(kStranger);
          if (i % 250 == 0) log.write({LogLevel::kInfo, "known", {}});
        }
      });
    }
  }
  // 40 known ones, and the line of the end when the last to come was only counted.
  const std::string text = pipe.readAll();
  const std::uint64_t ends = text.find("event=log.lines.suppressed") == std::string::npos ? 0 : 1;
  EXPECT_EQ(accountedFor(text), 10'000u + 40 + ends);
}

TEST(StreamLog, KeepsLinesOfThreadsApart) {
  Pipe pipe;
  detail::StreamLog log(pipe.ends[1], LogLevel::kInfo, std::make_shared<test::FakeClock>());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 50; ++i) log.write({LogLevel::kInfo, "e", {{"k", std::string(60, 'x')}}});
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = pipe.readAll();
  EXPECT_EQ(linesIn(text), 200u);
  const std::string expected = text.substr(0, text.find('\n') + 1);
  for (std::size_t at = 0; at < text.size(); at += expected.size()) {
    ASSERT_EQ(text.compare(at, expected.size(), expected), 0);
  }
}

}  // namespace
}  // namespace sso
