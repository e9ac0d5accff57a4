// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <latch>
#include <thread>

#include "unit/scalekit/scalekit_fixture.h"

namespace sso::test {
namespace {

class AccessTokenCacheTest : public ScalekitTest {};

TEST_F(AccessTokenCacheTest, AsksAsTheEnvironmentsClient) {
  EXPECT_EQ(tokens->token().reveal(), "token-1");
  const auto requests = transport->requests("/oauth/token");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].url, kEnvironment + "/oauth/token");
  EXPECT_EQ(requests[0].body, "grant_type=client_credentials&client_id=skc_1&client_secret=CANARY%2Fsecret%26%3D");
}

TEST_F(AccessTokenCacheTest, KeepsATokenUntilNineTenthsOfItsLife) {
  tokens->token();
  clock->advance(seconds(899));
  EXPECT_EQ(tokens->token().reveal(), "token-1");
  clock->advance(seconds(1));
  EXPECT_EQ(tokens->token().reveal(), "token-2");
  EXPECT_EQ(tokenRequests(), 2);
}

TEST_F(AccessTokenCacheTest, UsesTheOldTokenWhileRenewalFails) {
  tokens->token();
  clock->advance(seconds(910));
  transport->failWith("/oauth/token");
  EXPECT_EQ(tokens->token().reveal(), "token-1");
  const int asked = tokenRequests();
  EXPECT_EQ(tokens->token().reveal(), "token-1");
  EXPECT_EQ(tokenRequests(), asked) << "the next try waits a little";
  clock->advance(seconds(90));
  EXPECT_THROW(tokens->token(), Error) << "expired by now";
}

TEST_F(AccessTokenCacheTest, AWallClockSetBackRevivesNothing) {
  tokens->token();
  clock->advance(seconds(2000));
  clock->jumpTo(1'600'000'000);
  EXPECT_EQ(tokens->token().reveal(), "token-2");
}

TEST_F(AccessTokenCacheTest, ARefusedTokenIsReplacedOnce) {
  const Secret first = tokens->token();
  tokens->refused(first);
  EXPECT_EQ(tokens->token().reveal(), "token-2");
  tokens->refused(first);  // somebody who was slower: the new token stays
  EXPECT_EQ(tokens->token().reveal(), "token-2");
}

TEST_F(AccessTokenCacheTest, AFailureIsReportedAndNotKept) {
  transport->onJson("/oauth/token", R"({"error":"invalid_client"})", 401);
  try {
    tokens->token();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected);
    EXPECT_EQ(error.hint(), "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET");
    EXPECT_EQ(std::string(error.what()).find("CANARY"), std::string::npos);
  }
  EXPECT_EQ(tokenRequests(), 1) << "a refusal is not repeated";
  transport->onJson("/oauth/token", R"({"access_token":"good","token_type":"Bearer"})");
  EXPECT_EQ(tokens->token().reveal(), "good");
}

TEST_F(AccessTokenCacheTest, TroubleOfTheServerIsRepeatedWithinBounds) {
  transport->onJson("/oauth/token", "{}", 503);
  EXPECT_THROW(tokens->token(), Error);
  EXPECT_EQ(tokenRequests(), 3);
}

// SEC-MG-07
TEST_F(AccessTokenCacheTest, AHundredThreadsMakeOneRequest) {
  constexpr int kThreads = 100;
  std::latch ready(kThreads);
  transport->on("/oauth/token", [&](const HttpRequest&) {
    ready.wait();  // answered when every thread is about to ask
    return json(R"({"access_token":"shared","token_type":"Bearer","expires_in":1000})");
  });
  std::atomic<int> shared{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ready.count_down();
      shared += tokens->token().reveal() == "shared" ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(shared, kThreads);
  EXPECT_EQ(tokenRequests(), 1);
}

// SEC-MG-07: at renewal nobody waits for the one who renews.
TEST_F(AccessTokenCacheTest, OthersGoOnWithTheOldTokenDuringRenewal) {
  tokens->token();
  clock->advance(seconds(910));
  std::latch renewing(1), othersDone(1);
  transport->on("/oauth/token", [&](const HttpRequest&) {
    renewing.count_down();
    othersDone.wait();
    return json(R"({"access_token":"renewed","token_type":"Bearer","expires_in":1000})");
  });
  std::thread renewer([&] { EXPECT_EQ(tokens->token().reveal(), "renewed"); });
  renewing.wait();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(tokens->token().reveal(), "token-1");
  othersDone.count_down();
  renewer.join();
  EXPECT_EQ(tokenRequests(), 2);
}

}  // namespace
}  // namespace sso::test
