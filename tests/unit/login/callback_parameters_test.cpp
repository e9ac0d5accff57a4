// SPDX-License-Identifier: Apache-2.0
#include "login/callback_parameters.h"

#include <gtest/gtest.h>

namespace sso::detail {
namespace {

TEST(CallbackParameters, ReadsTheProtocolOnly) {
  const auto parameters = CallbackParameters::parse("code=a%2Bb&state=s&iss=https%3A%2F%2Fi&x=1&x=2");
  EXPECT_EQ(parameters.code, "a+b");
  EXPECT_EQ(parameters.state, "s");
  EXPECT_EQ(parameters.issuer, "https://i");
  EXPECT_TRUE(parameters.hasCode);
  EXPECT_FALSE(parameters.hasError);
}

TEST(CallbackParameters, RefusesEachRepeatedProtocolParameter) {  // SEC-CB-02
  for (const std::string name : {"state", "code", "iss", "error", "error_description", "idp_initiated_login"}) {
    try {
      CallbackParameters::parse(name + "=1&" + name + "=1");
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.reason(), "duplicate_parameter");
      EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    }
  }
}

TEST(IsWellFormedCode, TakesPrintableAsciiOfBoundedLength) {
  EXPECT_TRUE(isWellFormedCode("abc-._~+/=%"));
  EXPECT_TRUE(isWellFormedCode(std::string(2048, 'c')));
  for (const std::string& wrong : {std::string(), std::string(2049, 'c'), std::string("a b"), std::string("a\tb"),
                                   std::string("a\0b", 3), std::string("a\x7f"), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(isWellFormedCode(wrong));
  }
}

TEST(ProviderError, IsToldInOurWords) {
  EXPECT_EQ(providerError("access_denied").code(), ErrorCode::kAccessDenied);
  EXPECT_EQ(providerError("user_not_active").code(), ErrorCode::kAccessDenied);
  EXPECT_EQ(providerError("server_error").code(), ErrorCode::kUpstreamRejected);
  EXPECT_EQ(providerError("assertion_expired").code(), ErrorCode::kLoginExpired);
  EXPECT_EQ(providerError("no_active_connections").code(), ErrorCode::kNotAllowed);
  EXPECT_EQ(providerError("<script>").code(), ErrorCode::kLoginFailed);
  EXPECT_EQ(providerError("<script>").reason(), "provider_error");
  EXPECT_EQ(std::string(providerError("<script>").what()).find("<script>"), std::string::npos);
}

TEST(CleanedForAudit, IsShortPrintableAndWithoutAddresses) {  // SEC-CB-10, SEC-LG-02
  EXPECT_EQ(cleanedForAudit("plain words"), "plain words");
  EXPECT_EQ(cleanedForAudit("a\r\nb\x1b[31m"), "a??b?[31m");
  EXPECT_EQ(cleanedForAudit("a\xE2\x80\xA8z"), "a?z");  // U+2028
  EXPECT_EQ(cleanedForAudit(std::string(500, 'x')).size(), 200U);
  EXPECT_EQ(cleanedForAudit("user <ada@acme.example> unknown"), "user <[address]> unknown");
  EXPECT_EQ(cleanedForAudit("a@b,c@d"), "[address],[address]");
  EXPECT_EQ(cleanedForAudit("@"), "[address]");
}

TEST(CleanedForAudit, IsNoLongerThanItSaysWhateverTheMarksAdd) {  // found by fuzz_callback
  std::string many;
  for (int i = 0; i < 120; ++i) many += "@,";
  EXPECT_EQ(cleanedForAudit(many).size(), 200U);
}

TEST(CleanedForAudit, LeavesNothingOfAnAddressThatTheCutGoesThrough) {
  const std::string before(190, 'x');
  EXPECT_EQ(cleanedForAudit(before + " ada.lovelace@acme.example"), before + " [address]");
}

}  // namespace
}  // namespace sso::detail
