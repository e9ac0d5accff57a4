// SPDX-License-Identifier: Apache-2.0
// What leaves: one framing, no control byte, and an answer whatever a handler does.
#include <Poco/Net/HTTPCookie.h>

#include <fstream>
#include <stdexcept>

#include "integration/front/front_fixture.h"

namespace sso::front::test {
namespace {

using FrontAnswers = FrontTest;

void expectOwnFailure(const std::string& answer, int status = 500) {
  EXPECT_EQ(statusOf(answer), status) << answer;
  EXPECT_EQ(count(answer, "HTTP/1.1 "), 1);
  EXPECT_EQ(count(answer, "Connection: close"), 1);
  for (const char* word : {"CANARY", "Poco", "exception", "std::", "Server:"})
    EXPECT_EQ(count(answer, word), 0) << word;
  for (const char* name : {"X-Content-Type-Options: nosniff", "Content-Security-Policy: ", "X-Frame-Options: DENY",
                           "Referrer-Policy: ", "Cache-Control: no-store"}) {
    EXPECT_EQ(count(answer, name), 1) << name;
  }
}

// SECURITY 5, item 3
TEST_F(FrontAnswers, NeverHoldAControlByteInAHead) {
  const std::vector<std::function<void(HTTPServerResponse&)>> attempts = {
      [](auto& response) { response.set("X-A", "a\r\nSet-Cookie: CANARY=1"); },
      [](auto& response) { response.set("X-A", std::string("a\0CANARY", 8)); },
      [](auto& response) { response.set("X-A", "a\x7f"); },
      [](auto& response) { response.set("X-A", "a\nCANARY"); },
      [](auto& response) { response.set("X-A", "a\tb"); },
      [](auto& response) { response.set("X A", "CANARY"); },
      [](auto& response) { response.set("X-A: b\r\nCANARY", "c"); },
      [](auto& response) { response.set("", "CANARY"); },
      [](auto& response) { response.setReason("OK\r\nCANARY: 1"); },
      [](auto& response) { response.setContentType(std::string("text/html\r\nCANARY: 1")); },
      [](auto& response) { response.addCookie(Poco::Net::HTTPCookie("a", "b\r\nCANARY: 1")); },
      [](auto& response) { response.addCookie(Poco::Net::HTTPCookie("a\r\nCANARY", "b")); },
      [](auto& response) { response.setStatus(Poco::Net::HTTPResponse::HTTP_CONTINUE); },
      [](auto& response) { response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(42)); },
      [](auto& response) { response.set("Content-Length", "+4"); },
      [](auto& response) { response.setTransferEncoding("gzip"); },
  };
  std::size_t attempt = 0;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    attempts[attempt](response);
    response.send() << "fine";
  };
  start();
  for (; attempt < attempts.size(); ++attempt) {
    SCOPED_TRACE(attempt);
    expectOwnFailure(exchange(get()));
  }
}

TEST_F(FrontAnswers, NeverRedirectOutOfTheirLine) {
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) { response.redirect("/a\r\nSet-Cookie: CANARY=1"); };
  start();
  expectOwnFailure(exchange(get()));
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) { response.redirect("/a?b=%0d%0a"); };
  const auto answer = exchange(get());
  EXPECT_EQ(statusOf(answer), 302);
  EXPECT_EQ(count(answer, "Location: /a?b=%0d%0a\r\n"), 1);
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) {
    response.requireAuthentication("a\"b\\");
    response.send();
  };
  EXPECT_EQ(count(exchange(get()), "WWW-Authenticate: Basic realm=\"a\\\"b\\\\\"\r\n"), 1);
}

// SEC-HT-17; SECURITY 5, item 14
TEST_F(FrontAnswers, ComeWhateverAHandlerThrows) {
  const std::vector<std::function<void()>> throwers = {[] { throw std::runtime_error("CANARY"); },
                                                       [] { throw Poco::NotFoundException("CANARY"); },
                                                       [] { throw 42; }, [] { throw std::bad_alloc(); }};
  std::size_t thrower = 0;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    response.set("X-Half", "CANARY");
    response.send() << "CANARY half an answer";
    throwers[thrower]();
  };
  start();
  for (; thrower < throwers.size(); ++thrower) expectOwnFailure(exchange(get()));
  EXPECT_EQ(notices(), std::vector<std::string>(throwers.size(), "500 handler_threw"));
  handle = [](HTTPServerRequest&, HTTPServerResponse&) {};
  expectOwnFailure(exchange(get()));
  EXPECT_EQ(notices().back(), "500 handler_silent");
  expectOwnFailure(exchange(get("", "/nobody")), 501);
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) { response.sendBuffer("fine", 4); };
  EXPECT_EQ(statusOf(exchange(get())), 200) << "and the server lives";
}

TEST_F(FrontAnswers, AreCutWhenAHandlerThrowsTooLate) {
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) {
    response.send() << std::string(100'000, 'x');
    throw std::runtime_error("CANARY");
  };
  start();
  const auto answer = exchange(get());
  EXPECT_EQ(count(answer, "Transfer-Encoding: chunked"), 1);
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n")) << "it must not look whole";
}

TEST_F(FrontAnswers, AreAsLongAsTheySay) {
  std::size_t declared = 0, written = 0;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setContentLength64(static_cast<Poco::Int64>(declared));
    response.send() << std::string(written, 'x');
  };
  start();
  for (const auto& [length, size] : {std::pair{5u, 4u}, {5u, 6u}}) {
    declared = length, written = size;
    expectOwnFailure(exchange(get()));
  }
  declared = 100'001, written = 100'000;
  const auto cut = exchange(get() + get());
  EXPECT_EQ(count(cut, "HTTP/1.1 "), 1) << "nothing may follow an answer that is too short";
  declared = written = 100'000;
  EXPECT_EQ(count(exchange(get() + get()), "Content-Length: 100000\r\n"), 2);
}

TEST_F(FrontAnswers, HaveOneFraming) {
  std::size_t size = 10;
  bool chunked = false, both = false, flush = false;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    if (chunked) response.setChunkedTransferEncoding(true);
    if (both) response.setContentLength(3);
    std::ostream& out = response.send();
    for (std::size_t i = 0; i < size; ++i) out << 'x';
    if (flush) out << std::flush << "yy";
  };
  start();
  auto answer = exchange(get());
  EXPECT_EQ(count(answer, "Content-Length: 10\r\n"), 1) << "short: the length is known in the end";
  EXPECT_EQ(count(answer, "Transfer-Encoding"), 0);
  flush = true;
  answer = exchange(get());
  EXPECT_TRUE(answer.ends_with("\r\n\r\na\r\nxxxxxxxxxx\r\n2\r\nyy\r\n0\r\n\r\n")) << answer;
  EXPECT_EQ(count(answer, "Content-Length"), 0);
  chunked = both = true;
  answer = exchange(get());
  EXPECT_EQ(count(answer, "Content-Length"), 0) << "RFC 9112 6.2";
  EXPECT_EQ(count(answer, "Transfer-Encoding: chunked\r\n"), 1);
  answer = exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\nxxxxxxxxxxyy")) << answer;
  EXPECT_EQ(count(answer, "Connection: close"), 1) << "only the end tells 1.0 where the body ends";
  EXPECT_EQ(count(answer, "Transfer-Encoding"), 0);
  size = 40'000, flush = chunked = both = false;
  answer = exchange(get() + get("Connection: close\r\n"));
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 2);
  EXPECT_EQ(count(answer, "Transfer-Encoding: chunked\r\n"), 2);
  EXPECT_EQ(count(answer, "x"), 80'000);
}

TEST_F(FrontAnswers, ToHeadAndWithoutContentHaveNoBody) {
  int status = 200;
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
    response.send() << "four";
  };
  RawClient client(start());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = client.readAnswer(false);
  EXPECT_EQ(count(head, "Content-Length: 4\r\n"), 1);
  for (const int without : {204, 304}) {
    status = without;
    client.send(get());
    const auto answer = client.readAnswer();
    EXPECT_EQ(statusOf(answer), without);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    EXPECT_EQ(count(answer, "Content-Length"), 0);
  }
  status = 200;
  client.send(get());
  EXPECT_TRUE(client.readAnswer().ends_with("four")) << "nothing of the bodies was left on the way";
}

// RFC 9112 6.3, 8: to HTTP/1.0 the end of the connection is the end of the answer, and there was none.
TEST_F(FrontAnswers, AreResetWhereAnEndWouldMakeThemWhole) {
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    response.setChunkedTransferEncoding(true);
    response.send() << std::string(20'000, 'x') << std::flush;
    gate.pass();
    if (request.getURI() == "/broken") throw std::runtime_error("too late");
  };
  start();
  gate.open();
  RawClient whole(server->port()), broken(server->port());
  whole.send("GET /whole HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count(whole.readAll(), "x"), 20'000);
  EXPECT_FALSE(whole.wasReset());
  broken.send("GET /broken HTTP/1.0\r\n\r\n");
  broken.readAll();
  EXPECT_TRUE(broken.wasReset());
}

// RFC 9112 9.6: who asked to close is answered once, whatever the handler would like.
TEST_F(FrontAnswers, EndTheConnectionThatIsToEnd) {
  handle = [](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setKeepAlive(true);
    response.sendBuffer("fine", 4);
  };
  start();
  const auto answer = exchange(get("Connection: close\r\n") + get("", "/never"));
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 1);
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1);
  EXPECT_EQ(seen(), std::vector<std::string>{"/p"});
}

TEST_F(FrontAnswers, MayEndTheConnectionOrBeFiles) {
  const std::string path = testing::TempDir() + "front_answer_file";
  std::ofstream(path) << std::string(50'000, 'f');
  handle = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setKeepAlive(false);
    response.sendFile(path, "text/plain");
  };
  start();
  const auto answer = exchange(get() + get("", "/never"));
  EXPECT_EQ(count(answer, "Content-Length: 50000\r\n"), 1);
  EXPECT_EQ(count(answer, "Content-Type: text/plain\r\n"), 1);
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1);
  EXPECT_EQ(seen().size(), 1u);
  std::remove(path.c_str());
  expectOwnFailure(exchange(get()));
}

}  // namespace
}  // namespace sso::front::test
