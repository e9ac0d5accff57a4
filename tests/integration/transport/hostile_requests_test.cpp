// SPDX-License-Identifier: Apache-2.0
// What a client can send: judged before a handler sees it (SEC-HT-04, -05, -07, -08, -10, -17; SECURITY 5).
#include <stdexcept>

#include "integration/transport/handler_fixture.h"

namespace sso::test {
namespace {

using HostileRequests = HandlerTest;

TEST_F(HostileRequests, ControlAHandlerSeesTheRequestAsSent) {
  const auto answer = exchange(post(
      "Cookie: a=1; B=2\r\nUser-Agent: test\r\nAccept: text/html\r\nOrigin: http://a\r\nSec-Fetch-Site: same-origin\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n",
      "x=y"));
  EXPECT_EQ(statusOf(answer), 200);
  ASSERT_EQ(seen().size(), 1u);
  const auto request = seen()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/p");
  EXPECT_EQ(request.body, "x=y");
  EXPECT_EQ(request.remoteAddress, "127.0.0.1");
  EXPECT_EQ(request.userAgent, "test");
  EXPECT_EQ(request.origin, "http://a");
  EXPECT_EQ(request.secFetchSite, "same-origin");
  EXPECT_EQ(request.cookies.at("a"), "1");
  EXPECT_EQ(request.cookies.at("B"), "2");
  EXPECT_FALSE(request.prefetch);
}

TEST_F(HostileRequests, PathAndQueryStayRaw) {
  exchange(get("", "/a%2Fb/../c?x=%00&y=?z"));
  ASSERT_EQ(seen().size(), 1u);
  EXPECT_EQ(seen()[0].path, "/a%2Fb/../c");
  EXPECT_EQ(seen()[0].query, "x=%00&y=?z");
}

// SEC-HT-07
TEST_F(HostileRequests, OtherFormsOfTargetAreRefused) {
  for (const char* target : {"http://evil.example/p", "*", "p", ":", "\\p", "/p#fragment", "/p\x80", "/p\x01"}) {
    EXPECT_EQ(statusOf(exchange(get("", target))), 400) << target;
  }
  EXPECT_EQ(statusOf(exchange(get("", "/" + std::string(20000, 'x')))), 400);
  EXPECT_TRUE(seen().empty());
}

TEST_F(HostileRequests, BrokenEscapesAreNoServerError) {
  EXPECT_EQ(statusOf(exchange(get("", "/%zz?%zz"))), 200);  // the handler's own parsers judge them
}

// SECURITY 5, item 2: Poco turns these words into line breaks and NUL, behind every proxy.
TEST_F(HostileRequests, EncodedWordsWithControlBytesAreRefused) {
  for (const char* header : {"X-In: =?utf-8?q?a=0d=0aSet-Cookie:_x=3D1?=", "Origin: =?utf-8?q?http://a=00?=",
                             "Cookie: =?utf-8?q?a=3D1=0a?=", "User-Agent: =?utf-8?b?DQo=?="}) {
    EXPECT_EQ(statusOf(exchange(get(std::string(header) + "\r\n"))), 400) << header;
  }
  EXPECT_TRUE(seen().empty());
}

// SEC-HT-05
TEST_F(HostileRequests, HostVersionAndMethodAreChecked) {
  EXPECT_EQ(statusOf(exchange("GET / HTTP/1.1\r\n\r\n")), 400);
  EXPECT_EQ(statusOf(exchange(get("Host: b\r\n"))), 400);
  EXPECT_EQ(statusOf(exchange("GET / HTTP/9.9\r\nHost: a\r\n\r\n")), 400);
  EXPECT_EQ(statusOf(exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")), 405);
  EXPECT_EQ(statusOf(exchange("CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n")), 405);
  EXPECT_TRUE(seen().empty());
}

// SEC-HT-04: who frames a body in two ways wants two readers to disagree.
TEST_F(HostileRequests, AmbiguousBodiesAreRefusedAndTheConnectionClosed) {
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char* headers :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 0,3\r\n", "Content-Length: +3\r\n", "Content-Length: -3\r\n", "Content-Length : 3\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
    const auto answer = exchange(post(headers, "0\r\n\r\n" + smuggled), 2);
    EXPECT_EQ(statusOf(answer), 400) << headers;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1) << "the body was taken for a request: " << headers;
  }
  EXPECT_TRUE(seen().empty());
}

// Poco's server throws on these before any handler is made, and closes without an answer: safe, if not polite.
TEST_F(HostileRequests, LengthsThatPocoCannotReadReachNobody) {
  for (const char* length : {"0x3", "3 3", "three"}) {
    const auto answer = exchange(post(std::string("Content-Length: ") + length + "\r\n", "abc" + get("")), 2);
    EXPECT_EQ(count(answer, " 200 "), 0) << length;
  }
  EXPECT_TRUE(seen().empty());
}

// SECURITY 5, item 6: a body must never become the next request.
TEST_F(HostileRequests, ABodyIsReadWholeBeforeTheNextRequest) {
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto answers =
      exchange(post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n", smuggled) + get("", "/next"), 2);
  EXPECT_EQ(count(answers, "HTTP/1.1 200"), 2);
  ASSERT_EQ(seen().size(), 2u);
  EXPECT_EQ(seen()[1].path, "/next");
}

TEST_F(HostileRequests, ABodyOfAGetIsReadToo) {
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  exchange(get("Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled + get("", "/next"), 2);
  ASSERT_EQ(seen().size(), 2u);
  EXPECT_EQ(seen()[0].body, smuggled);
  EXPECT_EQ(seen()[1].path, "/next");
}

// SEC-HT-08
TEST_F(HostileRequests, TooLargeBodiesAreRefusedUnread) {
  limits.maxBodyBytes = 10;
  const auto answer = exchange(post("Content-Length: 1000000000\r\n", "x"));
  EXPECT_EQ(statusOf(answer), 413);
  EXPECT_EQ(count(answer, "Connection: Close"), 1);
  EXPECT_EQ(statusOf(exchange(post("Content-Length: 11\r\n", "01234567890"))), 413);
  EXPECT_EQ(statusOf(exchange(post("Content-Length: 10\r\n", "0123456789"))), 200);
  EXPECT_EQ(statusOf(exchange(post("Transfer-Encoding: chunked\r\n", "b\r\n01234567890\r\n0\r\n\r\n"))), 413);
  EXPECT_EQ(statusOf(exchange(post("", ""))), 411);
  EXPECT_EQ(seen().size(), 1u);
}

// SEC-HT-08: no 100 for a body that will not be read.
TEST_F(HostileRequests, ContinueIsSentOnlyForBodiesThatWillBeRead) {
  limits.maxBodyBytes = 10;
  const auto refused = exchange(post("Expect: 100-continue\r\nContent-Length: 1000000000\r\n", ""));
  EXPECT_EQ(statusOf(refused), 413);
  EXPECT_EQ(count(refused, "100 Continue"), 0);
  const auto accepted = exchange(post("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc"));
  EXPECT_TRUE(accepted.starts_with("HTTP/1.1 100 Continue\r\n")) << accepted;
  EXPECT_EQ(count(accepted, "HTTP/1.1 200"), 1);
}

// a byte before each read timeout holds a worker no longer than the deadline for the whole body.
TEST_F(HostileRequests, ADrippedBodyEndsAtTheDeadline) {
  limits.bodyDeadline = std::chrono::milliseconds(200);
  const auto began = std::chrono::steady_clock::now();
  const auto answer = drip(post("Content-Length: 1000\r\n", ""), std::string(999, 'x'), std::chrono::milliseconds(10));
  EXPECT_EQ(statusOf(answer), 400);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_TRUE(seen().empty());
}

TEST_F(HostileRequests, ChunkedBodiesAreReadAndEndTheConnection) {
  const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", "3\r\nx=y\r\n0\r\n\r\n") + get("", "/next"), 2);
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 1);
  EXPECT_EQ(count(answer, "Connection: Close"), 1);
  ASSERT_EQ(seen().size(), 1u);
  EXPECT_EQ(seen()[0].body, "x=y");
}

// SEC-SE-04, SEC-SE-05; SECURITY 5, item 5
TEST_F(HostileRequests, PlantedCookiesGiveNothing) {
  exchange(get("Cookie: s=1; s=2; z=\"; t=3; y=\"\r\nCookie: u=4\r\n"));
  ASSERT_EQ(seen().size(), 1u);
  EXPECT_EQ(seen()[0].cookies.count("s"), 0u);
  EXPECT_EQ(seen()[0].cookies.at("t"), "3");
  EXPECT_EQ(seen()[0].cookies.at("u"), "4");
}

// SEC-AR-09, SEC-CB-18
TEST_F(HostileRequests, PrefetchIsKnown) {
  exchange(get("Sec-Purpose: prefetch;prerender\r\n"));
  exchange(get("Purpose: prefetch\r\n"));
  ASSERT_EQ(seen().size(), 2u);
  EXPECT_TRUE(seen()[0].prefetch);
  EXPECT_TRUE(seen()[1].prefetch);
}

TEST_F(HostileRequests, LongInformativeHeadersAreCut) {
  exchange(get("User-Agent: " + std::string(3000, 'u') + "\r\n"));
  ASSERT_EQ(seen().size(), 1u);
  EXPECT_EQ(seen()[0].userAgent.size(), 1024u);
}

// SEC-HT-17, SEC-HT-10, SEC-LG-08; SECURITY 5, items 14 and 18
TEST_F(HostileRequests, WhateverAHandlerThrowsIsAPageWithAReference) {
  const std::vector<std::function<void()>> throwers = {
      [] { throw std::runtime_error("CANARY insert into t values (secret)"); },
      [] { throw 42; },
      [] { throw Error(ErrorCode::kStorage, "storage", "the database is away"); },
  };
  for (const auto& thrower : throwers) {
    log = std::make_shared<CapturedLog>();
    run = [&](const RequestInfo&) -> WebResponse {
      thrower();
      return {};
    };
    const auto answer = exchange(get("Accept: application/json\r\n", "/canary-path?secret=1"));
    EXPECT_GE(statusOf(answer), 500);
    EXPECT_EQ(count(answer, "CANARY"), 0);
    EXPECT_EQ(count(answer, "canary-path"), 0) << "no echo of the path";
    const auto at = answer.find("\"reference\":\"");
    ASSERT_NE(at, std::string::npos) << answer;
    const std::string reference = answer.substr(at + 13, 10);
    ASSERT_EQ(log->lines().size(), 1u);
    EXPECT_EQ(count(log->text(), "reference=" + reference), 1) << log->text();
    EXPECT_EQ(count(log->text(), "CANARY"), 0) << log->text();
    EXPECT_EQ(count(log->text(), "secret=1"), 0) << "no query string in the log";
  }
}

// SEC-LG-09: what a client did wrong is marked as anybody's, so that a log bounds it; what is our trouble never is.
TEST_F(HostileRequests, OnlyWhatTheClientDidWrongIsMarkedAsAnybodys) {
  for (const auto code : {ErrorCode::kInvalidRequest, ErrorCode::kForbidden, ErrorCode::kNotFound, ErrorCode::kConflict,
                          ErrorCode::kUpstreamRejected, ErrorCode::kStorage, ErrorCode::kInternal}) {
    log = std::make_shared<CapturedLog>();
    run = [&](const RequestInfo&) -> WebResponse { throw Error(code, "reason"); };
    const int status = statusOf(exchange(get("")));
    ASSERT_EQ(log->marks().size(), 1u);
    EXPECT_EQ(log->marks()[0].byAnybody, status < 500) << status;
    EXPECT_EQ(log->marks()[0].level, status < 500 ? LogLevel::kInfo : LogLevel::kError) << status;
  }
  log = std::make_shared<CapturedLog>();
  exchange(get("", "p"));
  ASSERT_EQ(log->marks().size(), 1u);
  EXPECT_TRUE(log->marks()[0].byAnybody) << "refused before any handler saw it";
}

TEST_F(HostileRequests, AThrowingHandlerKeepsTheServerAlive) {
  int calls = 0;
  run = [&](const RequestInfo&) -> WebResponse {
    if (++calls == 1) throw std::bad_alloc();
    return page("fine");
  };
  const auto answers = exchange(get("") + get(""), 2);
  EXPECT_EQ(count(answers, "HTTP/1.1 500"), 1);
  EXPECT_EQ(count(answers, "HTTP/1.1 200"), 1);
}

}  // namespace
}  // namespace sso::test
