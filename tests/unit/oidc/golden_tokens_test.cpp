// SPDX-License-Identifier: Apache-2.0
// Tokens that npm jose has made (tests/golden/tokens/make.mjs), each with the verdict that it must get.
#include <gtest/gtest.h>

#include <fstream>

#include "unit/oidc/fixed_environment.h"

namespace sso::test {
namespace {

TEST(GoldenTokens, GetTheVerdictThatTheirCaseNames) {
  std::ifstream file(MODULAR_SSO_SOURCE_DIR "/tests/golden/tokens/cases.json");
  const auto golden = nlohmann::json::parse(file);
  ASSERT_GE(golden.at("cases").size(), 80u);
  int accepted = 0;
  for (const auto& example : golden.at("cases")) {
    SCOPED_TRACE(example.at("name").get<std::string>() + " (" + example.at("row").get<std::string>() + ")");
    const FixedEnvironment environment(golden, golden.at("jwks").at(example.at("jwks").get<std::string>()));
    const std::string token = example.at("token");
    EXPECT_EQ(environment.verdict(token), example.at("expect"));
    if (example.at("expect") != "none") continue;
    ++accepted;
    const VerifiedIdentity identity = environment.verify(token);
    EXPECT_EQ(identity.organizationId, "org_1");
    const auto known = example.value("identity", nlohmann::json::object());
    for (const auto& [member, value] : known.items()) {
      EXPECT_EQ(member == "email"  ? identity.email
                : member == "name" ? identity.displayName
                                   : identity.key.connectionId,
                value)
          << member;
    }
  }
  EXPECT_GE(accepted, 10);
}

}  // namespace
}  // namespace sso::test
