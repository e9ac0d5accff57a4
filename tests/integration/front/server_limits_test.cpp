// SPDX-License-Identifier: Apache-2.0
// Slow, silent and too many clients: cut in time, and nobody else notices (SEC-HT-12 to -14; ).
#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

using std::chrono::steady_clock;

struct FrontLimits : FrontTest {
  /// The healthy client's request, and that it is answered well within the two seconds of SEC-HT-12 to -14.
  void expectHealthy() {
    const auto began = steady_clock::now();
    EXPECT_EQ(statusOf(exchange(get("", "/healthy"))), 200);
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(2));
  }
  /// Sends a byte whenever the server has nothing to say for so long; returns what it says in the end.
  static std::string drip(RawClient& client, milliseconds pause, int most = 10'000) {
    for (int i = 0; i < most && !client.readable(pause); ++i) {
      if (!client.send("x")) break;
    }
    return client.readAll();
  }
};

// SEC-HT-12: a byte now and then keeps no connection.
TEST_F(FrontLimits, CutADrippedHeadAtItsDeadline) {
  options.limits.headTimeout = milliseconds(300);
  options.limits.lingerTimeout = milliseconds(100);
  RawClient slow(start());
  slow.send("GET /p HTTP/1.1\r\nX-Slow: ");
  const auto began = steady_clock::now();
  const auto answer = drip(slow, milliseconds(20));
  EXPECT_EQ(statusOf(answer), 408);
  EXPECT_GE(steady_clock::now() - began, milliseconds(250));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(seen().empty());
  EXPECT_EQ(notices(), std::vector<std::string>{"408 head_timeout"});
}

TEST_F(FrontLimits, LetTwoHundredDrippersHoldNoThread) {
  options.limits.threads = 2;
  const auto port = start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<RawClient>(port));
    slow.back()->send("GET /slow HTTP/1.1\r\nX-Slow: ");
  }
  for (int round = 0; round < 5; ++round) {
    for (auto& client : slow) client->send("x");
    expectHealthy();
  }
  EXPECT_EQ(seen(), std::vector<std::string>(5, "/healthy"));
  for (auto& client : slow) client->send("\r\nHost: a\r\n\r\n");
  for (auto& client : slow) EXPECT_EQ(statusOf(client->readAnswer()), 200) << "within the deadline slow is no crime";
}

// SEC-HT-13, R-18
TEST_F(FrontLimits, AThousandIdleConnectionsCostNobodyAnything) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  options.limits.threads = 2;
  options.limits.maxConnectionsPerAddress = options.limits.maxQueued = 2000;
  const auto port = start();
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(std::make_unique<RawClient>(port));
  ASSERT_TRUE(eventually([&] { return server->counts().connections == 1000; }));
  for (int i = 0; i < 20; ++i) expectHealthy();
  for (auto& client : idle) client->send(get());
  for (auto& client : idle) EXPECT_EQ(statusOf(client->readAnswer()), 200) << "all of them were kept";
  idle.clear();
  EXPECT_TRUE(eventually([&] { return server->counts().connections == 0; })) << "no descriptor is left behind";
}

TEST_F(FrontLimits, CloseAnIdleConnectionAfterItsTime) {
  options.limits.idleTimeout = milliseconds(200);
  RawClient fresh(start());
  EXPECT_EQ(fresh.readAll(), "");
  RawClient kept(server->port());
  kept.send(get());
  EXPECT_EQ(statusOf(kept.readAnswer()), 200);
  EXPECT_EQ(kept.readAll(), "");
  EXPECT_TRUE(kept.closed());
}

// SEC-HT-14: a client that asks for much and takes nothing.
TEST_F(FrontLimits, CutAClientThatNeverReads) {
  options.limits.sendStall = milliseconds(300);
  options.limits.threads = 2;
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body(request.getURI() == "/healthy" ? 10 : 16 << 20, 'x');
    response.sendBuffer(body.data(), body.size());
  };
  const auto port = start();
  RawClient first(port, 4096), second(port, 4096);
  first.send(get());
  second.send(get());
  waitForNotice("0 client_lost", 2);
  expectHealthy();
}

// The whole answer has a deadline, too: a client that takes a little now and then stalls nothing, and is cut.
TEST_F(FrontLimits, CutAClientThatReadsTooSlowly) {
  options.limits.headTimeout = options.limits.bodyTimeout = milliseconds(300);
  options.limits.requestTimeout = milliseconds(600);
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) {
    const std::string body(16 << 20, 'x');
    response.sendBuffer(body.data(), body.size());
  };
  RawClient slow(start(), 4096);
  slow.send(get());
  const auto began = steady_clock::now();
  waitForNotice("0 client_lost");
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(5));
}

// a small body in drips holds no thread.
TEST_F(FrontLimits, LetBodiesInDripsHoldNoThread) {
  options.limits.threads = 1;
  options.limits.bodyTimeout = milliseconds(500);
  options.limits.headTimeout = milliseconds(500);
  const auto port = start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<RawClient>(port));
    slow.back()->send(i % 2 == 0 ? post("Content-Length: 100\r\n", "x", "/slow")
                                 : post("Transfer-Encoding: chunked\r\n", "64\r\nx", "/slow"));
  }
  expectHealthy();
  for (auto& client : slow) EXPECT_EQ(statusOf(drip(*client, milliseconds(20))), 408);
  waitForNotice("408 body_timeout", 20);
  EXPECT_EQ(seen(), std::vector<std::string>{"/healthy"});
}

// The first byte of a body begins no new time.
TEST_F(FrontLimits, CountTheTimeOfABodyFromTheFirstByteOfItsHead) {
  options.limits.headTimeout = options.limits.bodyTimeout = std::chrono::seconds(2);
  RawClient slow(start());
  const auto began = steady_clock::now();
  slow.send(post("Content-Length: 100\r\n", ""));
  EXPECT_FALSE(slow.readable(milliseconds(1500)));
  slow.send("x");
  EXPECT_EQ(statusOf(slow.readAll()), 408);
  EXPECT_LT(steady_clock::now() - began, milliseconds(3300));
}

// Whoever keeps a thread waiting has half of them; the oldest goes.
TEST_F(FrontLimits, LetClientsThatDoNotReadHoldHalfOfTheThreads) {
  options.limits.threads = 4;
  options.limits.requestTimeout = options.limits.sendStall = std::chrono::seconds(60);
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body(request.getURI() == "/healthy" ? 10 : 16 << 20, 'x');
    response.sendBuffer(body.data(), body.size());
  };
  const auto port = start();
  std::vector<std::unique_ptr<RawClient>> deaf;
  for (int i = 0; i < 8; ++i) {
    deaf.push_back(std::make_unique<RawClient>(port, 4096));
    deaf.back()->send(get("Connection: close\r\n"));
    ASSERT_TRUE(eventually([&] { return static_cast<int>(seen().size()) == i + 1; }));
    if (i >= 2) waitForNotice("0 client_lost", i - 1);
  }
  expectHealthy();
  EXPECT_TRUE(eventually([&] { return server->counts().inHandlers == 2; }));
  EXPECT_GT(deaf.back()->readAll().size(), std::size_t{16} << 20) << "the last two are served as ever";
}

TEST_F(FrontLimits, OfThreadsForSlowClientsMayBeChosen) {
  options.limits.threads = 4;
  options.limits.threadsForSlowClients = 1;
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    readBody(request);
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient first(port), second(port);
  first.send(post("Content-Length: 100000\r\n", ""));
  ASSERT_TRUE(eventually([&] { return seen().size() == 1; }));
  second.send(post("Content-Length: 100000\r\n", ""));
  waitForNotice("400 body_broken");
  second.send(std::string(100'000, 'x'));
  EXPECT_EQ(statusOf(second.readAnswer()), 200);
}

// What must have a thread to be waited for has half of them, too.
TEST_F(FrontLimits, LetLargeBodiesHoldHalfOfTheThreads) {
  options.limits.threads = 4;
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    readBody(request);
    response.setStatusAndReason(request.stream().bad() ? Poco::Net::HTTPResponse::HTTP_BAD_REQUEST
                                                       : Poco::Net::HTTPResponse::HTTP_OK);
    response.sendBuffer("", 0);
  };
  const auto port = start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(std::make_unique<RawClient>(port));
    slow.back()->send(post(i == 0 ? "Content-Length: 100000\r\n" : "Expect: 100-continue\r\nContent-Length: 100000\r\n",
                           "", "/slow"));
  }
  ASSERT_TRUE(eventually([&] { return seen().size() == 3 && server->counts().inHandlers == 2; }))
      << "one was sent away";
  expectHealthy();
  int served = 0;
  for (auto& client : slow) client->send(std::string(100'000, 'x'));
  for (auto& client : slow) served += client->readUntil("HTTP/1.1 200").find("HTTP/1.1 200") != std::string::npos;
  EXPECT_EQ(served, 2);
}

TEST_F(FrontLimits, GiveAThreadToABodyWhenManyAreCollected) {
  options.limits.maxCollecting = 1;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient first(port), second(port);
  first.send(post("Content-Length: 3\r\n", "a"));
  ASSERT_TRUE(eventually([&] { return server->counts().collecting == 1; }));
  second.send(post("Content-Length: 3\r\n", "a"));
  gate.waitForArrivals(1);
  gate.open();
}

// no handler's thread is held by a body in drips for longer than its time.
TEST_F(FrontLimits, CutADrippedBodyAtItsDeadline) {
  options.limits.maxCollectedBytes = 0;
  options.limits.bodyTimeout = milliseconds(300);
  std::atomic<bool> bad = false;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    readBody(request);
    bad = request.stream().bad();
    response.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_REQUEST_TIMEOUT);
    response.sendBuffer("", 0);
  };
  RawClient slow(start());
  slow.send(post("Content-Length: 100000\r\n", ""));
  EXPECT_EQ(statusOf(drip(slow, milliseconds(20))), 408);
  EXPECT_TRUE(bad);
}

// A handler that takes too long cannot be stopped; its client is not kept waiting.
TEST_F(FrontLimits, CutTheClientOfAHandlerThatTakesTooLong) {
  options.limits.headTimeout = options.limits.bodyTimeout = options.limits.requestTimeout = milliseconds(200);
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("late", 4);
  };
  RawClient client(start());
  client.send(get());
  EXPECT_EQ(client.readAll(), "");
  gate.open();
  waitForNotice("0 client_lost");
}

TEST_F(FrontLimits, RefuseAtOnceWhatCannotBeQueued) {
  options.limits.threads = 1;
  options.limits.maxQueued = 1;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient first(port), second(port), third(port);
  first.send(get("", "/1"));
  gate.waitForArrivals(1);
  second.send(get("", "/2"));
  ASSERT_TRUE(eventually([&] { return server->counts().waiting == 1; }));
  third.send(get("", "/3"));
  const auto answer = third.readAll();
  EXPECT_EQ(statusOf(answer), 503);
  EXPECT_EQ(count(answer, "Retry-After: 2\r\n"), 1);
  gate.open();
  EXPECT_EQ(statusOf(first.readAnswer()), 200);
  EXPECT_EQ(statusOf(second.readAnswer()), 200);
  EXPECT_EQ(seen(), (std::vector<std::string>{"/1", "/2"}));
  EXPECT_EQ(notices(), std::vector<std::string>{"503 queue_full"});
}

TEST_F(FrontLimits, OfOneClientCostItsOldestQuietConnection) {
  options.limits.maxConnectionsPerAddress = 3;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    if (request.getURI() == "/wait") gate.pass();
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient busy(port), old(port), young(port);
  busy.send(get("", "/wait"));
  gate.waitForArrivals(1);
  RawClient fourth(port);
  EXPECT_EQ(old.readAll(), "") << "the one at work was older, but is not quiet";
  fourth.send(get());
  EXPECT_EQ(statusOf(fourth.readAnswer()), 200);
  young.send(get());
  EXPECT_EQ(statusOf(young.readAnswer()), 200);
  gate.open();
  EXPECT_EQ(statusOf(busy.readAnswer()), 200);
  EXPECT_EQ(notices(), std::vector<std::string>{"0 too_many_of_one_client"});
}

TEST_F(FrontLimits, OfOneClientDoNotHoldForAProxy) {
  options.limits.maxConnectionsPerAddress = 1;
  options.trustedProxies = TrustedProxies::parse({"127.0.0.0/8"}).value();
  const auto port = start();
  RawClient first(port), second(port), third(port);
  for (auto* client : {&first, &second, &third}) {
    client->send(get());
    EXPECT_EQ(statusOf(client->readAnswer()), 200);
  }
  EXPECT_TRUE(notices().empty());
}

TEST_F(FrontLimits, OfOneClientWhoseConnectionsAllWorkCloseTheNewOne) {
  options.limits.maxConnectionsPerAddress = 1;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    gate.pass();
    response.sendBuffer("", 0);
  };
  RawClient busy(start());
  busy.send(get());
  gate.waitForArrivals(1);
  RawClient second(server->port());
  EXPECT_EQ(second.readAll(), "");
  gate.open();
  EXPECT_EQ(statusOf(busy.readAnswer()), 200);
}

TEST_F(FrontLimits, OfAllConnectionsMakeTheNewOneWait) {
  options.limits.maxConnections = 2;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    if (request.getURI() != "/third") gate.pass();
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient first(port), second(port);
  first.send(get());
  second.send(get());
  gate.waitForArrivals(2);
  RawClient third(port);
  third.send(get("", "/third"));
  ASSERT_TRUE(eventually([&] { return server->counts().acceptPauses > 0; }));
  EXPECT_EQ(server->counts().accepted, 2u);
  gate.open();
  EXPECT_EQ(statusOf(third.readAnswer()), 200) << "once one of them is quiet, it makes room";
}

// out of descriptors, the listener stays readable. The thread must not spin on it, and must recover.
TEST_F(FrontLimits, OfDescriptorsAreOutlived) {
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    if (request.getURI() == "/wait") gate.pass();
    response.sendBuffer("", 0);
  };
  const auto port = start();
  RawClient busy(port), late(port);  // late: its descriptor is open before they run out
  busy.send(get("", "/wait"));
  gate.waitForArrivals(1);
  late.send(get("", "/wait"));
  gate.waitForArrivals(2);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  Poco::Net::StreamSocket waiting;
  waiting.init(AF_INET);
  rlimit none = before;
  none.rlim_cur = 3;  // every new descriptor is refused; those that are open stay
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  waiting.connect(Poco::Net::SocketAddress("127.0.0.1", port));
  EXPECT_TRUE(eventually([&] { return server->counts().acceptPauses >= 2; }));
  EXPECT_EQ(server->counts().accepted, 2u);
  EXPECT_LT(server->counts().acceptPauses, 10u) << "ten a second, not as many as the processor can";
  gate.open();
  EXPECT_EQ(statusOf(busy.readAnswer()), 200);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(eventually([&] { return server->counts().accepted >= 3; })) << "it accepts again by itself";
  expectHealthy();
}

TEST_F(FrontLimits, MustMakeSense) {
  for (auto change : std::vector<std::function<void(ServerOptions&)>>{
           [](auto& o) { o.limits.threads = 0; }, [](auto& o) { o.limits.headTimeout = milliseconds(0); },
           [](auto& o) { o.limits.maxConnections = 0; }, [](auto& o) { o.head.maxFields = 0; },
           [](auto& o) { o.limits.bodyTimeout = o.limits.requestTimeout + milliseconds(1); }}) {
    ServerOptions broken;
    change(broken);
    EXPECT_THROW(Server(nullptr, Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)), broken),
                 std::invalid_argument);
  }
}

}  // namespace
}  // namespace sso::front::test
