// SPDX-License-Identifier: Apache-2.0
// Connections are kept, and a request is never sent twice that must not be.
#include <atomic>
#include <latch>
#include <thread>

#include "integration/transport/transport_fixture.h"

namespace sso::test {
namespace {

/// Answers every request on every connection.
void answerAll(ScriptedSession& session) {
  while (!session.readRequest().empty()) {
    if (!session.answer("ok")) return;
  }
}

TEST(KeptConnections, AHundredRequestsUseOne) {
  ScriptedServer server(answerAll);
  const auto transport = transportTrusting();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(transport->send(i % 2 == 0 ? getOf(server.url()) : postOf(server.url())).body, "ok");
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST(KeptConnections, AHundredRequestsUseOneUnderTls) {
  const TestAuthority authority;
  ScriptedServer server(answerAll, {.certificate = authority.issue()});
  const auto transport = transportTrusting(authority.caFile());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(transport->send(postOf(server.url())).body, "ok");
  EXPECT_EQ(server.accepted(), 1);
}

TEST(KeptConnections, ThirtyTwoThreadsUseAtMostThirtyTwo) {
  constexpr int kThreads = 32;
  ScriptedServer server(answerAll);
  const auto transport = transportTrusting();
  std::latch start(kThreads);
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int n = 0; n < 20; ++n) answered += transport->send(getOf(server.url())).status == 200 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, kThreads * 20);
  EXPECT_LE(server.accepted(), kThreads);
}

TEST(KeptConnections, AreNotKeptWhenTheServerSaysClose) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    session.answer("ok", "Connection: close\r\n");
    session.awaitClose();
  });
  const auto transport = transportTrusting();
  transport->send(getOf(server.url()));
  transport->send(getOf(server.url()));
  EXPECT_EQ(server.accepted(), 2);
}

// Bytes nobody asked for may be the answer to somebody else's question.
TEST(KeptConnections, AreNotKeptWithBytesLeftOver) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    // In one piece: what arrives while the next request is on its way cannot be told from its answer (RFC 9112 9.3).
    session.send(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    session.awaitClose();
  });
  const auto transport = transportTrusting();
  for (int i = 0; i < 3; ++i) {
    const auto body = transport->send(getOf(server.url())).body;
    EXPECT_EQ(body, "ok");
  }
}

// Under TLS they may stand behind records that hold no data.
TEST(KeptConnections, AreNotKeptWithBytesBehindANewKey) {
  const TestAuthority authority;
  std::atomic<int> spoilt{0};
  ScriptedServer server(
      [&](ScriptedSession& session) {
        session.readRequest();
        session.answer("ok");
        for (int keys = 0; keys < 3; ++keys) session.updateKeys();
        session.answer("evil");
        ++spoilt;
        session.awaitClose();
      },
      {.certificate = authority.issue()});
  const auto transport = transportTrusting(authority.caFile());
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(transport->send(getOf(server.url())).body, "ok");
    while (spoilt < i) std::this_thread::yield();
  }
  EXPECT_EQ(server.accepted(), 3);
}

// One record is read at a time, and few of them: whoever has sent more is not waited for to end.
TEST(KeptConnections, AreNotKeptWithNewKeysWithoutEnd) {
  const TestAuthority authority;
  std::atomic<int> updated{0};
  ScriptedServer server(
      [&](ScriptedSession& session) {
        session.readRequest();
        session.answer("ok");
        for (int keys = 0; keys < 20; ++keys) session.updateKeys();
        ++updated;
        session.awaitClose();
      },
      {.certificate = authority.issue()});
  const auto transport = transportTrusting(authority.caFile());
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(transport->send(getOf(server.url())).body, "ok");
    while (updated < i) std::this_thread::yield();
  }
  EXPECT_EQ(server.accepted(), 3);
}

TEST(KeptConnections, AreKeptWithANewKey) {
  const TestAuthority authority;
  std::atomic<int> updated{0};
  ScriptedServer server(
      [&](ScriptedSession& session) {
        while (!session.readRequest().empty()) {
          session.answer("ok");
          session.updateKeys();
          ++updated;
        }
      },
      {.certificate = authority.issue()});
  const auto transport = transportTrusting(authority.caFile());
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(transport->send(postOf(server.url())).body, "ok");
    while (updated < i) std::this_thread::yield();
  }
  EXPECT_EQ(server.accepted(), 1);
}

/// Serves one request per connection, then closes it without saying so; tells when.
class ClosingServer {
 public:
  ScriptedServer server{[this](ScriptedSession& session) {
    session.readRequest();
    ++requests;
    session.answer("ok");
    session.cut();
    ++closed;
  }};
  void awaitClosed(int count) {
    while (closed < count) std::this_thread::yield();
  }
  std::atomic<int> requests{0}, closed{0};
};

TEST(KeptConnections, ADeadOneIsNoticedBeforeItIsUsed) {
  ClosingServer closing;
  const auto transport = transportTrusting();
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(transport->send(postOf(closing.server.url())).body, "ok");
    closing.awaitClosed(i);
  }
  EXPECT_EQ(closing.requests, 5);
}

/// Answers the first request of a connection; swallows the second one and closes.
void swallowSecond(ScriptedSession& session) {
  session.readRequest();
  session.answer("ok");
  session.readRequest();
  session.cut();
}

// SEC-TR-13: the server read it and died, so it may have been used.
TEST(KeptConnections, APostThatWasReadIsNeverSentAgain) {
  std::atomic<int> posts{0};
  ScriptedServer server([&](ScriptedSession& session) {
    if (!session.readRequest().empty()) ++posts;
    session.answer("ok");
    if (!session.readRequest().empty()) ++posts;
    session.cut();
  });
  const auto transport = transportTrusting();
  transport->send(postOf(server.url()));
  EXPECT_EQ(failureOf([&] { transport->send(postOf(server.url())); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(posts, 2) << "one of each, none twice";
}

TEST(KeptConnections, ASafeRequestIsRepeatedOnceOnAFreshOne) {
  ScriptedServer server(swallowSecond);
  const auto transport = transportTrusting();
  HttpRequest request = getOf(server.url());
  request.safeToRepeat = true;
  EXPECT_EQ(transport->send(request).body, "ok");
  EXPECT_EQ(transport->send(request).body, "ok");
  EXPECT_EQ(server.accepted(), 2);
}

TEST(KeptConnections, ASafeRequestIsNotRepeatedOnceItsAnswerBegan) {
  ScriptedServer server([](ScriptedSession& session) {
    session.readRequest();
    session.answer("ok");
    session.readRequest();
    session.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
    session.cut();
  });
  const auto transport = transportTrusting();
  HttpRequest request = getOf(server.url());
  request.safeToRepeat = true;
  transport->send(request);
  EXPECT_EQ(failureOf([&] { transport->send(request); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(server.accepted(), 1);
}

TEST(KeptConnections, AFreshOneThatDiesIsNotRepeated) {
  ScriptedServer server([](ScriptedSession& session) { session.readRequest(); });
  HttpRequest request = getOf(server.url());
  request.safeToRepeat = true;
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(request); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(server.accepted(), 1);
}

}  // namespace
}  // namespace sso::test
