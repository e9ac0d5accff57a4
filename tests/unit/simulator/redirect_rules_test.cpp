// SPDX-License-Identifier: Apache-2.0
#include "simulator/src/redirect_rules.h"

#include <gtest/gtest.h>

namespace scalekit_simulator {
namespace {

constexpr auto kDevelopment = EnvironmentKind::kDevelopment;
constexpr auto kProduction = EnvironmentKind::kProduction;

TEST(RedirectUriProblem, FollowsTheRulesOfDevelopment) {
  for (const char* good : {"http://localhost:8080/cb", "https://app.example.com/cb", "myapp://callback",
                           "https://*.acme.com/cb", "https://auth-*.acme.com/cb"}) {
    EXPECT_EQ("", redirectUriProblem(good, kDevelopment)) << good;
  }
  for (const char* bad :
       {"", "/cb", "localhost:8080/cb", "https://", "http://a.example/cb?x=1", "http://a.example/cb#x",
        "https://*.com/cb", "https://app.*.acme.com/cb", "https://*.*.acme.com/cb", "https://a.acme.com/*",
        "https://a.acme.com:*/cb", "https://user@a.example/cb", "javascript://x/%0aalert(1)", "https://a.example\\cb",
        "https://a.example/c b", "https://a.example/\r\nX: y"}) {
    EXPECT_NE("", redirectUriProblem(bad, kDevelopment)) << bad;
  }
  EXPECT_NE("", redirectUriProblem("https://a.example/" + std::string(256, 'x'), kDevelopment));
}

TEST(RedirectUriProblem, IsStricterInProduction) {
  EXPECT_EQ("", redirectUriProblem("https://app.example.com/cb", kProduction));
  EXPECT_EQ("", redirectUriProblem("myapp://callback", kProduction));
  for (const char* bad :
       {"http://app.example.com/cb", "https://localhost/cb", "https://127.0.0.1/cb", "https://*.acme.com/cb"}) {
    EXPECT_NE("", redirectUriProblem(bad, kProduction)) << bad;
  }
}

TEST(RedirectUriMatches, IsExact) {
  EXPECT_TRUE(redirectUriMatches("http://localhost:8080/cb", "http://localhost:8080/cb", nullptr));
  for (const char* other : {"http://localhost:8080/cb/", "http://localhost:8080/cB", "http://localhost:8081/cb",
                            "http://localhost:8080/cb?x", "http://localhost:8080/./cb", "http://localhost:8080/cb#"}) {
    EXPECT_FALSE(redirectUriMatches("http://localhost:8080/cb", other, nullptr)) << other;
  }
}

TEST(RedirectUriMatches, LetsAWildcardStandForOneHostLabel) {
  const std::string pattern = "https://auth-*.acme.com/cb";
  EXPECT_TRUE(redirectUriMatches(pattern, "https://auth-eu1.acme.com/cb", nullptr));
  for (const char* other :
       {"https://auth-.acme.com/cb", "https://auth-a.b.acme.com/cb", "https://auth-evil.example/x.acme.com/cb",
        "https://auth-@evil.acme.com/cb", "https://auth-a.acme.com/cb/x", "https://auth-a.acme.com.evil.example/cb",
        "https://auth-%2f.acme.com/cb", "https://auth-a/.acme.com/cb"}) {
    EXPECT_FALSE(redirectUriMatches(pattern, other, nullptr)) << other;
  }
}

TEST(RedirectUriMatches, FillsTheTemplatesOfTheNamedOrganization) {
  Organization acme;
  acme.slug = "acme";
  acme.externalId = "ext-1";
  acme.metadata["region"] = "eu";
  EXPECT_TRUE(redirectUriMatches("https://{{org_slug}}.app.example/cb", "https://acme.app.example/cb", &acme));
  EXPECT_TRUE(redirectUriMatches("https://{{external_id}}.app.example/cb", "https://ext-1.app.example/cb", &acme));
  EXPECT_TRUE(redirectUriMatches("https://{{region}}.app.example/cb", "https://eu.app.example/cb", &acme));
  EXPECT_FALSE(redirectUriMatches("https://{{org_slug}}.app.example/cb", "https://globex.app.example/cb", &acme));
  EXPECT_FALSE(
      redirectUriMatches("https://{{org_slug}}.app.example/cb", "https://{{org_slug}}.app.example/cb", nullptr));
  EXPECT_FALSE(redirectUriMatches("https://x-{{org_slug}}.app.example/cb", "https://x-acme.app.example/cb", &acme));
  acme.slug = "evil.example/";
  EXPECT_FALSE(
      redirectUriMatches("https://{{org_slug}}.app.example/cb", "https://evil.example/.app.example/cb", &acme));
}

TEST(CspSourceOf, GivesOriginsThatAPolicyUnderstands) {
  EXPECT_EQ("http://localhost:8080", cspSourceOf("http://localhost:8080/sso/callback"));
  EXPECT_EQ("https://*.acme.com", cspSourceOf("https://*.acme.com/cb"));
  EXPECT_EQ("", cspSourceOf("https://auth-*.acme.com/cb"));
  EXPECT_EQ("myapp:", cspSourceOf("myapp://callback"));
  EXPECT_EQ("", cspSourceOf("https://a.example; script-src *"));
}

// CONTRACT.md 12.1 (6): never under a name that could pass for the real service.
TEST(IsLocalBaseUrl, RefusesWhateverLooksReal) {
  for (const char* good :
       {"http://localhost:8090", "http://127.0.0.1:8090", "http://[::1]:8090", "http://simulator:8090",
        "https://scalekit.test", "http://scalekit.example:1", "http://192.168.1.2:8090", "http://sso.localhost"}) {
    EXPECT_TRUE(isLocalBaseUrl(good)) << good;
  }
  for (const char* bad : {"https://acme.scalekit.com", "https://acme.scalekit.dev", "https://auth.acme.com",
                          "http://localhost:8090/", "http://localhost.evil.com", "ftp://localhost", "http://8.8.8.8",
                          "http://user@localhost", "http://127.0.0.1.evil.com", "http://localhost:8090/x", ""}) {
    EXPECT_FALSE(isLocalBaseUrl(bad)) << bad;
  }
}

}  // namespace
}  // namespace scalekit_simulator
