// SPDX-License-Identifier: Apache-2.0
// A stop ends in time whatever clients do, and takes no answer from anybody (SEC-HT-15, R-15).
#include <atomic>
#include <thread>

#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

using FrontStop = FrontTest;

// SEC-HT-15
TEST_F(FrontStop, DoesNotWaitForADrippedHead) {
  RawClient slow(start()), silent(server->port());
  slow.send("GET /p HTTP/1.1\r\nX-Slow: ");
  ASSERT_TRUE(eventually([&] { return server->counts().connections == 2; }));
  std::jthread drip([&slow](const std::stop_token& stop) {
    while (!stop.stop_requested() && !slow.readable(milliseconds(10))) slow.send("x");
  });
  const auto began = steady_clock::now();
  EXPECT_TRUE(server->stop(seconds(10)));
  EXPECT_LT(steady_clock::now() - began, seconds(5));
  EXPECT_THROW(RawClient(server->port()), Poco::Exception) << "nobody listens any more";
}

TEST_F(FrontStop, FinishesWhatIsInFlightAndSaysThatItCloses) {
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("done", 4);
  };
  RawClient busy(start()), idle(server->port());
  busy.send(get());
  gate.waitForArrivals(1);
  std::jthread opener([&] {
    // The idle one is closed first: the stop has begun.
    idle.readAll();
    gate.open();
  });
  EXPECT_TRUE(server->stop(seconds(10)));
  const auto answer = busy.readAll();
  EXPECT_TRUE(answer.ends_with("\r\n\r\ndone")) << answer;
  EXPECT_EQ(count(answer, "Connection: close"), 1);
}

TEST_F(FrontStop, AnswersARequestThatHadArrived) {
  for (int round = 0; round < 5; ++round) {
    RawClient client(start());
    client.send(get());
    EXPECT_TRUE(server->stop(seconds(10)));
    EXPECT_EQ(statusOf(client.readAll()), 200) << "round " << round;
    server.reset();
  }
}

// to its client a connection that the kernel has accepted is one that the server has.
TEST_F(FrontStop, AnswersWhoeverTheKernelHasAccepted) {
  options.limits.maxQueued = 1000;
  const auto port = prepare();
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 300; ++i) {
    waiting.push_back(std::make_unique<RawClient>(port));
    waiting.back()->send(get());
  }
  server->start();
  EXPECT_TRUE(server->stop(std::chrono::seconds(10)));
  for (auto& client : waiting) EXPECT_EQ(statusOf(client->readAll()), 200);
}

TEST_F(FrontStop, CutsAtTheEndOfItsGrace) {
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) {
    const std::string body(16 << 20, 'x');
    response.sendBuffer(body.data(), body.size());
  };
  RawClient unread(start(), 4096);
  unread.send(get());
  ASSERT_TRUE(eventually([&] { return server->counts().inHandlers == 1; }));
  const auto began = steady_clock::now();
  EXPECT_TRUE(server->stop(milliseconds(200)));
  EXPECT_GE(steady_clock::now() - began, milliseconds(150));
  EXPECT_LT(steady_clock::now() - began, seconds(4));
}

TEST_F(FrontStop, SaysWhenAHandlerDoesNotReturn) {
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("", 0);
  };
  RawClient client(start());
  client.send(get());
  gate.waitForArrivals(1);
  EXPECT_FALSE(server->stop(milliseconds(50), milliseconds(50)));
  gate.open();
  EXPECT_TRUE(server->stop(milliseconds(0), seconds(10)));
}

TEST_F(FrontStop, MayComeTwiceOrBeforeTheStart) {
  start();
  EXPECT_TRUE(server->stop(seconds(1)));
  EXPECT_TRUE(server->stop(seconds(1)));
  Server never(nullptr, Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)));
  EXPECT_TRUE(never.stop(seconds(1)));
}

TEST_F(FrontStop, UnderLoadLosesNoAnswerThatWasBegun) {
  const auto port = start();
  std::atomic<int> whole = 0, torn = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, port] {
        try {
          for (;;) {
            RawClient client(port);
            if (!client.send(get())) return;
            const auto answer = client.readAnswer();
            if (answer.empty()) return;
            (answer.ends_with("fine") ? whole : torn)++;
          }
        } catch (const Poco::Exception&) {
          // Refused: the server listens no more.
        }
      });
    }
    ASSERT_TRUE(eventually([&] { return whole > 200; }));
    EXPECT_TRUE(server->stop(seconds(10)));
  }
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace sso::front::test
