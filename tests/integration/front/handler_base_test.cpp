// SPDX-License-Identifier: Apache-2.0
// The module's handlers behind the front: what they need not believe Poco for, they are told.
#include "integration/front/front_fixture.h"
#include "sso/request_handler_base.h"
#include "support/captured_log.h"

namespace sso::front::test {
namespace {

class NotingHandler : public RequestHandlerBase {
 public:
  NotingHandler(std::vector<std::string>& bodies, std::shared_ptr<LogSink> log)
      : RequestHandlerBase({.maxBodyBytes = 10}, std::move(log)), bodies_(bodies) {}

 private:
  WebResponse run(const RequestInfo& request) override {
    bodies_.push_back(request.body);
    WebResponse answer;
    answer.body = "fine";
    return answer;
  }
  std::vector<std::string>& bodies_;
};

struct FrontHandlerBase : FrontTest {
  std::vector<std::string> bodies;
  void SetUp() override {
    FrontTest::SetUp();
    options.limits.maxCollectedBytes = 0;  // the handler reads from the connection
    handle = [this](HTTPServerRequest& request, HTTPServerResponse& response) {
      holdContinue(request);
      NotingHandler(bodies, std::make_shared<sso::test::CapturedLog>()).handleRequest(request, response);
    };
    start();
  }
};

TEST_F(FrontHandlerBase, ReadsWholeBodies) {
  EXPECT_EQ(statusOf(exchange(post("Content-Length: 3\r\n", "abc"))), 200);
  EXPECT_EQ(statusOf(exchange(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"))), 200);
  EXPECT_EQ(bodies, (std::vector<std::string>{"abc", "abc"}));
}

TEST_F(FrontHandlerBase, TakesNoBodyThatBrokeOff) {
  for (const char* chunks :
       {"3\r\nabc\r\n", "3\r\nabc\r\n0\r\n", "3\r\nabc\r\n0x1\r\nd\r\n0\r\n\r\n", "3;a\r\nabc\r\n0\r\n\r\n"}) {
    const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", chunks));
    EXPECT_EQ(statusOf(answer), 400) << chunks;
    EXPECT_EQ(count(answer, "Connection: close"), 1);
  }
  EXPECT_EQ(statusOf(exchange(post("Content-Length: 4\r\n", "abc"))), 400);
  EXPECT_TRUE(bodies.empty());
}

// SEC-HT-08
TEST_F(FrontHandlerBase, ContinuesOnlyWhatItWillRead) {
  RawClient small(server->port()), large(server->port());
  small.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
  EXPECT_EQ(small.readAnswer(), "HTTP/1.1 100 Continue\r\n\r\n");
  small.send("abc");
  EXPECT_EQ(statusOf(small.readAnswer()), 200);
  large.send(post("Expect: 100-continue\r\nContent-Length: 11\r\n", ""));
  EXPECT_EQ(statusOf(large.readAll()), 413);
}

}  // namespace
}  // namespace sso::front::test
