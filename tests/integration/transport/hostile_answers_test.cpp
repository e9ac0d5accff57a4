// SPDX-License-Identifier: Apache-2.0
// What a sick or hostile provider can answer: each ends with an error, in time, within bounds.
#include <sys/resource.h>

#include <atomic>
#include <fstream>

#include "integration/transport/transport_fixture.h"

namespace sso::test {
namespace {

using Clock = std::chrono::steady_clock;

const std::string kOk = "HTTP/1.1 200 OK\r\n";

/// A POST to a server that reads the request and then sends these bytes and closes; how that ends.
Error failureOfAnswer(const std::string& bytes) {
  ScriptedServer server([&](ScriptedSession& session) {
    session.readRequest();
    session.send(bytes);
  });
  return failureOf([&] { transportTrusting()->send(postOf(server.url())); });
}

std::size_t residentKilobytes() {
  std::ifstream status("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  status >> total >> resident;
  return resident * 4;
}

TEST(HostileAnswers, ControlAWholeAnswerIsReturned) {
  std::string request;
  ScriptedServer server([&](ScriptedSession& session) {
    request = session.readRequest();
    session.answer("{}", "Content-Type: application/json\r\nX-Trace-Id: t1\r\n");
  });
  const auto response = transportTrusting()->send(postOf(server.url("localhost", "/oauth/token")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{}");
  EXPECT_EQ(response.header("x-trace-id"), "t1");
  EXPECT_TRUE(
      request.starts_with("POST /oauth/token HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_NE(request.find("\r\nUser-Agent: modular-sso-cpp/"), std::string::npos);
  EXPECT_EQ(request.find("Accept-Encoding"), std::string::npos);
}

TEST(HostileAnswers, ControlStatusesAreData) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    session.send("HTTP/1.1 503 Sorry\r\nContent-Length: 4\r\nRetry-After: 3600\r\n\r\nbusy");
  });
  EXPECT_EQ(transportTrusting()->send(postOf(server.url())).status, 503);
}

// SEC-TR-13, SEC-MG-03; SECURITY 5, item 8
TEST(HostileAnswers, TruncatedBodiesAreNoAnswers) {
  for (const std::string& bytes :
       {kOk + "Content-Length: 100\r\n\r\nhello world", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhe", kOk + "Content-Le", std::string("H"), std::string()}) {
    EXPECT_EQ(failureOfAnswer(bytes).code(), ErrorCode::kUpstreamUnavailable) << bytes;
  }
}

TEST(HostileAnswers, BrokenFramingIsRejected) {
  for (const std::string& bytes :
       {kOk + "Content-Type: text/plain\r\n\r\nhello", kOk + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
        kOk + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello", std::string("garbage\r\n\r\n"),
        kOk + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"}) {
    EXPECT_EQ(failureOfAnswer(bytes).code(), ErrorCode::kUpstreamRejected) << bytes;
  }
}

// SEC-TR-13
TEST(HostileAnswers, ResetInTheMiddleIsNoAnswer) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    session.send(kOk + "Content-Length: 100\r\n\r\nhello");
    session.reset();
  });
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(postOf(server.url())); }).code(),
            ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(server.accepted(), 1) << "a code is sent at most once";
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMostKilobytes = 64 * 1024;  // freed memory is kept back for a while to notice its use
#else
constexpr std::size_t kMostKilobytes = 8 * 1024;
#endif

// SEC-TR-11: at most the limit is read, and memory stays bounded.
TEST(HostileAnswers, HugeBodiesAreCutAtTheLimit) {
  std::atomic<std::size_t> sent{0};
  ScriptedServer server([&](ScriptedSession& session) {
    session.readRequest();
    session.send(kOk + "Transfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    while (sent < (200u << 20) && session.send(chunk)) sent += chunk.size();
  });
  const auto before = residentKilobytes();
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(postOf(server.url())); }).code(), ErrorCode::kUpstreamRejected);
  EXPECT_LE(residentKilobytes(), before + kMostKilobytes);
  EXPECT_LT(sent, 20u << 20) << "what the kernel's buffers took, not the 200 MB";
}

TEST(HostileAnswers, DeclaredHugeBodiesAreRefusedUnread) {
  EXPECT_EQ(failureOfAnswer(kOk + "Content-Length: 209715200\r\n\r\n").code(), ErrorCode::kUpstreamRejected);
}

// SEC-TR-11
TEST(HostileAnswers, HeaderBombsAreRefused) {
  std::string bomb = kOk;
  for (int i = 0; i < 5000; ++i) bomb += "X-" + std::to_string(i) + ": value\r\n";
  EXPECT_EQ(failureOfAnswer(bomb + "\r\n").code(), ErrorCode::kUpstreamRejected);
}

// SECURITY 5, item 7
TEST(HostileAnswers, EndlessInterimAnswersAreRefused) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    while (session.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(postOf(server.url())); }).code(), ErrorCode::kUpstreamRejected);
}

// SECURITY 5, item 7: each byte comes before any read timeout, the whole never; only an absolute deadline ends it.
TEST(HostileAnswers, DrippedBytesEndAtTheDeadline) {
  for (const std::string& dripped :
       {std::string(1000, 'x'), "Transfer-Encoding: chunked\r\n\r\n" + std::string(1000, '0')}) {
    ScriptedServer server([&](ScriptedSession& session) {
      session.readRequest();
      session.send(kOk);
      session.drip(dripped, milliseconds(10));
    });
    const auto began = Clock::now();
    const auto error = failureOf([&] { transportTrusting()->send(getOf(server.url(), milliseconds(300))); });
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr("no complete answer in time"));
    EXPECT_LT(Clock::now() - began, milliseconds(2000));
  }
}

// SEC-MG-03
TEST(HostileAnswers, SilenceEndsAtTheDeadline) {
  ScriptedServer server([](ScriptedSession& session) { session.awaitClose(); });
  const auto began = Clock::now();
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(getOf(server.url(), milliseconds(200))); }).code(),
            ErrorCode::kUpstreamUnavailable);
  EXPECT_LT(Clock::now() - began, milliseconds(2000));
}

// A peer that accepts a request and never reads it.
TEST(HostileAnswers, AnUnreadRequestEndsAtTheDeadline) {
  std::atomic<bool> done{false};
  ScriptedServer server([&](ScriptedSession&) {
    while (!done) std::this_thread::yield();
  });
  HttpRequest request = postOf(server.url(), milliseconds(200));
  request.body = std::string(32 << 20, 'x');
  const auto began = Clock::now();
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(request); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_LT(Clock::now() - began, milliseconds(2000));
  done = true;
}

// SEC-TR-12, SEC-MG-04
TEST(HostileAnswers, RedirectsAreNotFollowed) {
  ScriptedServer canary([](ScriptedSession& session) { session.awaitClose(); });
  for (const char* status :
       {"301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"}) {
    ScriptedServer server([&](ScriptedSession& session) {
      session.readRequest();
      session.send(std::string("HTTP/1.1 ") + status + "\r\nLocation: " + canary.url() +
                   "\r\nContent-Length: 0\r\n\r\n");
    });
    const auto response = transportTrusting()->send(postOf(server.url()));
    EXPECT_EQ(response.status / 100, 3);
    EXPECT_EQ(response.header("location"), canary.url());
  }
  EXPECT_EQ(canary.accepted(), 0);
}

TEST(HostileAnswers, RefusedConnectionsAndUnknownNamesAreUnavailable) {
  int port = 0;
  {
    ScriptedServer gone([](ScriptedSession&) {});
    port = gone.port();
  }
  const auto transport = transportTrusting();
  EXPECT_EQ(failureOf([&] { transport->send(getOf("http://127.0.0.1:" + std::to_string(port) + "/")); }).code(),
            ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(failureOf([&] { transport->send(getOf("http://no-such-host.invalid/", milliseconds(2000))); }).code(),
            ErrorCode::kUpstreamUnavailable);
}

// No secret of the request in any text that reaches a log.
TEST(HostileAnswers, ErrorsDoNotQuoteTheRequest) {
  for (const std::string& bytes : {std::string("garbage CANARY-ANSWER\r\n"), kOk + "Content-Length: 9\r\n\r\nx"}) {
    const std::string text = failureOfAnswer(bytes).what();
    EXPECT_EQ(text.find("CANARY"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace sso::test
