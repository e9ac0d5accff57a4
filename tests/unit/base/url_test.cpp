// SPDX-License-Identifier: Apache-2.0
#include "base/url.h"

#include <gtest/gtest.h>

namespace sso::detail {
namespace {

TEST(ParseUrl, TakesAUrlApart) {
  const auto url = parseUrl("HTTPS://Acme.Scalekit.DEV:8443/a/B%20c?x=1&y=?");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "acme.scalekit.dev");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/B%20c");
  EXPECT_EQ(url->query, "x=1&y=?");
  EXPECT_EQ(url->origin(), "https://acme.scalekit.dev:8443");
  EXPECT_TRUE(url->isHttps());
  EXPECT_FALSE(url->isLoopback());
}

TEST(ParseUrl, FillsInWhatIsLeftOut) {
  const auto plain = parseUrl("https://a.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->port, 443);
  EXPECT_EQ(plain->path, "/");
  EXPECT_EQ(plain->query, "");
  EXPECT_EQ(plain->origin(), "https://a.example");
  EXPECT_EQ(parseUrl("http://a.example")->port, 80);
  EXPECT_EQ(parseUrl("https://a.example:443/")->origin(), "https://a.example");
  EXPECT_EQ(parseUrl("http://a.example:443/")->origin(), "http://a.example:443");
  EXPECT_EQ(parseUrl("https://a.example?x=1")->path, "/");
  EXPECT_EQ(parseUrl("https://a.example?x=/1")->query, "x=/1");
}

TEST(ParseUrl, GivesEachHostOneSpelling) {
  EXPECT_EQ(parseUrl("http://[0:0:0:0:0:0:0:1]:80/")->host, "[::1]");
  EXPECT_EQ(parseUrl("http://[::1]:8080")->origin(), "http://[::1]:8080");
  EXPECT_EQ(parseUrl("http://127.0.0.1")->host, "127.0.0.1");
  EXPECT_EQ(parseUrl("http://xn--mller-kva.example")->host, "xn--mller-kva.example");
}

// SEC-CF-03, SECURITY 5 item 4: forms that two parsers read in two ways
TEST(ParseUrl, RefusesWhatParsersDisagreeAbout) {
  for (const char* text : {"",
                           "a.example",
                           "//a.example",
                           "/path",
                           "https:a.example",
                           "https:/a.example",
                           "https://",
                           "https:///path",
                           "https://user@a.example",
                           "https://user:pw@a.example",
                           "https://@a.example",
                           "https://a.example@evil.example",
                           "https://evil.example\\@a.example",
                           "https:\\\\a.example",
                           "https://a.example\\b",
                           "https://a.example#f",
                           "https://a.example/#f",
                           "https://a.example/ b",
                           " https://a.example",
                           "https://a.example ",
                           "https://a.example/\t",
                           "https://a.example/\n",
                           "https://a.example/\x7f",
                           "https://a.example/\xC3\xA9",
                           "https://\xC3\xA9.example",
                           "https://a..example",
                           "https://.example",
                           "https://a.example.",
                           "https://-a.example",
                           "https://a-.example",
                           "https://a_b.example",
                           "https://a%2eexample",
                           "https://a.example:",
                           "https://a.example:0",
                           "https://a.example:080",
                           "https://a.example:65536",
                           "https://a.example:99999",
                           "https://a.example:123456",
                           "https://a.example:8a",
                           "https://a.example:+80",
                           "https://a.example:80:80",
                           "https://1.2.3",
                           "https://1.2.3.4.5",
                           "https://256.1.1.1",
                           "https://01.2.3.4",
                           "https://0x7f.0.0.1",
                           "https://0x7f000001",
                           "https://2130706433",
                           "https://127.1",
                           "https://[::1",
                           "https://::1",
                           "https://[::1]x",
                           "https://[::g]",
                           "https://[]",
                           "https://[127.0.0.1]",
                           "https://[fe80::1%25eth0]",
                           "https://a.example/%zz",
                           "https://a.example/%4",
                           "https://a.example?%",
                           "https://a.example/\"",
                           "https://a.example/<x>",
                           "ftp://a.example",
                           "javascript://a.example",
                           "file:///etc/passwd",
                           "httpss://a.example",
                           "http ://a.example",
                           "https://a,b.example",
                           "https://a b.example",
                           "https://*.example"}) {
    EXPECT_FALSE(parseUrl(text)) << text;
  }
  EXPECT_FALSE(parseUrl(std::string("https://a.example\0", 18)));
  EXPECT_FALSE(parseUrl("https://a.example/" + std::string(9000, 'x')));
  EXPECT_FALSE(parseUrl("https://" + std::string(64, 'x') + ".example"));
  EXPECT_TRUE(parseUrl("https://" + std::string(63, 'x') + ".example"));
}

// SEC-CF-02
TEST(UrlIsLoopback, KnowsLoopbackFromLookAlikes) {
  for (const char* text :
       {"http://localhost", "http://LOCALHOST:8080/x", "http://127.0.0.1", "http://127.255.1.2", "http://[::1]"}) {
    EXPECT_TRUE(parseUrl(text)->isLoopback()) << text;
  }
  for (const char* text :
       {"http://localhost.evil.example", "http://127.evil.example", "http://127.0.0.1.evil.example", "http://128.0.0.1",
        "http://10.0.0.1", "http://[::2]", "http://[::ffff:127.0.0.1]", "http://notlocalhost"}) {
    EXPECT_FALSE(parseUrl(text)->isLoopback()) << text;
  }
}

}  // namespace
}  // namespace sso::detail
