// SPDX-License-Identifier: Apache-2.0
#include "sso/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "sso/reason.h"

namespace sso {
namespace {

TEST(ErrorTable, HasOneRowPerCodeInOrder) {
  ASSERT_EQ(allErrors().size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
  for (std::size_t i = 0; i < allErrors().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(allErrors()[i].code), i);
    EXPECT_EQ(&describe(static_cast<ErrorCode>(i)), &allErrors()[i]);
  }
}

TEST(ErrorTable, GivesNamesThatMayStandInAUrl) {
  for (const auto& row : allErrors()) {
    EXPECT_TRUE(std::regex_match(std::string(row.name), std::regex("[a-z][a-z_]{2,31}"))) << row.name;
    EXPECT_GE(row.httpStatus, 400);
    EXPECT_LE(row.httpStatus, 503);
  }
}

// The names of SECURITY section 0, the only ones that a login may put into a URL.
TEST(ErrorTable, KnowsThePublicNamesOfALogin) {
  std::set<std::string_view> names;
  for (const auto& row : allErrors()) names.insert(row.name);
  for (const char* name : {"login_failed", "login_expired", "access_denied", "provider_unavailable", "account_disabled",
                           "sso_required", "not_allowed"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

// DESIGN 8: words that a person at a company knows, what happened and one next step
TEST(ErrorTable, SpeaksToPeople) {
  for (const auto& row : allErrors()) {
    for (const std::string_view text : {row.publicMessage, row.nextStep}) {
      EXPECT_FALSE(text.empty()) << row.name;
      EXPECT_TRUE(text.ends_with('.')) << text;
      EXPECT_EQ(std::count(text.begin(), text.end(), '.'), 1) << text;
      EXPECT_LE(text.size(), 100u) << text;
      for (const char* jargon : {"IdP", "identity provider", "assertion", "token", "SAML", "OIDC", "Scalekit",
                                 "database", "upstream", "parameter", "%", "<", ">"}) {
        EXPECT_EQ(text.find(jargon), std::string_view::npos) << text;
      }
    }
  }
}

TEST(Error, KeepsItsPartsApart) {
  const Error error(ErrorCode::kLoginFailed, reason::kNonce, "nonce differs", "check the clock");
  EXPECT_EQ(error.code(), ErrorCode::kLoginFailed);
  EXPECT_EQ(error.reason(), "nonce");
  EXPECT_EQ(error.hint(), "check the clock");
  EXPECT_EQ(error.name(), "login_failed");
  EXPECT_EQ(error.httpStatus(), 400);
  EXPECT_STREQ(error.what(), "login_failed (nonce): nonce differs");
  EXPECT_EQ(error.publicMessage().find("nonce"), std::string_view::npos);
  EXPECT_STREQ(Error(ErrorCode::kStorage, {}).what(), "storage_unavailable");
}

TEST(Describe, TakesAnUnknownCodeForInternal) {
  EXPECT_EQ(describe(static_cast<ErrorCode>(999)).code, ErrorCode::kInternal);
}

TEST(Reasons, AreDistinctStableWords) {
  std::ifstream file(MODULAR_SSO_SOURCE_DIR "/sso/include/sso/reason.h");
  std::stringstream text;
  text << file.rdbuf();
  const std::string source = text.str();
  const std::regex definition("std::string_view k\\w+ = \"([^\"]*)\"");
  std::set<std::string> words;
  std::size_t count = 0;
  for (std::sregex_iterator it(source.begin(), source.end(), definition), end; it != end; ++it) {
    const std::string word = (*it)[1];
    EXPECT_TRUE(std::regex_match(word, std::regex("[a-z][a-z_]{1,31}"))) << word;
    words.insert(word);
    ++count;
  }
  EXPECT_GE(count, 35u);
  EXPECT_EQ(words.size(), count);
}

}  // namespace
}  // namespace sso
