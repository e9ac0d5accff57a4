// SPDX-License-Identifier: Apache-2.0
// SEC-MG-02: while Scalekit is away the module's own client answers at once.
#include "base/circuit_breaker.h"
#include "scalekit/management_client.h"
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

class ManagementCircuit : public ClientTest {
 protected:
  /// How a call ends: its status, or 0 for Error(kUpstreamUnavailable).
  int ask(std::string_view method = "GET") {
    detail::ManagementRequest request;
    request.method = method;
    request.path = "/api/v1/organizations/org_1";
    try {
      return guarded.send(request).status;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
      return 0;
    }
  }
  void failThreeTimes(int status) {
    answers("{}", status);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(), status);
  }

  detail::ManagementClient guarded{
      scalekitOptions(), transport, tokens, clock, retries, std::make_shared<detail::CircuitBreaker>(clock)};
};

TEST_F(ManagementCircuit, AnswersAtOnceWhileScalekitIsAway) {
  failThreeTimes(503);
  const auto sent = calls().size();
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(ask("DELETE"), 0);
  EXPECT_EQ(calls().size(), sent) << "nothing was sent";
}

TEST_F(ManagementCircuit, IsBackWithinSeconds) {
  failThreeTimes(500);
  answers("{}");
  EXPECT_EQ(ask(), 0);
  clock->advance(detail::CircuitBreaker::kPause);
  EXPECT_EQ(ask(), 200);
  EXPECT_EQ(ask(), 200);
}

TEST_F(ManagementCircuit, OpensWhenScalekitIsTooBusy) {
  failThreeTimes(429);
  EXPECT_EQ(ask(), 0);
}

TEST_F(ManagementCircuit, OpensWhenNothingAnswers) {
  transport->on("/api/v1/", [](const HttpRequest&) -> HttpResponse {
    throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "no answer");
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(), 0);
  const auto sent = calls().size();
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(calls().size(), sent);
}

TEST_F(ManagementCircuit, AnAnswerThatSaysNoIsAnAnswer) {
  answers("{}", 404);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(), 404);
  answers("{}", 503);
  EXPECT_EQ(ask(), 503);
  EXPECT_EQ(ask(), 503);
  answers("{}", 400);
  EXPECT_EQ(ask(), 400);
  answers("{}", 503);
  EXPECT_EQ(ask(), 503) << "two failures, and then none in a row";
}

}  // namespace
}  // namespace sso::test
