// SPDX-License-Identifier: Apache-2.0
#include "http/request_writer.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

HttpRequest requestOf(const std::string& method, const std::string& url) {
  HttpRequest request;
  request.method = method;
  request.url = url;
  return request;
}

std::string bytesOf(const HttpRequest& request) { return requestBytes(request, *parseUrl(request.url)); }

TEST(RequestWriter, WritesAGet) {
  HttpRequest request;
  request.url = "https://env.example:8443/keys?a=b";
  request.headers = {{"Accept", "application/json"}};
  EXPECT_EQ(bytesOf(request),
            "GET /keys?a=b HTTP/1.1\r\nHost: env.example:8443\r\nUser-Agent: modular-sso-cpp/" MODULAR_SSO_TEST_VERSION
            "\r\nAccept: application/json\r\n\r\n");
}

TEST(RequestWriter, SaysTheLengthOfAPost) {
  HttpRequest request = requestOf("POST", "https://env.example/oauth/token");
  EXPECT_NE(bytesOf(request).find("\r\nContent-Length: 0\r\n\r\n"), std::string::npos);
  request.body = "a=b";
  EXPECT_NE(bytesOf(request).find("\r\nContent-Length: 3\r\n\r\na=b"), std::string::npos);
  EXPECT_NE(bytesOf(request).find("\r\nHost: env.example\r\n"), std::string::npos) << "no default port";
}

// SECURITY 5, item 3, in the other direction: request splitting.
TEST(RequestWriter, RefusesControlBytesAndHeadersOfOurs) {
  for (const auto& header : std::vector<std::pair<std::string, std::string>>{{"X", "a\r\nHost: evil"},
                                                                             {"X", "a\nb"},
                                                                             {"X", std::string("a\0b", 3)},
                                                                             {"X\r\nY", "a"},
                                                                             {"X Y", "a"},
                                                                             {"", "a"},
                                                                             {"host", "evil"},
                                                                             {"Content-Length", "1"},
                                                                             {"Transfer-Encoding", "chunked"},
                                                                             {"Accept-Encoding", "gzip"}}) {
    HttpRequest request = requestOf("GET", "https://env.example/");
    request.headers = {header};
    EXPECT_THROW(bytesOf(request), Error) << header.first << ": " << header.second;
  }
  EXPECT_THROW(bytesOf(requestOf("GET / HTTP/1.1\r\nX:", "https://env.example/")), Error);
}

}  // namespace
}  // namespace sso::detail
