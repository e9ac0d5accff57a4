// SPDX-License-Identifier: Apache-2.0
// Targets and hosts: what names a page of ours, and what only looks as if (SEC-HT-05, -07).
#include "head_rules.h"
#include "unit/front/head_cases.h"

namespace sso::front::test {
namespace {

using namespace std::string_literals;

TEST(JudgeTarget, TakesPathsAsBrowsersSendThem) {
  for (const char* target :
       {"/", "/a/b", "/a//b", "/?", "/?a=b&c[]=d|e^{f}`", "/a%2Fb", "/%E2%82%AC?x=%7f", "/...", "/.well-known/x",
        "/a.b/..c/c..", "/a?x=/../..&y=\\", "/?a=%zz&b=%00&c=%", "/~u;v=1,2/(x)*!$&'+:@", "/%20", "/a%5cb"}) {
    EXPECT_EQ(verdictOf(ofTarget(target)), "ok") << target;
  }
}

TEST(IsHost, TakesNamesAndAddresses) {
  for (const char* host : {"a", "a.example", "a.example.", "A-b_c.example:8080", "127.0.0.1", "127.0.0.1:1", "[::1]",
                           "[2001:db8::ffff:1.2.3.4]:65535", "xn--bcher-kva.example"}) {
    EXPECT_TRUE(detail::isHost(host)) << host;
  }
}

TEST(IsHost, RefusesEverythingElse) {
  for (const char* host : {"",      ":",        ":80",  "a:",     "a:b",       "a:-1",    "a:65536", "a:000080", "a b",
                           "a,b",   "a/b",      "a?b",  "a#b",    "u@a",       "a\\b",    ".a",      "a..b",     "a%41",
                           "[",     "[]",       "[::1", "[::1]x", "[::1]:",    "[::1]:x", "[a]",     "[v1.x]",   "::1",
                           "a:1:2", "\xC3\xA4", "[:]",  "[abc]",  "[1.2.3.4]", "[::g]",   "[::1]x80"}) {
    EXPECT_FALSE(detail::isHost(host)) << host;
  }
  EXPECT_FALSE(detail::isHost(std::string(300, 'a')));
  EXPECT_EQ(verdictOf("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), "400 host");
  EXPECT_EQ(verdictOf("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"), "400 host") << "in 1.0, too, if it is there";
}

class HostileTargets : public testing::TestWithParam<HeadCase> {};
TEST_P(HostileTargets, AreRefusedForTheirReason) {
  EXPECT_EQ(verdictOf(ofTarget(GetParam().bytes)), GetParam().verdict);
}

// SEC-HT-07
INSTANTIATE_TEST_SUITE_P(
    Forms, HostileTargets,
    testing::Values(
        HeadCase{"BadEscape", "/%zz", "400 target_escape"}, HeadCase{"HalfEscape", "/a%4", "400 target_escape"},
        HeadCase{"EscapeAtTheEnd", "/a%", "400 target_escape"}, HeadCase{"EscapedNul", "/login%00", "400 target_nul"},
        HeadCase{"Colon", ":", "400 target_form"},
        HeadCase{"AbsoluteForm", "http://evil.example/login", "400 target_form"},
        HeadCase{"AbsoluteFormOfOurs", "http://a/login", "400 target_form"},
        HeadCase{"AuthorityForm", "a:443", "400 target_form"}, HeadCase{"Asterisk", "*", "400 target_form"},
        HeadCase{"Relative", "login", "400 target_form"}, HeadCase{"QueryOnly", "?a", "400 target_form"},
        HeadCase{"Backslash", "\\login", "400 target_form"},
        HeadCase{"BackslashInThePath", "/assets\\..\\etc", "400 target_byte"},
        HeadCase{"Fragment", "/login#x", "400 target_byte"}, HeadCase{"RawNul", "/log\0in"s, "400 control_byte"},
        HeadCase{"BrokenUtf8", "/log\xff\xfe", "400 target_byte"}, HeadCase{"RawUtf8", "/\xC3\xA4", "400 target_byte"},
        HeadCase{"Tab", "/log\tin", "400 target_byte"},
        HeadCase{"DotSegments", "/assets/../../etc/passwd", "400 dot_segment"},
        HeadCase{"LastDotSegment", "/a/..", "400 dot_segment"}, HeadCase{"SingleDot", "/./a", "400 dot_segment"},
        HeadCase{"DotBeforeTheQuery", "/a/..?x", "400 dot_segment"},
        HeadCase{"EscapedDots", "/%2e%2E/a", "400 dot_segment"},
        HeadCase{"HalfEscapedDots", "/.%2e/a", "400 dot_segment"},
        HeadCase{"DotsBetweenEscapedSlashes", "/a%2F..%2fb", "400 dot_segment"}),
    nameOf);

}  // namespace
}  // namespace sso::front::test
