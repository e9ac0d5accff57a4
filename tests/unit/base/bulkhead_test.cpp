// SPDX-License-Identifier: Apache-2.0
#include "base/bulkhead.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "support/fake_transport.h"

namespace sso::detail {
namespace {

bool grantedElsewhere(Bulkhead& bulkhead) {
  bool granted = false;
  std::thread([&] { granted = Bulkhead::Turn(&bulkhead, std::nothrow).granted(); }).join();
  return granted;
}

TEST(BulkheadTurn, IsGrantedToSoManyThreadsAndNoMore) {
  Bulkhead bulkhead(2);
  const Bulkhead::Turn mine(&bulkhead);
  std::promise<void> entered, mayLeave;
  std::thread other([&] {
    const Bulkhead::Turn turn(&bulkhead);
    entered.set_value();
    mayLeave.get_future().wait();
  });
  entered.get_future().wait();
  EXPECT_EQ(bulkhead.waiting(), 2u);
  EXPECT_FALSE(grantedElsewhere(bulkhead));
  EXPECT_EQ(bulkhead.waiting(), 2u) << "who got none takes up no room";
  mayLeave.set_value();
  other.join();
  EXPECT_TRUE(grantedElsewhere(bulkhead));
  EXPECT_EQ(bulkhead.waiting(), 1u);
}

TEST(BulkheadTurn, CountsAThreadOnce) {
  Bulkhead bulkhead(1);
  {
    const Bulkhead::Turn outer(&bulkhead);
    { const Bulkhead::Turn inner(&bulkhead); }
    EXPECT_EQ(bulkhead.waiting(), 1u);
    EXPECT_FALSE(grantedElsewhere(bulkhead)) << "the inner one gave nothing back";
  }
  EXPECT_EQ(bulkhead.waiting(), 0u);
}

TEST(BulkheadTurn, ThrowsWhereNobodyAsksWhetherItWasGranted) {
  Bulkhead bulkhead(1);
  const Bulkhead::Turn mine(&bulkhead);
  std::thread([&] {
    try {
      const Bulkhead::Turn turn(&bulkhead);
      ADD_FAILURE() << "granted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
    }
  }).join();
}

TEST(BulkheadTurn, IsEverybodysWithoutABulkhead) { EXPECT_TRUE(Bulkhead::Turn(nullptr).granted()); }

TEST(WithinBulkhead, SendsNothingWithoutATurn) {
  const auto bulkhead = std::make_shared<Bulkhead>(1);
  const auto fake = std::make_shared<test::FakeTransport>();
  fake->onJson("/x", "{}");
  const auto transport = withinBulkhead(fake, bulkhead);
  HttpRequest request;
  request.url = "https://a.example/x";
  {
    const Bulkhead::Turn mine(bulkhead.get());
    EXPECT_EQ(transport->send(request).status, 200) << "within the turn of this thread";
    std::thread([&] { EXPECT_THROW(transport->send(request), Error); }).join();
    EXPECT_EQ(fake->requests().size(), 1u);
  }
  std::thread([&] { EXPECT_EQ(transport->send(request).status, 200); }).join();
  EXPECT_EQ(bulkhead->waiting(), 0u);
}

}  // namespace
}  // namespace sso::detail
