// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sso/identity.h"

namespace sso {
namespace {

TEST(CanonicalEmail, HasOneForm) {
  const std::pair<const char*, const char*> forms[] = {
      {"jo@example.com", "jo@example.com"},
      {"Jo.Doe+Tag@Example.COM", "jo.doe+tag@example.com"},
      {"o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"},
      {"a@B-c.example", "a@b-c.example"},
      {"!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"},
      {"x@m\xC3\xBCller.example", "x@xn--mller-kva.example"},
      {"x@M\xC3\x9CLLER.example", "x@xn--mller-kva.example"},
      {"x@mu\xCC\x88ller.example", "x@xn--mller-kva.example"},  // decomposed: NFC makes it one
      {"x@XN--MLLER-KVA.example", "x@xn--mller-kva.example"},
      {"x@fa\xC3\x9F.example", "x@xn--fa-hia.example"},  // non-transitional: sharp s is not ss
      {"x@\xE4\xBE\x8B\xE5\xAD\x90.example", "x@xn--fsqu00a.example"}};
  for (const auto& [given, canonical] : forms) {
    EXPECT_EQ(canonicalEmail(given), canonical) << given;
    EXPECT_EQ(canonicalEmail(canonical), canonical);
  }
}

// SEC-MP-10
TEST(CanonicalEmail, RefusesWhatIsNoPlainAddress) {
  for (const char* address : {"",
                              "@",
                              "a",
                              "a@",
                              "@b.example",
                              "a@b",
                              "a@@b.example",
                              "a@b@c.example",
                              "\"a\"@b.example",
                              "\"a@x.example\"@b.example",
                              "a b@c.example",
                              " a@b.example",
                              "a@b.example ",
                              "a@b.example\n",
                              "a\n@b.example",
                              "a@b\r\n.example",
                              "<a@b.example>",
                              "Jo <a@b.example>",
                              "a@b.example,c@d.example",
                              "a@b.example;c@d.example",
                              "mailto:a@b.example",
                              ".a@b.example",
                              "a.@b.example",
                              "a..b@c.example",
                              "a@.b.example",
                              "a@b..example",
                              "a@b.example.",
                              "a@-b.example",
                              "a@b-.example",
                              "a@b_c.example",
                              "a@[127.0.0.1]",
                              "a@[IPv6:::1]",
                              "a@127.0.0.1",
                              "a@1.2",
                              "a(c)@b.example",
                              "a@b.example(c)",
                              "a\\@b.example",
                              "a:b@c.example",
                              "a,b@c.example",
                              "\xC3\xA9@b.example",
                              "a\x7F@b.example",
                              "a@b\x7F.example",
                              "a@b.ex%61mple",
                              "a@b/c.example",
                              "a@b.example/",
                              "a@\xFF.example",
                              "a@b\xE2\x80\xA8.example",
                              "a@b.exa mple",
                              "a%00@b.example@",
                              "a@b.example?x",
                              "a@b.example#x",
                              "a@*.example"}) {
    EXPECT_EQ(canonicalEmail(address), std::nullopt) << address;
  }
  EXPECT_EQ(canonicalEmail(std::string("a@b.example\0.c.example", 22)), std::nullopt);
  EXPECT_EQ(canonicalEmail(std::string("a\0b@c.example", 13)), std::nullopt);
}

// SEC-MP-10; RFC 5321 4.5.3.1
TEST(CanonicalEmail, BoundsItsLengths) {
  EXPECT_TRUE(canonicalEmail(std::string(64, 'a') + "@b.example"));
  EXPECT_FALSE(canonicalEmail(std::string(65, 'a') + "@b.example"));
  const std::string label(61, 'x');
  const std::string domain = label + "." + label + "." + label;  // 185 bytes
  EXPECT_TRUE(canonicalEmail(std::string(64, 'a') + "@" + domain + ".aa"));
  EXPECT_TRUE(canonicalEmail(std::string(64, 'a') + "@" + domain + ".aaa"));
  EXPECT_FALSE(canonicalEmail(std::string(64, 'a') + "@" + domain + ".aaaa"));
}

// Look-alikes of an ASCII name stay strangers (SECURITY 5, item 21)
TEST(CanonicalDomain, FoldsNoOtherScriptIntoAscii) {
  EXPECT_NE(canonicalDomain("ex\xD0\xB0mple.com"), "example.com");  // Cyrillic a: another domain
  EXPECT_EQ(canonicalDomain("\xE2\x84\xAA"
                            "bank.example"),
            std::nullopt);                                              // Kelvin sign
  EXPECT_EQ(canonicalDomain("\xEF\xBD\x85xample.com"), std::nullopt);   // full-width e
  EXPECT_EQ(canonicalDomain("exam\xC2\xADple.com"), std::nullopt);      // soft hyphen, would vanish
  EXPECT_EQ(canonicalDomain("exam\xE2\x80\x8Bple.com"), std::nullopt);  // zero-width space, would vanish
  EXPECT_EQ(canonicalDomain("example\xE3\x80\x82"
                            "com"),
            std::nullopt);  // ideographic full stop
  EXPECT_EQ(canonicalDomain("m\xC3\xBCller.example\xEF\xBC\x8E"
                            "com"),
            std::nullopt);
  EXPECT_EQ(canonicalDomain("\xE2\x85\xA4.example"), std::nullopt);  // roman numeral five
}

TEST(CanonicalDomain, RefusesALabelsThatAreNone) {
  for (const char* domain : {"xn--.example", "xn--a.example", "xn---.example", "xn--example.com", "xn--a-ecp.ru",
                             "xn--0.example", "a.xn--\xC3\xA9"}) {
    EXPECT_EQ(canonicalDomain(domain), std::nullopt) << domain;
  }
}

// SECURITY 5, item 1: libidn2 reads up to a NUL and no further
TEST(CanonicalDomain, RefusesANulInAnInternationalName) {
  EXPECT_EQ(canonicalDomain(std::string("m\xC3\xBCller.example\0evil", 20)), std::nullopt);
  EXPECT_EQ(canonicalEmail(std::string("a@m\xC3\xBCller.example\0evil", 22)), std::nullopt);
}

TEST(CanonicalDomain, WantsTwoLabelsAndNoAddress) {
  for (const char* domain :
       {"", ".", "com", "localhost", "example.com.", ".example.com", "1.2.3.4", "example.1", "a b.example",
        "example.com:80", "https://example.com", "@example.com", "*.example.com", "exam_ple.com"}) {
    EXPECT_EQ(canonicalDomain(domain), std::nullopt) << domain;
  }
  EXPECT_EQ(canonicalDomain("Example.COM"), "example.com");
  EXPECT_EQ(canonicalDomain("1.2.3.4a"), "1.2.3.4a");
  EXPECT_EQ(canonicalDomain("8.example"), "8.example");
  EXPECT_EQ(canonicalDomain(std::string("example.com\0", 12)), std::nullopt);
  EXPECT_EQ(canonicalDomain(std::string(63, 'a') + ".example"), std::string(63, 'a') + ".example");
  EXPECT_EQ(canonicalDomain(std::string(64, 'a') + ".example"), std::nullopt);
}

// SEC-MP-10: no suffix, no parent
TEST(DomainOf, IsEverythingBehindTheAt) {
  EXPECT_EQ(domainOf("jo@sub.example.com"), "sub.example.com");
  EXPECT_EQ(domainOf("nobody"), "");
  EXPECT_EQ(domainOf(""), "");
}

TEST(IsPublicMailDomain, KnowsTheWellKnownOnes) {
  for (const char* domain : {"gmail.com", "googlemail.com", "outlook.com", "yahoo.co.uk", "icloud.com", "proton.me",
                             "gmx.de", "163.com", "qq.com", "web.de", "zohomail.com", "mailinator.com"}) {
    EXPECT_TRUE(isPublicMailDomain(domain)) << domain;
    EXPECT_EQ(canonicalDomain(domain), domain);
  }
  for (const char* domain : {"example.com", "", "gmail.com.example", "mail.gmail.com", "gmail", "acme.example", "~"}) {
    EXPECT_FALSE(isPublicMailDomain(domain)) << domain;
  }
}

}  // namespace
}  // namespace sso
