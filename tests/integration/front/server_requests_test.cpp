// SPDX-License-Identifier: Apache-2.0
// What a handler is given, and what becomes of the rest of the connection.
#include <Poco/Net/NameValueCollection.h>

#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

using FrontRequests = FrontTest;

TEST_F(FrontRequests, ReachAHandlerAsTheyWereSent) {
  std::string method, host, version, body, client, own;
  bool secure = true;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    method = request.getMethod();
    host = request.getHost();
    version = request.getVersion();
    body = readBody(request);
    client = request.clientAddress().toString();
    own = request.serverAddress().toString();
    secure = request.secure();
    EXPECT_EQ(&request.response(), &response);
    response.sendBuffer("fine", 4);
  };
  const auto port = start();
  RawClient raw(port);
  raw.send(post("Content-Length: 3\r\n", "x=y", "/a%2Fb?c=d"));
  const auto answer = raw.readAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nfine")) << answer;
  EXPECT_EQ(count(answer, "Date: "), 1);
  EXPECT_EQ(count(answer, "Server:"), 0);
  EXPECT_EQ(count(answer, "Connection:"), 0) << "HTTP/1.1 stays without a word";
  EXPECT_EQ(seen(), std::vector<std::string>{"/a%2Fb?c=d"});
  EXPECT_EQ(method, "POST");
  EXPECT_EQ(host, "a");
  EXPECT_EQ(version, "HTTP/1.1");
  EXPECT_EQ(body, "x=y");
  EXPECT_EQ(client, "127.0.0.1:" + std::to_string(raw.ownPort()));
  EXPECT_EQ(own, "127.0.0.1:" + std::to_string(port));
  EXPECT_FALSE(secure);
}

TEST_F(FrontRequests, AreSecureBehindAProxyThatEndsTls) {
  options.secure = true;
  bool secure = false;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    secure = request.secure();
    response.sendBuffer("", 0);
  };
  start();
  exchange(get());
  EXPECT_TRUE(secure);
  EXPECT_EQ(count(exchange("x\r\n\r\n"), "Strict-Transport-Security: "), 1);
}

// SECURITY 5, item 2
TEST_F(FrontRequests, KeepEncodedWordsEncoded) {
  std::string value;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    value = request.get("X-In");
    response.set("X-Out", value);
    response.sendBuffer("", 0);
  };
  start();
  const auto answer = exchange(get("X-In: =?utf-8?q?a=0d=0aSet-Cookie:_x=3D1?=\r\n"));
  EXPECT_EQ(value, "=?utf-8?q?a=0d=0aSet-Cookie:_x=3D1?=");
  EXPECT_EQ(count(answer, "\r\nSet-Cookie"), 0);
}

TEST_F(FrontRequests, FollowEachOtherOnOneConnection) {
  RawClient client(start());
  for (int i = 0; i < 3; ++i) {
    client.send(get("", "/" + std::to_string(i)));
    EXPECT_EQ(statusOf(client.readAnswer()), 200);
  }
  EXPECT_EQ(seen(), (std::vector<std::string>{"/0", "/1", "/2"}));
}

TEST_F(FrontRequests, MayBePipelined) {
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body = request.getURI() + readBody(request);
    response.sendBuffer(body.data(), body.size());
  };
  start();
  const auto answers = exchange(get("", "/1") + post("Content-Length: 2\r\n", "ab", "/2") +
                                post("Transfer-Encoding: chunked\r\n", "1\r\nc\r\n0\r\n\r\n", "/3") +
                                get("Connection: close\r\n", "/4") + get("", "/never"));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 4);
  EXPECT_NE(answers.find("/2ab"), std::string::npos);
  EXPECT_NE(answers.find("/3c"), std::string::npos);
  EXPECT_EQ(count(answers, "Connection: close"), 1);
  EXPECT_EQ(seen(), (std::vector<std::string>{"/1", "/2", "/3", "/4"}));
}

TEST_F(FrontRequests, OfHttp10EndTheConnectionUnlessItIsToStay) {
  RawClient leaving(start());
  leaving.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count(leaving.readAll(), "Connection: close"), 1);
  EXPECT_TRUE(leaving.closed());
  RawClient staying(server->port());
  for (int i = 0; i < 2; ++i) {
    staying.send("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(count(staying.readAnswer(), "Connection: keep-alive"), 1);
  }
}

// SECURITY 5, item 6: a body that nobody reads must not become the next request.
TEST_F(FrontRequests, LeaveNoBodyBehind) {
  RawClient client(start());
  const std::string smuggled = get("", "/smuggled");
  client.send(post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n", smuggled) + get("", "/next"));
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
  client.send(post("Transfer-Encoding: chunked\r\n", "5\r\nGET /\r\n0\r\n\r\n") + get("", "/last"));
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
  EXPECT_EQ(seen(), (std::vector<std::string>{"/p", "/next", "/p", "/last"}));
}

TEST_F(FrontRequests, EndTheConnectionRatherThanDrainALongBody) {
  options.limits.maxDrainBytes = 100;
  RawClient client(start());
  client.send(post("Content-Length: 101\r\n", std::string(101, 'x') + get("", "/never")));
  EXPECT_EQ(count(client.readAll(), "Connection: close"), 1);
  RawClient chunked(server->port());
  chunked.send(
      post("Transfer-Encoding: chunked\r\n", "80\r\n" + std::string(128, 'x') + "\r\n0\r\n\r\n" + get("", "/never")));
  EXPECT_EQ(count(chunked.readAll(), "HTTP/1.1 200"), 1);
  EXPECT_EQ(count(exchange(post("Content-Length: 100\r\n", std::string(100, 'x') + get("", "/next"))), "200 OK"), 2);
  EXPECT_EQ(seen(), (std::vector<std::string>{"/p", "/p", "/p", "/next"}));
}

TEST_F(FrontRequests, ShowACutBodyAsABadStream) {
  options.limits.maxCollectedBytes = 0;  // small ones are refused before a handler sees them
  std::vector<std::string> states;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body = readBody(request);
    states.push_back(body + (request.stream().bad() ? " bad" : " whole"));
    response.sendBuffer("", 0);
  };
  start();
  for (const auto& bytes : {post("Content-Length: 3\r\n", "abc"), post("Content-Length: 4\r\n", "abc"),
                            post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
                            post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"),
                            post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n"),
                            post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n")}) {
    const auto answers = exchange(bytes + (bytes.ends_with("0\r\n\r\n") ? get("", "/next") : ""));
    EXPECT_LE(count(answers, "200 OK"), 2);
  }
  ASSERT_EQ(states.size(), 7u);
  EXPECT_EQ(states[0], "abc whole");
  EXPECT_EQ(states[1], "abc bad");
  EXPECT_EQ(states[2], "abc whole");
  EXPECT_EQ(states[3], " whole") << "the request behind it";
  EXPECT_EQ(states[4], "abc bad");
  EXPECT_EQ(states[5], "abc bad");
  EXPECT_EQ(states[6], " bad") << "and nothing behind it";
}

TEST_F(FrontRequests, ReachNobodyWithASmallBodyThatBreaksOff) {
  start();
  for (const auto& bytes :
       {post("Content-Length: 4\r\n", "abc"), post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n"),
        post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n")}) {
    EXPECT_EQ(statusOf(exchange(bytes)), 400);
  }
  EXPECT_TRUE(seen().empty());
  EXPECT_EQ(notices(), (std::vector<std::string>{"400 body_broken", "400 body_broken", "400 chunk_size"}));
}

TEST_F(FrontRequests, MayBeCutAnywhere) {
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body = readBody(request);
    response.sendBuffer(body.data(), body.size());
  };
  RawClient client(start());
  for (const auto& bytes : {post("Content-Length: 3\r\n", "abc"),
                            post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")}) {
    for (const char c : bytes) client.send({&c, 1});
    EXPECT_TRUE(client.readAnswer().ends_with("\r\n\r\nabc"));
  }
  const std::string large(100'000, 'x');
  client.send(post("Content-Length: 100000\r\n", large) +
              post("Transfer-Encoding: chunked\r\n", "186a0\r\n" + large + "\r\n0\r\n\r\n"));
  EXPECT_TRUE(client.readAnswer().ends_with("\r\n\r\n" + large));
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
}

TEST_F(FrontRequests, AreRefusedWhenAHandlerIsThrownOutOfACutBody) {
  options.limits.maxCollectedBytes = 0;
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body(std::istreambuf_iterator<char>(request.stream()), {});  // past the stream's flags
    response.sendBuffer(body.data(), body.size());
  };
  start();
  EXPECT_TRUE(exchange(post("Content-Length: 3\r\n", "abc")).ends_with("abc"));
  EXPECT_EQ(statusOf(exchange(post("Content-Length: 4\r\n", "abc"))), 400);
  EXPECT_EQ(notices(), std::vector<std::string>{"400 body_broken"});
}

// SEC-HT-08: 100 is a promise to read; it is made by reading, and not before.
TEST_F(FrontRequests, AreContinuedWhenTheHandlerReads) {
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body = readBody(request);
    response.sendBuffer(body.data(), body.size());
  };
  RawClient client(start());
  client.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
  EXPECT_EQ(client.readAnswer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc" + get("", "/next"));
  EXPECT_TRUE(client.readAnswer().ends_with("\r\n\r\nabc"));
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
  EXPECT_EQ(count(exchange(post("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc")), "100 Continue"), 0)
      << "the body is there already";
}

TEST_F(FrontRequests, AreContinuedWhenTheHandlerSaysSo) {
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    response.sendContinue();
    response.sendContinue();
    readBody(request);
    response.sendBuffer("", 0);
  };
  RawClient client(start());
  client.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
  EXPECT_EQ(client.readAnswer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(statusOf(client.readAnswer()), 200);
}

TEST_F(FrontRequests, AreNotContinuedWhenNobodyReads) {
  RawClient client(start());
  client.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n", ""));
  const auto answer = client.readAll();
  EXPECT_EQ(count(answer, "100 Continue"), 0);
  EXPECT_EQ(statusOf(answer), 200);
  EXPECT_EQ(count(answer, "Connection: close"), 1) << "whether the body comes is unknown now";
}

}  // namespace
}  // namespace sso::front::test
