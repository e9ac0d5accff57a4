// SPDX-License-Identifier: Apache-2.0
// SECURITY 0 and N7: one absolute deadline for everything that an incoming request sends.
#include "base/time_budget.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/retry.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace sso::test {
namespace {

using detail::TimeBudget;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TimeBudgetTest : public testing::Test {
 protected:
  /// A server that lets each exchange wait for the whole of its timeout.
  void hang() {
    fake->on("/x", [this](const HttpRequest& request) -> HttpResponse {
      clock.advance(request.timeout);
      throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "no complete answer in time");
    });
  }
  static HttpRequest request(milliseconds timeout = seconds(5)) {
    HttpRequest request;
    request.url = "https://acme.scalekit.example/x";
    request.timeout = timeout;
    request.safeToRepeat = true;
    return request;
  }
  FakeClock clock;
  std::shared_ptr<FakeTransport> fake = std::make_shared<FakeTransport>();
  std::shared_ptr<HttpTransport> transport = detail::withinBudget(fake);
};

TEST_F(TimeBudgetTest, LeavesAloneWhatIsOutsideOfARequest) {
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(5));
  { const TimeBudget budget(clock, seconds(1)); }
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(5));
}

TEST_F(TimeBudgetTest, ShrinksAsTimePassesAndEndsAtZero) {
  const TimeBudget budget(clock, seconds(12));
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(5));
  clock.advance(seconds(10));
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(2));
  clock.jumpTo(0);  // the wall clock gives nobody more time
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(2));
  clock.advance(seconds(3));
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), milliseconds(0));
}

TEST_F(TimeBudgetTest, TheSoonerOfTwoCounts) {
  const TimeBudget outer(clock, seconds(3));
  {
    const TimeBudget longer(clock, seconds(12));
    EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(3));
    const TimeBudget shorter(clock, seconds(1));
    EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(1));
  }
  EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(3));
}

TEST_F(TimeBudgetTest, BelongsToItsThread) {
  const TimeBudget budget(clock, seconds(1));
  std::thread([] { EXPECT_EQ(TimeBudget::atMost(seconds(5)), seconds(5)); }).join();
}

TEST_F(TimeBudgetTest, CutsEachExchangeAndSendsNothingAfterwards) {
  hang();
  const auto begun = clock.steady();
  const TimeBudget budget(clock, seconds(12));
  for (int i = 0; i < 5; ++i) EXPECT_THROW(transport->send(request()), Error);
  EXPECT_EQ(clock.steady() - begun, seconds(12));
  const auto sent = fake->requests();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].timeout, seconds(5));
  EXPECT_EQ(sent[2].timeout, seconds(2));
}

TEST_F(TimeBudgetTest, CoversRepetitionsAndThePausesBetweenThem) {  // SEC-MG-02
  fake->on("/x", [this](const HttpRequest&) {
    clock.advance(seconds(2));
    return HttpResponse{503, {{"retry-after", "2"}}, ""};
  });
  detail::RetryPlan plan;
  plan.sleep = [this](milliseconds pause) { clock.advance(pause); };
  const TimeBudget budget(clock, milliseconds(3500));
  const auto begun = clock.steady();
  EXPECT_EQ(detail::sendRepeatedly(*transport, request(seconds(10)), clock, plan).status, 503);
  EXPECT_LE(clock.steady() - begun, milliseconds(3500));  // a pause of 2 s does not fit any more
  EXPECT_EQ(fake->requests().size(), 1u);
}

}  // namespace
}  // namespace sso::test
