// SPDX-License-Identifier: Apache-2.0
#include "base/retry.h"

#include "unit/scalekit/scalekit_fixture.h"

namespace sso::test {
namespace {

class Retry : public ScalekitTest {
 protected:
  /// Each try answers the next of these; the last one stays.
  void script(std::vector<HttpResponse> answers) {
    transport->on("/x", [this, answers = std::move(answers)](const HttpRequest& request) {
      timeouts.push_back(request.timeout);
      return answers[std::min(timeouts.size() - 1, answers.size() - 1)];
    });
  }
  HttpResponse send(bool safe = true, milliseconds timeout = milliseconds(5000)) {
    HttpRequest request;
    request.url = kEnvironment + "/x";
    request.timeout = timeout;
    request.safeToRepeat = safe;
    return detail::sendRepeatedly(*transport, request, *clock, retries);
  }
  std::vector<milliseconds> timeouts;
};

TEST_F(Retry, ReturnsTheFirstGoodAnswer) {
  script({json("", 503), json("", 429), json("fine")});
  EXPECT_EQ(send().body, "fine");
  EXPECT_EQ(pauses, (std::vector<milliseconds>{milliseconds(50), milliseconds(100)}))
      << "full jitter below a doubling pause";
}

TEST_F(Retry, DoesNotRepeatOtherAnswers) {
  for (const int status : {200, 302, 400, 401, 404}) {
    timeouts.clear();
    script({json("", status)});
    EXPECT_EQ(send().status, status);
    EXPECT_EQ(timeouts.size(), 1u);
  }
}

// SEC-MG-02
TEST_F(Retry, GivesUpAfterThree) {
  script({json("", 500)});
  EXPECT_EQ(send().status, 500);
  EXPECT_EQ(timeouts.size(), 3u);
}

// SEC-MG-02, SEC-TR-01: no thread sleeps for an hour because a server says so.
TEST_F(Retry, DoesNotWaitLongerThanItsBudget) {
  script({HttpResponse{429, {{"retry-after", "3600"}}, ""}});
  EXPECT_EQ(send().status, 429);
  EXPECT_EQ(timeouts.size(), 1u);
  EXPECT_TRUE(pauses.empty());
}

TEST_F(Retry, WaitsAsLongAsTheServerAsksWithinItsBudget) {
  script({HttpResponse{429, {{"retry-after", "2"}}, ""}, json("fine")});
  EXPECT_EQ(send().body, "fine");
  EXPECT_EQ(pauses, std::vector<milliseconds>{milliseconds(2000)});
  EXPECT_EQ(timeouts.back(), milliseconds(3000)) << "the second try has what is left";
}

TEST_F(Retry, AllTriesShareOneBudget) {
  transport->on("/x", [this](const HttpRequest& request) -> HttpResponse {
    timeouts.push_back(request.timeout);
    clock->advance(milliseconds(600));
    throw Error(ErrorCode::kUpstreamUnavailable, "upstream");
  });
  EXPECT_THROW(send(true, milliseconds(1000)), Error);
  EXPECT_EQ(timeouts.size(), 2u);
  EXPECT_EQ(timeouts.back(), milliseconds(350));
}

TEST_F(Retry, DoesNotRepeatWhatBrokeHttp) {
  transport->failWith("/x", ErrorCode::kUpstreamRejected);
  EXPECT_THROW(send(), Error);
  EXPECT_EQ(transport->requests("/x").size(), 1u);
}

// SEC-TR-13: what must not be sent twice is not, whatever comes back.
TEST_F(Retry, SendsOtherRequestsOnce) {
  script({json("", 503)});
  EXPECT_EQ(send(false).status, 503);
  transport->failWith("/x");
  EXPECT_THROW(send(false), Error);
  EXPECT_EQ(transport->requests("/x").size(), 2u);
}

}  // namespace
}  // namespace sso::test
