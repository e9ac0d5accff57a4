// SPDX-License-Identifier: Apache-2.0
#include "http/response_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sso/error.h"

namespace sso::detail {
namespace {

constexpr std::size_t kLimit = 1000;

HttpResponse readWhole(const std::string& bytes, const std::string& method = "GET") {
  ResponseReader reader(method, kLimit);
  EXPECT_TRUE(reader.feed(bytes)) << "not complete: " << bytes;
  return reader.take();
}

/// The detail with which these bytes are refused; empty when they are not.
std::string refusal(const std::string& bytes, const std::string& method = "GET") {
  try {
    ResponseReader reader(method, kLimit);
    reader.feed(bytes);
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected);
    const std::string text = error.what();
    return text.substr(text.find("): ") + 3);
  }
}

std::string head(const std::string& headers, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "\r\n";
}

const char kChunked[] = "Transfer-Encoding: chunked\r\n";

TEST(ResponseReader, ReadsABodyOfDeclaredLength) {
  const auto response = readWhole(head("Content-Length: 5\r\nX-Mixed-Case:  \tvalue \r\n") + "hello");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.header("x-mixed-case"), "value");
}

TEST(ResponseReader, ReadsChunksWithExtensionsAndTrailers) {
  const auto response = readWhole(head(kChunked) + "3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Late: 1\r\n\r\n");
  EXPECT_EQ(response.body, "abc0123456789");
  EXPECT_EQ(response.header("x-late"), "") << "trailers are not headers";
}

TEST(ResponseReader, ReadsTheSameHoweverTheBytesAreCut) {
  const std::string bytes = "HTTP/1.1 100 Continue\r\n\r\n" + head(kChunked) + "5\r\nhello\r\n0\r\n\r\n";
  ResponseReader reader("GET", kLimit);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(reader.feed(bytes.substr(i, 1)), i + 1 == bytes.size()) << "after byte " << i;
  }
  EXPECT_EQ(reader.take().body, "hello");
  EXPECT_TRUE(reader.reusable());
}

TEST(ResponseReader, GivesHeadNoContentAndNotModifiedNoBody) {
  EXPECT_EQ(readWhole(head("Content-Length: 99\r\n"), "HEAD").body, "");
  EXPECT_EQ(readWhole(head("", "204 No Content")).status, 204);
  EXPECT_EQ(readWhole(head("", "304 Not Modified")).status, 304);
}

// SECURITY 5, item 8: a truncated answer must not look complete.
TEST(ResponseReader, IsNotCompleteBeforeTheLastByte) {
  for (const auto& bytes : {head("Content-Length: 100\r\n") + "hello world", head(kChunked) + "5\r\nhello\r\n",
                            head(kChunked) + "5\r\nhello\r\n0\r\n", head(kChunked) + "5\r\nhel",
                            std::string("HTTP/1.1 200 OK\r\nContent-Le")}) {
    ResponseReader reader("GET", kLimit);
    EXPECT_FALSE(reader.feed(bytes)) << bytes;
    EXPECT_THROW(reader.take(), Error);
  }
}

TEST(ResponseReader, RefusesABodyThatEndsWithTheConnection) {
  EXPECT_EQ(refusal(head("Content-Type: text/plain\r\n") + "hello"), "body without a length");
}

// SEC-TR-13
TEST(ResponseReader, RefusesGarbageStatusLines) {
  for (const char* line :
       {"garbage", "HTTP/2 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 099 X",
        "HTTP/1.1 600 X", "HTTP/1.1 +20 X", "http/1.1 200 OK", "HTTP/1.1 200\tOK", "", "ICY 200 OK"}) {
    EXPECT_NE(refusal(std::string(line) + "\r\nContent-Length: 0\r\n\r\n"), "") << line;
  }
  EXPECT_EQ(readWhole("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status, 200) << "some servers omit the last space";
}

TEST(ResponseReader, RefusesAmbiguousLengths) {
  for (const char* headers :
       {"Content-Length: 5, 5\r\n", "Content-Length: +5\r\n", "Content-Length: -5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n", "Content-Length:\r\n", "Content-Length: 18446744073709551621\r\n"}) {
    EXPECT_EQ(refusal(head(headers) + "hello"), "Content-Length") << headers;
    EXPECT_EQ(refusal(head(headers), "HEAD"), "Content-Length") << headers;
  }
  EXPECT_EQ(refusal(head("Content-Length: 5\r\nContent-Length: 5\r\n") + "hello"), "Content-Length repeated");
  for (const char* headers :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"}) {
    EXPECT_EQ(refusal(head(headers) + "hello"), "Content-Length and Transfer-Encoding") << headers;
  }
  for (const char* headers :
       {"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked, identity\r\n"}) {
    EXPECT_EQ(refusal(head(headers) + "5\r\nhello\r\n0\r\n\r\n"), "Transfer-Encoding") << headers;
  }
  EXPECT_EQ(refusal("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), "Transfer-Encoding");
}

// Each answer is whole but for what is odd in it.
TEST(ResponseReader, RefusesDoubtfulLinesAndNames) {
  const auto why = [](const std::string& headers) {
    return refusal(head(headers + "Content-Length: 5\r\n") + "hello");
  };
  EXPECT_EQ(why("X: a\r\n"), "");
  for (const char* line : {"X : a\r\n", "X: a\r\n folded\r\n", "no colon\r\n", ": empty\r\n", "X\xc3\xa4: a\r\n"}) {
    EXPECT_EQ(why(line), "header name") << line;
  }
  for (const std::string& line :
       {std::string("X: \x01\r\n"), std::string("X: \x7f\r\n"), std::string("X: a\0b\r\n", 8)}) {
    EXPECT_EQ(why(line), "control byte in a header") << line;
  }
  EXPECT_EQ(why("X: a\n"), "bare LF");
  EXPECT_EQ(why("X: a\rb\r\n"), "bare CR");
  EXPECT_EQ(why("X: a\r\r\n"), "bare CR");
  EXPECT_EQ(refusal("HTTP/1.1 200 \x1b[31m\r\nContent-Length: 0\r\n\r\n"), "control byte in the status line");
}

// SEC-TR-13: chunk size 2^64-1 and friends.
TEST(ResponseReader, RefusesBrokenChunks) {
  for (const char* body :
       {"FFFFFFFFFFFFFFFF\r\n", "10000000000000005\r\nhello", "FFFFFFFF\r\n", "3E9\r\n", "-5\r\nhello", "+5\r\nhello",
        "0x5\r\nhello", "\r\nhello", "g\r\n", "5\r\nhelloX\r\n", "5\nhello\r\n", "5 5\r\nhello\r\n"}) {
    EXPECT_NE(refusal(head(kChunked) + body), "") << body;
  }
}

// SEC-TR-11
TEST(ResponseReader, RefusesBodiesOverTheLimitBeforeTheyArrive) {
  EXPECT_EQ(refusal(head("Content-Length: 1001\r\n")), "body over the limit");
  EXPECT_EQ(refusal(head(kChunked) + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"), "body over the limit");
  EXPECT_EQ(readWhole(head("Content-Length: 1000\r\n") + std::string(1000, 'x')).body.size(), 1000u);
}

// SEC-TR-11: header bombs, in number, in size, in one line without an end, and in trailers.
TEST(ResponseReader, RefusesHeaderBombs) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(refusal(head(many)), "too many headers");
  std::string large;
  for (int i = 0; i < 20; ++i) large += "X: " + std::string(4000, 'y') + "\r\n";
  EXPECT_EQ(refusal(head(large)), "head too long");
  EXPECT_EQ(refusal("HTTP/1.1 200 " + std::string(9000, 'y')), "line too long");
  EXPECT_EQ(refusal(head(kChunked) + "0\r\n" + many), "too many headers");
}

TEST(ResponseReader, RefusesChunkFramingThatOutweighsTheBody) {
  ResponseReader reader("GET", 1 << 20);
  reader.feed(head(kChunked));
  const std::string chunk = "1;" + std::string(4000, 'e') + "\r\nx\r\n";
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) reader.feed(chunk);
      },
      Error);
}

// SECURITY 5, item 7: endless interim answers.
TEST(ResponseReader, RefusesEndlessInterimAnswers) {
  std::string bytes;
  for (int i = 0; i < ResponseReader::kMaxInterim; ++i) bytes += "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  EXPECT_EQ(readWhole(bytes + head("Content-Length: 0\r\n")).header("link"), "") << "interim headers are dropped";
  EXPECT_EQ(refusal(bytes + "HTTP/1.1 103 Early Hints\r\n\r\n"), "too many interim answers");
  EXPECT_EQ(refusal("HTTP/1.1 101 Switching Protocols\r\n\r\n"), "switching protocols");
}

// SEC-TR-11: a gzip bomb is never asked for, and never unpacked.
TEST(ResponseReader, RefusesContentCodings) {
  EXPECT_EQ(refusal(head("Content-Length: 5\r\nContent-Encoding: gzip\r\n") + "hello"), "content coding");
  EXPECT_EQ(readWhole(head("Content-Length: 5\r\nContent-Encoding: identity\r\n") + "hello").body, "hello");
}

TEST(ResponseReader, KnowsWhetherTheConnectionCanBeKept) {
  const auto reusable = [](const std::string& bytes) {
    ResponseReader reader("GET", kLimit);
    reader.feed(bytes);
    return reader.reusable();
  };
  EXPECT_TRUE(reusable(head("Content-Length: 0\r\n")));
  EXPECT_FALSE(reusable(head("Content-Length: 0\r\nConnection: keep-alive, Close\r\n")));
  EXPECT_FALSE(reusable("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(reusable(head("Content-Length: 0\r\n") + "X")) << "bytes nobody asked for";
  EXPECT_FALSE(reusable(head("Content-Length: 1\r\n")));
}

TEST(ResponseReader, ReadsHowLongTheServerKeepsTheConnection) {
  ResponseReader reader("GET", kLimit);
  reader.feed(head("Content-Length: 0\r\nKeep-Alive: max=100, timeout=5\r\n"));
  EXPECT_EQ(reader.keepAliveTimeout(), std::chrono::seconds(5));
  ResponseReader silent("GET", kLimit);
  silent.feed(head("Content-Length: 0\r\nKeep-Alive: timeout=-5\r\n"));
  EXPECT_EQ(silent.keepAliveTimeout(), std::nullopt);
}

}  // namespace
}  // namespace sso::detail
