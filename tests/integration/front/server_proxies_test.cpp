// SPDX-License-Identifier: Apache-2.0
// Who a handler takes for the client, behind a proxy and without one (SEC-HT-16; SECURITY 5, item 24).
#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

/// Answers with what a handler sees of its client.
class FrontProxies : public FrontTest {
 protected:
  void SetUp() override {
    FrontTest::SetUp();
    handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
      const std::string seen = request.clientAddress().host().toString() + (request.secure() ? " https " : " http ") +
                               request.get("X-Forwarded-Host", "-") + request.get("Forwarded", "-") +
                               request.get("X-Real-IP", "-");
      response.sendBuffer(seen.data(), seen.size());
    };
  }
  std::string seenWith(const std::string& fields) {
    const std::string answer = exchange(get(fields));
    return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
  }
};

TEST_F(FrontProxies, AreNobodyByDefault) {
  start();
  EXPECT_EQ(seenWith("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
                     "forwarded: for=203.0.113.7;proto=https\r\nx-real-ip: 203.0.113.7\r\n"),
            "127.0.0.1 http ---")
      << "not shown either";
}

TEST_F(FrontProxies, AreNotWhoeverElseConnects) {
  options.trustedProxies = TrustedProxies::parse({"192.0.2.1"}).value();
  start();
  EXPECT_EQ(seenWith("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
                     "forwarded: for=203.0.113.7;proto=https\r\nx-real-ip: 203.0.113.7\r\n"),
            "127.0.0.1 http ---")
      << "not shown either";
}

TEST_F(FrontProxies, AreBelievedWhereTheyAreTrusted) {
  options.trustedProxies = TrustedProxies::parse({"127.0.0.1"}).value();
  start();
  EXPECT_EQ(seenWith("X-Forwarded-For: 192.0.2.66, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"),
            "203.0.113.7 https ---");
  EXPECT_EQ(seenWith("Forwarded: for=192.0.2.66, for=\"[2001:db8::7]:80\"\r\n"),
            "2001:db8::7 http -for=192.0.2.66, for=\"[2001:db8::7]:80\"-");
  EXPECT_EQ(seenWith(""), "127.0.0.1 http ---");
}

TEST_F(FrontProxies, SayWhetherTheClientCameByHttps) {
  options.trustedProxies = TrustedProxies::parse({"127.0.0.1"}).value();
  options.secure = true;
  start();
  EXPECT_EQ(seenWith(""), "127.0.0.1 https ---");
  EXPECT_EQ(seenWith("X-Forwarded-Proto: http\r\n"), "127.0.0.1 http ---");
}

}  // namespace
}  // namespace sso::front::test
