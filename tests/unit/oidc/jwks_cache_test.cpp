// SPDX-License-Identifier: Apache-2.0
// SECURITY 1.5: when keys are fetched, how long they are believed, and that threads share one fetch.
#include "oidc/jwks_cache.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <thread>
#include <vector>

#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class JwksCacheKeys : public VerifierFixture {
 protected:
  detail::JwksCache& keyCache() {
    verifier();
    return *cache;
  }
  std::string kidFor(std::string_view kid) { return keyCache().keyFor(kid)->kid; }
  std::string refusalFor(std::string_view kid, ErrorCode code = ErrorCode::kLoginFailed) {
    return refusalOf([&] { keyCache().keyFor(kid); }, code);
  }
  std::size_t fetches() const { return transport->requests("/keys").size(); }
  void serve(const std::string& jwks, const std::string& cacheControl) {
    transport->on("/keys", [=](const HttpRequest&) {
      return HttpResponse{200, {{"content-type", "application/json"}, {"cache-control", cacheControl}}, jwks};
    });
  }
};

TEST_F(JwksCacheKeys, FetchesOnceAndKeeps) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  EXPECT_EQ(fetches(), 1u);
  EXPECT_TRUE(transport->requests("/keys").front().safeToRepeat);
  EXPECT_EQ(transport->requests("/keys").front().timeout, 5000ms);
}
TEST_F(JwksCacheKeys, DoesNotAskAgainForAKidTheFirstFetchDidNotHave) {
  EXPECT_EQ(refusalFor("snk_unknown"), "kid");
  EXPECT_EQ(fetches(), 1u);
}
TEST_F(JwksCacheKeys, RefetchesForAnUnknownKidOncePerCoolDown) {  // SEC-JW-01
  kidFor(keys().kid());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(refusalFor("snk_unknown" + std::to_string(i)), "kid");
  EXPECT_EQ(fetches(), 2u);
  clock->advance(29s);
  EXPECT_EQ(refusalFor("snk_another"), "kid");
  EXPECT_EQ(fetches(), 2u);
  clock->advance(1s);
  EXPECT_EQ(refusalFor("snk_another"), "kid");
  EXPECT_EQ(fetches(), 3u);
}
TEST_F(JwksCacheKeys, RemembersAnUnknownKidForAMinute) {  // CONTRACT.md 3.7 (2)
  kidFor(keys().kid());
  EXPECT_EQ(refusalFor("snk_unknown"), "kid");
  clock->advance(59s);  // the cool-down is over, the memory is not
  EXPECT_EQ(refusalFor("snk_unknown"), "kid");
  EXPECT_EQ(fetches(), 2u);
  clock->advance(1s);
  EXPECT_EQ(refusalFor("snk_unknown"), "kid");
  EXPECT_EQ(fetches(), 3u);
}
TEST_F(JwksCacheKeys, FollowsARotationAfterOneRefetch) {  // SEC-JW-04; conformance: signing-key-rotation
  kidFor(keys().kid());
  transport->onJson("/keys", otherKeys().jwks());
  EXPECT_EQ(kidFor("snk_2"), "snk_2");
  EXPECT_EQ(fetches(), 2u);
  EXPECT_EQ(refusalFor(keys().kid()), "kid");
}
TEST_F(JwksCacheKeys, ForgetsAWithdrawnKeyWhenTheCacheTimeEnds) {  // SEC-JW-05
  kidFor(keys().kid());
  transport->onJson("/keys", otherKeys().jwks());
  clock->advance(599s);
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  clock->advance(1s);
  EXPECT_EQ(refusalFor(keys().kid()), "kid");
}
TEST_F(JwksCacheKeys, HonoursCacheControlWithinBounds) {  // SEC-JW-17
  serve(keys().jwks(), "max-age=0");
  kidFor(keys().kid());
  clock->advance(59s);
  kidFor(keys().kid());
  EXPECT_EQ(fetches(), 1u);
  clock->advance(1s);
  kidFor(keys().kid());
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(JwksCacheKeys, AgesBySteadyTime) {  // setting the wall clock back revives nothing
  kidFor(keys().kid());
  clock->advance(10min);
  clock->jumpTo(kNow - 86400);
  kidFor(keys().kid());
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(JwksCacheKeys, KeepsOldKeysWhileARefetchFails) {  // SEC-JW-12, SEC-JW-13, SEC-JW-18
  kidFor(keys().kid());
  transport->failWith("/keys");
  clock->advance(10min);
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  clock->advance(59min);
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  clock->advance(1min);
  EXPECT_EQ(refusalFor(keys().kid(), ErrorCode::kUpstreamUnavailable), "upstream");
  EXPECT_THAT(log->text(), HasSubstr("jwks.failed"));
  transport->onJson("/keys", keys().jwks());  // and recovers without a restart
  clock->advance(2s);
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
}
TEST_F(JwksCacheKeys, GivesAFailingServerARest) {
  transport->failWith("/keys");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamUnavailable), "upstream");
  EXPECT_EQ(fetches(), 1u);
  clock->advance(2s);
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamUnavailable), "upstream");
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(JwksCacheKeys, SaysSoWhenARefetchForAnUnknownKidFails) {
  kidFor(keys().kid());
  transport->failWith("/keys");
  EXPECT_EQ(refusalFor("snk_2", ErrorCode::kUpstreamUnavailable), "upstream");
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  transport->onJson("/keys", otherKeys().jwks());
  clock->advance(30s);
  EXPECT_EQ(kidFor("snk_2"), "snk_2");  // an outage leaves no memory of an unknown kid
}
TEST_F(JwksCacheKeys, RefusesAnswersThatAreNoKeySet) {  // SEC-JW-10, -12, -14
  const auto answer = [this](int status, const char* type, const std::string& body) {
    transport->on("/keys", [=](const HttpRequest&) { return HttpResponse{status, {{"content-type", type}}, body}; });
    clock->advance(2s);
  };
  answer(404, "application/json", keys().jwks());
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamRejected), "upstream");
  answer(302, "application/json", keys().jwks());
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamRejected), "upstream");
  answer(500, "application/json", keys().jwks());
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamUnavailable), "upstream");
  answer(200, "text/html", keys().jwks());
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamRejected), "upstream");
  answer(200, "application/json", "<html>");
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamRejected), "malformed");
  answer(200, "application/jwk-set+json; charset=utf-8", keys().jwks());
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
}
TEST_F(JwksCacheKeys, ReportsAmbiguityWithoutPrintingKids) {  // SEC-JW-06, SEC-JW-03
  const TestKeys twin(keys().kid());
  transport->onJson("/keys", R"({"keys":[)" + keys().jwk() + "," + twin.jwk() + "," + otherKeys().jwk() + "]}");
  EXPECT_EQ(refusalFor(keys().kid()), "kid");
  EXPECT_THAT(log->text(), HasSubstr("jwks.ambiguous"));
  EXPECT_THAT(log->text(), Not(HasSubstr(keys().kid())));
}
TEST_F(JwksCacheKeys, FetchesOnlyWhereDiscoverySays) {  // SEC-DI-03
  auto elsewhere = discovery();
  elsewhere["jwks_uri"] = "http://169.254.169.254/keys";
  transport->onJson("/.well-known/openid-configuration", elsewhere.dump());
  EXPECT_EQ(refusalFor("k", ErrorCode::kUpstreamRejected), "metadata");
  EXPECT_EQ(fetches(), 0u);
}
TEST_F(JwksCacheKeys, BoundsTheMemoryOfUnknownKids) {
  kidFor(keys().kid());
  for (int i = 0; i < 400; ++i) {
    clock->advance(30s);  // past the cool-down, and each kid's memory ends two steps later
    EXPECT_EQ(refusalFor("snk_unknown" + std::to_string(i)), "kid");
  }
}

TEST_F(JwksCacheKeys, IsReadyWithUsableKeys) {
  EXPECT_TRUE(keyCache().ready());
  EXPECT_TRUE(keyCache().ready());
  EXPECT_EQ(fetches(), 1u);
  transport->failWith("/keys");
  clock->advance(20min);
  EXPECT_TRUE(keyCache().ready());  // stale keys still serve
  clock->advance(60min);
  EXPECT_FALSE(keyCache().ready());
}
TEST_F(JwksCacheKeys, IsNotReadyAndTriesSeldomWithoutKeys) {
  transport->failWith("/keys");
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(keyCache().ready());
  EXPECT_EQ(fetches(), 1u);
  transport->on("/keys", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("not an sso::Error"); });
  clock->advance(3s);
  EXPECT_FALSE(keyCache().ready());
}

/// A server that answers when the test lets it.
class Gate {
 public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void awaitArrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return arrived_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

class JwksCacheThreads : public JwksCacheKeys {
 protected:
  void gate(Gate& gate, const std::string& jwks) {
    transport->on("/keys", [&gate, jwks](const HttpRequest&) {
      gate.pass();
      return HttpResponse{200, {{"content-type", "application/json"}}, jwks};
    });
  }
};

TEST_F(JwksCacheThreads, ShareOneFetchAtAColdStart) {  // SECURITY 5, item 22; PERFORMANCE aim 7
  detail::JwksCache& cold = keyCache();
  Gate gate;
  this->gate(gate, keys().jwks());
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) good += cold.keyFor(keys().kid())->kid == keys().kid();
    });
  }
  gate.awaitArrival();
  gate.open();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 16 * 50);
  EXPECT_EQ(fetches(), 1u);
}
TEST_F(JwksCacheThreads, ServeKnownKidsWhileAnUnknownOneIsFetched) {  // no lock across the fetch
  kidFor(keys().kid());
  Gate gate;
  this->gate(gate, otherKeys().jwks());
  std::thread asking([&] { EXPECT_EQ(keyCache().keyFor("snk_2")->kid, "snk_2"); });
  gate.awaitArrival();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());  // would hang under a held lock
  std::vector<std::thread> others;
  for (int i = 0; i < 8; ++i) others.emplace_back([&] { EXPECT_EQ(keyCache().keyFor("snk_2")->kid, "snk_2"); });
  gate.open();
  asking.join();
  for (auto& thread : others) thread.join();
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(JwksCacheThreads, GoOnWithStaleKeysWhileTheServerHangs) {  // SEC-JW-13, SEC-JW-18, R-01
  kidFor(keys().kid());
  clock->advance(10min);
  const auto outage = [this] {
    Gate gate;
    transport->on("/keys", [&gate](const HttpRequest&) -> HttpResponse {
      gate.pass();
      throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "no complete answer in time");
    });
    std::thread leading([this] { EXPECT_EQ(kidFor(keys().kid()), keys().kid()); });
    gate.awaitArrival();
    clock->advance(500ms);  // the grace is over; once a try has failed there is none
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 60; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);  // 30 s and more if each had waited for the grace
    gate.open();
    leading.join();
  };
  outage();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  clock->advance(29s);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  EXPECT_EQ(fetches(), 2u);  // one caller paid, once in the cool-down
  clock->advance(1s);
  outage();
  EXPECT_EQ(fetches(), 3u);
}
TEST_F(JwksCacheThreads, KnowAfterOneFailureThatWaitingIsNoUse) {
  kidFor(keys().kid());
  transport->failWith("/keys");
  clock->advance(10min);
  kidFor(keys().kid());
  clock->advance(30s);
  Gate gate;
  this->gate(gate, keys().jwks());
  std::thread leading([this] { EXPECT_EQ(kidFor(keys().kid()), keys().kid()); });
  gate.awaitArrival();
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
  gate.open();
  leading.join();
}
TEST_F(JwksCacheThreads, RefuseAWithdrawnKeyWhileTheFirstFetchIsUnderWay) {  // SEC-JW-05
  kidFor(keys().kid());
  clock->advance(10min);
  Gate gate;
  this->gate(gate, otherKeys().jwks());
  std::atomic<int> started{0}, refused{0};
  const auto ask = [&] {
    ++started;
    refused += refusalFor(keys().kid()) == "kid";
  };
  std::vector<std::thread> threads;
  threads.emplace_back(ask);
  gate.awaitArrival();
  for (int i = 0; i < 8; ++i) threads.emplace_back(ask);
  while (started < 9) std::this_thread::yield();
  gate.open();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 9);
}
TEST_F(JwksCacheThreads, AskForAnUnknownKidAlthoughAFetchFailedAMomentAgo) {  // SEC-JW-01, R-09
  kidFor(keys().kid());
  transport->failWith("/keys");
  clock->advance(10min);
  EXPECT_EQ(kidFor(keys().kid()), keys().kid());
  transport->onJson("/keys", otherKeys().jwks());
  clock->advance(2s);  // well within the pause of those who have keys
  EXPECT_EQ(kidFor("snk_2"), "snk_2");
  EXPECT_EQ(fetches(), 3u);
}
TEST_F(JwksCacheThreads, WaitNoLongerThanTheRequestTimeout) {
  verifier();
  detail::JwksCache impatient(transport, metadata, clock, log, 20ms);
  Gate gate;
  this->gate(gate, keys().jwks());
  std::thread leading([&] { impatient.keyFor(keys().kid()); });
  gate.awaitArrival();
  EXPECT_EQ(refusalOf([&] { impatient.keyFor(keys().kid()); }, ErrorCode::kUpstreamUnavailable), "upstream");
  gate.open();
  leading.join();
}
TEST_F(JwksCacheThreads, SurviveRotationsAndOutagesTogether) {  // for the thread sanitizer
  detail::JwksCache& shared = keyCache();
  std::atomic<int> calls{0};
  transport->on("/keys", [&](const HttpRequest&) -> HttpResponse {
    const int call = ++calls;
    if (call % 5 == 0) throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "scripted");
    return {200, {{"content-type", "application/json"}}, call % 2 == 0 ? keys().jwks() : otherKeys().jwks()};
  });
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 200; ++n) {
        if (i == 0) clock->advance(17s);
        if (i == 1) shared.ready();
        try {
          const auto& kid = n % 2 == 0 ? keys().kid() : otherKeys().kid();
          answered += shared.keyFor(kid)->kid == kid;
        } catch (const Error& error) {
          answered += error.reason() == "kid" || error.reason() == "upstream";
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 8 * 200);
}

}  // namespace
}  // namespace sso::test
