// SPDX-License-Identifier: Apache-2.0
// Hostile heads on raw sockets: answered, closed, and no handler sees them (SEC-HT-04 to -08). Every kind of head is a
// case of HeadReader's unit test; here is what the server makes of a refusal.
#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

struct Refused {
  const char* name;
  std::string bytes;
  int status;
};

struct FrontRefusals : FrontTest {
  void expectRefused(const Refused& row) {
    SCOPED_TRACE(row.name);
    RawClient client(server->port());
    client.send(row.bytes + get("", "/behind"));
    const auto answer = client.readAll();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(statusOf(answer), row.status) << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1) << "what came behind was taken for a request";
    EXPECT_EQ(count(answer, "Connection: close\r\n"), 1);
    EXPECT_EQ(count(answer, "X-Content-Type-Options: nosniff\r\n"), 1);
    for (const char* word : {"Poco", "smuggled", "Server:", "/p "}) EXPECT_EQ(count(answer, word), 0) << word;
  }
};

TEST_F(FrontRefusals, AnswerCloseAndReachNobody) {
  start();
  const std::string smuggled = "0\r\n\r\n" + get("", "/smuggled");
  for (const auto& row : {
           // SEC-HT-04
           Refused{"both", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", smuggled), 400},
           Refused{"list", post("Transfer-Encoding: chunked, identity\r\n", smuggled), 400},
           Refused{"xchunked", post("Transfer-Encoding: xchunked\r\n", smuggled), 400},
           Refused{"two lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", smuggled), 400},
           Refused{"0,3", post("Content-Length: 0,3\r\n", smuggled), 400},
           Refused{"+3", post("Content-Length: +3\r\n", smuggled), 400},
           Refused{"-3", post("Content-Length: -3\r\n", smuggled), 400},
           Refused{"0x3", post("Content-Length: 0x3\r\n", smuggled), 400},
           Refused{"space before the colon", post("Content-Length : 3\r\n", smuggled), 400},
           Refused{"folded", get("A: b\r\n c\r\n"), 400},
           // SEC-HT-05
           Refused{"no host", "GET /p HTTP/1.1\r\n\r\n", 400},
           Refused{"two hosts", get("Host: b\r\n"), 400},
           Refused{"FOO/9.9", "GET /p FOO/9.9\r\nHost: a\r\n\r\n", 400},
           Refused{"HTTP/9.9", "GET /p HTTP/9.9\r\nHost: a\r\n\r\n", 505},
           Refused{"no colon", get("no colon\r\n"), 400},
           Refused{"NUL", get(std::string("A: b\0c\r\n", 8)), 400},
           Refused{"TRACE", "TRACE /p HTTP/1.1\r\nHost: a\r\n\r\n", 405},
           Refused{"unknown method", "BREW /p HTTP/1.1\r\nHost: a\r\n\r\n", 501},
           // SEC-HT-07
           Refused{"bad escape", get("", "/%zz"), 400},
           Refused{"NUL escaped", get("", "/%00"), 400},
           Refused{"colon", get("", ":"), 400},
           Refused{"absolute", get("", "http://evil.example/"), 400},
           Refused{"dots", get("", "/../../etc/passwd"), 400},
           // SEC-HT-08
           Refused{"no length", post("", ""), 411},
           Refused{"a gigabyte", post("Content-Length: 1000000000\r\n", ""), 413},
           Refused{"a gigabyte, expected", post("Expect: 100-continue\r\nContent-Length: 1000000000\r\n", ""), 413},
           Refused{"another expectation", post("Expect: x\r\nContent-Length: 1\r\n", ""), 417},
       }) {
    expectRefused(row);
  }
  EXPECT_TRUE(seen().empty());
}

// SEC-HT-06: refused when the limit is met; the client that goes on sending still gets its answer.
TEST_F(FrontRefusals, OfLargeHeadsAreReadByTheClientThatSentThem) {
  start();
  std::string fields, parameters = "/?";
  for (int i = 0; i < 300; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
  for (int i = 0; i < 5000; ++i) parameters += "p" + std::to_string(i) + "=1&";
  const auto began = std::chrono::steady_clock::now();
  expectRefused({"300 fields", get(fields), 431});
  expectRefused({"200 kB", get("A: " + std::string(200'000, 'a') + "\r\n"), 431});
  expectRefused({"target of 100 kB", get("", "/" + std::string(100'000, 'a')), 414});
  expectRefused({"5000 parameters", get("", parameters), 414});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8)) << "2 s each";
  EXPECT_TRUE(seen().empty());
}

// SEC-HT-04: in a large body, the size of a chunk is only seen by whoever reads it.
TEST_F(FrontRefusals, OfChunksEndTheConnection) {
  options.limits.maxCollectedBytes = 0;
  std::vector<bool> bad;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    readBody(request);
    bad.push_back(request.stream().bad());
    response.sendBuffer("", 0);
  };
  start();
  for (const char* body : {"ffffffffffffffff\r\nabc", "10000000000000003\r\nabc\r\n0\r\n\r\n",
                           "3;a=b\r\nabc\r\n0\r\n\r\n", "100001\r\n", "3\r\nabcd\r\n0\r\n\r\n"}) {
    RawClient client(server->port());
    client.send(post("Transfer-Encoding: chunked\r\n", body + get("", "/behind")));
    EXPECT_EQ(count(client.readAll(), "Connection: close\r\n"), 1) << body;
  }
  EXPECT_EQ(bad, std::vector<bool>(5, true));
  EXPECT_EQ(seen(), std::vector<std::string>(5, "/p"));
}

TEST_F(FrontRefusals, AreTold) {
  start();
  exchange(get("A : b\r\n"));
  EXPECT_EQ(notices(), std::vector<std::string>{"400 field_name"});
}

}  // namespace
}  // namespace sso::front::test
