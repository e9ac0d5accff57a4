// SPDX-License-Identifier: Apache-2.0
// What leaves through the one gate (SEC-HT-11, SEC-CS-07; SECURITY 5, item 3).
#include "integration/transport/handler_fixture.h"

namespace sso::test {
namespace {

using SecurityHeaders = HandlerTest;

TEST_F(SecurityHeaders, EveryPageHasThem) {
  const auto answer = exchange(get(""));
  for (const char* header :
       {"X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin", "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n",
        "Content-Type: text/html; charset=utf-8", "Content-Length: 4"}) {
    EXPECT_EQ(count(answer, header), 1) << header;
  }
  EXPECT_EQ(count(answer, "Server:"), 0);
  EXPECT_EQ(count(answer, "Strict-Transport-Security"), 0);
}

TEST_F(SecurityHeaders, ErrorsAndRedirectsHaveThemToo) {
  run = [](const RequestInfo& request) -> WebResponse {
    if (request.path == "/redirect") return WebResponse::redirect("/next");
    throw Error(ErrorCode::kForbidden, "csrf");
  };
  for (const char* path : {"/redirect", "/error"}) {
    const auto answer = exchange(get("", path));
    EXPECT_EQ(count(answer, "X-Frame-Options: DENY"), 1) << answer;
    EXPECT_EQ(count(answer, "Cache-Control: no-store"), 1) << answer;
    EXPECT_EQ(count(answer, "frame-ancestors 'none'"), 1) << answer;
  }
}

TEST_F(SecurityHeaders, HstsIsSentBehindHttps) {
  limits.hsts = true;
  EXPECT_EQ(count(exchange(get("")), "Strict-Transport-Security: max-age=31536000"), 1);
}

TEST_F(SecurityHeaders, AnAnswersOwnHeadersReplaceThem) {
  run = [](const RequestInfo&) {
    WebResponse answer = page("fine");
    answer.headers = {{"Referrer-Policy", "no-referrer"},
                      {"content-security-policy", contentSecurityPolicy("https://id.example")}};
    return answer;
  };
  const auto answer = exchange(get(""));
  EXPECT_EQ(count(answer, "Referrer-Policy: no-referrer"), 1);
  EXPECT_EQ(count(answer, "same-origin\r\nReferrer"), 0);
  EXPECT_EQ(count(answer, "form-action 'self' https://id.example"), 1);
  EXPECT_EQ(count(answer, "default-src"), 1);
}

TEST_F(SecurityHeaders, CookiesAreSetOnTheirOwnLines) {
  run = [](const RequestInfo&) {
    WebResponse answer = WebResponse::redirect("/next");
    answer.cookies = {{.name = "a", .value = "1"}, {.name = "b", .value = "2"}};
    return answer;
  };
  EXPECT_EQ(count(exchange(get("")), "\r\nSet-Cookie: "), 2);
}

TEST_F(SecurityHeaders, HeadIsAnsweredWithoutABody) {
  const auto answer = exchange("HEAD /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 2);
  EXPECT_EQ(count(answer, "Content-Length: 4\r\n"), 1);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

// SECURITY 5, item 3: a line break in any value is an error of ours, and never a header of an attacker's.
TEST_F(SecurityHeaders, NoControlByteLeavesInAHeader) {
  const std::string split = "x\r\nSet-Cookie: evil=1";
  const std::vector<std::function<void(WebResponse&)>> mistakes = {
      [&](WebResponse& answer) { answer.location = "/" + split; },
      [&](WebResponse& answer) { answer.contentType = split; },
      [&](WebResponse& answer) {
        answer.headers = {{"X", split}};
      },
      [&](WebResponse& answer) {
        answer.headers = {{split, "x"}};
      },
      [&](WebResponse& answer) { answer.cookies = {{.name = "a", .value = split}}; },
      [&](WebResponse& answer) {
        answer.headers = {{"X", std::string("a\0b", 3)}};
      },
      [&](WebResponse& answer) {
        answer.headers = {{"X", "a\x7f"}};
      },
      [&](WebResponse& answer) { answer.status = 1000; },
  };
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    run = [&](const RequestInfo&) {
      WebResponse answer = page("CANARY");
      answer.headers = {{"X-Before", "1"}};
      mistakes[i](answer);
      return answer;
    };
    const auto answer = exchange(get(""));
    EXPECT_EQ(statusOf(answer), 500) << i;
    EXPECT_EQ(count(answer, "evil"), 0) << i;
    EXPECT_EQ(count(answer, "CANARY"), 0) << i;
    EXPECT_EQ(count(answer, "X-Before"), 0) << "nothing of the refused answer remains";
  }
}

TEST_F(SecurityHeaders, NothingEndsADirectiveOfThePolicy) {
  for (const char* source : {"https://a; script-src *", "https://a, default-src *", "https://a\r\nX: y"}) {
    EXPECT_THROW(contentSecurityPolicy(source), Error) << source;
  }
}

TEST_F(SecurityHeaders, AConnectionIsKeptBetweenRequests) {
  EXPECT_EQ(count(exchange(get("") + get("", "/next"), 2), "HTTP/1.1 200"), 2);
}

}  // namespace
}  // namespace sso::test
