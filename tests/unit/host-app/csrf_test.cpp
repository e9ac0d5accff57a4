// SPDX-License-Identifier: Apache-2.0
#include "csrf.h"

#include <gtest/gtest.h>

#include "sso/error.h"
#include "support/fake_random.h"

namespace hostapp {
namespace {

const sso::Secret kKey(std::string(32, 'k')), kOldKey(std::string(32, 'o'));

CsrfGuard guardWith(std::vector<sso::Secret> keys = {kKey}, bool secure = true) {
  return CsrfGuard(keys, "https://app.example.com", secure, std::make_shared<sso::test::FakeRandom>());
}

sso::RequestInfo ownForm() {
  sso::RequestInfo request;
  request.method = "POST";
  request.contentType = "application/x-www-form-urlencoded";
  request.origin = "https://app.example.com";
  request.secFetchSite = "same-origin";
  return request;
}

template <typename Call>
void expectForbidden(const Call& call) {
  try {
    call();
    ADD_FAILURE() << "let through";
  } catch (const sso::Error& error) {
    EXPECT_EQ(error.code(), sso::ErrorCode::kForbidden);
    EXPECT_EQ(error.reason(), "csrf");
  }
}

TEST(CsrfGuardRequireOwnForm, AcceptsOurOwnPages) {
  EXPECT_NO_THROW(guardWith().requireOwnForm(ownForm()));
  auto request = ownForm();
  request.contentType = "Application/X-WWW-Form-URLencoded; charset=UTF-8";
  EXPECT_NO_THROW(guardWith().requireOwnForm(request));
  request.secFetchSite.clear();  // an older browser
  request.origin.clear();
  EXPECT_NO_THROW(guardWith().requireOwnForm(request));
}

// SEC-CS-02
TEST(CsrfGuardRequireOwnForm, RefusesOtherSites) {
  for (const char* site : {"cross-site", "same-site", "none", "SAME-ORIGIN "}) {
    auto request = ownForm();
    request.secFetchSite = site;
    expectForbidden([&] { guardWith().requireOwnForm(request); });
  }
}

// SEC-CS-02, SEC-CS-04
TEST(CsrfGuardRequireOwnForm, RefusesOtherOrigins) {
  for (const char* origin : {"null", "https://evil.example", "http://app.example.com", "https://app.example.com:444",
                             "https://app.example.com.evil.example"}) {
    auto request = ownForm();
    request.origin = origin;
    request.secFetchSite.clear();
    expectForbidden([&] { guardWith().requireOwnForm(request); });
  }
}

// SEC-CS-02: a cross-site form can be sent as these without a preflight.
TEST(CsrfGuardRequireOwnForm, RefusesOtherContentTypes) {
  for (const char* type : {"", "text/plain", "application/json", "multipart/form-data; boundary=x",
                           "text/plain; application/x-www-form-urlencoded"}) {
    auto request = ownForm();
    request.contentType = type;
    expectForbidden([&] { guardWith().requireOwnForm(request); });
  }
}

// SEC-CS-02
TEST(CsrfGuardSessionToken, FitsItsSessionOnly) {
  const auto guard = guardWith();
  const auto token = guard.sessionToken("session-a");
  EXPECT_NO_THROW(guard.requireSessionToken(token, "session-a"));
  expectForbidden([&] { guard.requireSessionToken(token, "session-b"); });
  expectForbidden([&] { guard.requireSessionToken(std::nullopt, "session-a"); });
  expectForbidden([&] { guard.requireSessionToken("", "session-a"); });
}

TEST(CsrfGuardSessionToken, OutlivesARotationOfKeys) {
  const auto token = guardWith({kOldKey}).sessionToken("session-a");
  EXPECT_NO_THROW(guardWith({kKey, kOldKey}).requireSessionToken(token, "session-a"));
  expectForbidden([&] { guardWith({kKey}).requireSessionToken(token, "session-a"); });
}

// SEC-CS-04: login CSRF.
TEST(CsrfGuardVisitorToken, FitsTheBrowserItWasMadeFor) {
  const auto guard = guardWith();
  const auto mine = guard.visitorToken({});
  const auto theirs = guard.visitorToken({});
  ASSERT_TRUE(mine.cookie && theirs.cookie);
  EXPECT_EQ(mine.cookie->name, "__Host-visit");
  EXPECT_TRUE(mine.cookie->secure);
  EXPECT_TRUE(mine.cookie->httpOnly);
  auto request = ownForm();
  request.cookies["__Host-visit"] = mine.cookie->value;
  EXPECT_NO_THROW(guard.requireVisitorToken(mine.token, request));
  expectForbidden([&] { guard.requireVisitorToken(theirs.token, request); });
  expectForbidden([&] { guard.requireVisitorToken(mine.token, ownForm()); });
  const auto again = guard.visitorToken(request);
  EXPECT_EQ(again.token, mine.token) << "two tabs of one browser";
  EXPECT_FALSE(again.cookie);
}

TEST(CsrfGuardVisitorToken, IsNoSessionToken) {
  const auto guard = guardWith();
  const auto visitor = guard.visitorToken({});
  expectForbidden([&] { guard.requireSessionToken(visitor.token, visitor.cookie->value); });
}

TEST(CsrfGuardVisitorToken, ReplacesAMalformedCookie) {
  auto request = ownForm();
  request.cookies["__Host-visit"] = "attacker";
  EXPECT_TRUE(guardWith().visitorToken(request).cookie);
  expectForbidden([&] { guardWith().requireVisitorToken("x", request); });
}

}  // namespace
}  // namespace hostapp
