// SPDX-License-Identifier: Apache-2.0
#include "base/return_to.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "unit/base/golden_lines.h"

namespace sso::detail {
namespace {

const std::vector<std::string> kOwnPaths{"/sso/login", "/sso/callback", "/logout"};

std::string checked(std::string_view candidate) { return safeReturnTo(candidate, "/home", kOwnPaths); }

TEST(SafeReturnTo, KeepsPathsOfOurs) {
  for (const char* path : {"/", "/dashboard", "/a/b?c=d&e=%20f#part", "/search?q=//x", "/a//b", "/@me", "/a:b", "/~x",
                           "/%2f%2fevil.example", "/sso", "/sso/settings", "/logouts", "/?next=/logout"}) {
    EXPECT_EQ(checked(path), path);
  }
}

// SEC-RD-01
TEST(SafeReturnTo, RefusesWhatDoesNotBeginWithOneSlash) {
  for (const char* path : {"", "a", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
                           "https:evil.example", "javascript:alert(1)", ".", "?a", "#a", "///evil.example"}) {
    EXPECT_EQ(checked(path), "/home") << path;
  }
}

// SEC-RD-01: every byte outside the class of the rule, at every place of a path
TEST(SafeReturnTo, RefusesEveryByteThatIsNotPlainText) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = byte >= 0x21 && byte <= 0x7E && c != '"' && c != '\\' && c != '%';  // '%' needs two digits
    for (const std::string& path : {std::string("/a") + c, std::string("/a") + c + "b", std::string("/a/") + c + "b"}) {
      EXPECT_EQ(checked(path) == path, allowed) << "byte " << byte;
    }
  }
}

// SEC-RD-05
TEST(SafeReturnTo, RefusesLineBreaksOfEveryKind) {
  for (const char* path : {"/\r\nSet-Cookie:a=b", "/\nX", "/\rX", "/a\r\n", "/\xE5\x98\x8A", "/\xE5\x98\x8D",
                           "/\xC2\x85", "/\xE2\x80\xA8"}) {
    EXPECT_EQ(checked(path), "/home");
  }
  EXPECT_EQ(checked(std::string("/\0evil", 6)), "/home");
}

// SEC-RD-06
TEST(SafeReturnTo, RefusesOwnPathsThatWouldLoop) {
  for (const char* path :
       {"/sso/callback", "/sso/callback?code=x&state=y", "/sso/callback#x", "/sso/callback/", "/sso/callback/x",
        "/logout", "/sso/login?organization_id=org_1", "/./logout", "/x/../logout", "/x/%2e%2E/sso/callback",
        "/sso/./callback", "/sso/%2e/callback", "/sso/x/.%2e/callback", "/../logout", "/..//../logout"}) {
    EXPECT_EQ(checked(path), "/home") << path;
  }
}

// SEC-RD-01: a percent sign without its two digits, which each reader repairs in a way of its own
TEST(SafeReturnTo, RefusesBrokenPercentEscapes) {
  for (const char* path : {"/%", "/a%", "/a%2", "/%zz", "/%2g", "/%g2", "/a%b/c", "/%%32", "/a?b=%", "/a?b=%4", "/a#%x",
                           "/%u002e", "/logout/e%:/../..//Ess2/%/ox/%'f=e"}) {
    EXPECT_EQ(checked(path), "/home") << path;
  }
  for (const char* path : {"/%2F", "/a%25", "/a%25%20?b=%C3%A9#%23"}) EXPECT_EQ(checked(path), path);
}

// SEC-RD-06: a browser would resolve them to something else than what was checked
TEST(SafeReturnTo, RefusesDotSegmentsOfEverySpelling) {
  for (const char* path : {"/.", "/..", "/a/.", "/a/..", "/a/./b", "/a/../b", "/%2e", "/%2E%2e/a", "/.%2e", "/a/%2e.?b",
                           "/../#c", "/logout/../..//a"}) {
    EXPECT_EQ(checked(path), "/home") << path;
  }
  for (const char* path : {"/...", "/.well-known/x", "/a.b", "/a..", "/..a", "/%2e%2e%2e", "/a?b=/../c", "/a#/./b"}) {
    EXPECT_EQ(checked(path), path);
  }
}

// SEC-RD-06
TEST(SafeReturnTo, RefusesWhatIsTooLong) {
  EXPECT_EQ(checked("/" + std::string(1023, 'a')), "/" + std::string(1023, 'a'));
  EXPECT_EQ(checked("/" + std::string(1024, 'a')), "/home");
  EXPECT_EQ(checked("/" + std::string(10'240, 'a')), "/home");
}

// SEC-RD-01, SEC-RD-05; where they lead in a browser is checked by return_to_differential.mjs
TEST(SafeReturnTo, LetsNoGoldenPayloadNameAnAuthority) {
  const auto payloads = test::goldenLines(MODULAR_SSO_SOURCE_DIR "/tests/golden/open_redirects.txt");
  EXPECT_GE(std::set<std::string>(payloads.begin(), payloads.end()).size(), 300u);
  std::size_t accepted = 0;
  for (const auto& payload : payloads) {
    const std::string result = checked(payload);
    if (result == "/home") continue;
    ++accepted;
    EXPECT_EQ(result, payload);
    EXPECT_EQ(result[0], '/');
    EXPECT_TRUE(result.size() == 1 || (result[1] != '/' && result[1] != '\\')) << payload;
    EXPECT_EQ(result.find_first_of(std::string_view("\\\"\t\r\n \0", 7)), std::string::npos) << payload;
  }
  EXPECT_LT(accepted, payloads.size() / 2);
}

// SEC-RD-01: the result is the fallback or the candidate, and what is accepted is accepted again
TEST(SafeReturnTo, NeverInventsADestination) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    std::string candidate = "/";
    for (auto n = random() % 12; n > 0; --n) candidate += "/\\.%2e5cf:@ \t\n\"ax?#"[random() % 20];
    const std::string result = checked(candidate);
    ASSERT_TRUE(result == "/home" || result == candidate);
    ASSERT_EQ(checked(result), result);
  }
}

}  // namespace
}  // namespace sso::detail
