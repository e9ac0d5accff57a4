// SPDX-License-Identifier: Apache-2.0
#include "oidc/jwk_set.h"

#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;

class JwkSetParse : public VerifierFixture {
 protected:
  static std::string setOf(std::initializer_list<std::string> jwks) {
    std::string text;
    for (const auto& jwk : jwks) text += (text.empty() ? "" : ",") + jwk;
    return R"({"keys":[)" + text + "]}";
  }
  /// The key of keys() with one member set, or taken out by null.
  static std::string changed(const std::string& name, const json& value) {
    json jwk = json::parse(keys().jwk());
    if (value.is_null()) {
      jwk.erase(name);
    } else {
      jwk[name] = value;
    }
    return jwk.dump();
  }
  /// Beside a good one, is this key used?
  static bool uses(const std::string& jwk) {
    const auto set = detail::parseJwkSet(setOf({otherKeys().jwk(), jwk}));
    EXPECT_EQ(set.keys.size() + set.ignored, 2u);
    return set.keys.size() == 2;
  }
  static std::string rejectionOf(const std::string& text) {
    return refusalOf([&] { detail::parseJwkSet(text); }, ErrorCode::kUpstreamRejected);
  }
};

TEST_F(JwkSetParse, FindsKeysByKid) {
  const auto set = detail::parseJwkSet(setOf({keys().jwk(), otherKeys().jwk()}));
  EXPECT_EQ(set.find(keys().kid())->kid, keys().kid());
  EXPECT_EQ(set.find("snk_2")->kid, "snk_2");
  EXPECT_EQ(set.find("snk_3"), nullptr);
  EXPECT_EQ(set.find(""), nullptr);
}
TEST_F(JwkSetParse, TakesAKeyWithoutOptionalMembers) {
  for (const char* name : {"use", "alg", "kid"}) EXPECT_TRUE(uses(changed(name, nullptr))) << name;
  EXPECT_TRUE(uses(changed("key_ops", {"verify"})));
  EXPECT_TRUE(uses(changed("key_ops", {"sign", "verify"})));
}
TEST_F(JwkSetParse, PassesOverKeysForOtherThings) {  // SEC-JW-07
  EXPECT_FALSE(uses(changed("kty", "EC")));
  EXPECT_FALSE(uses(changed("kty", nullptr)));
  EXPECT_FALSE(uses(changed("use", "enc")));
  EXPECT_FALSE(uses(changed("use", 7)));
  EXPECT_FALSE(uses(changed("key_ops", {"encrypt"})));
  EXPECT_FALSE(uses(changed("key_ops", json::array())));
  EXPECT_FALSE(uses(changed("key_ops", "verify")));
  EXPECT_FALSE(uses(changed("alg", "RS512")));
  EXPECT_FALSE(uses(changed("alg", "PS256")));
  EXPECT_FALSE(uses(TestKeys::ec("snk_ec").jwk()));
}
TEST_F(JwkSetParse, PassesOverUnusableKids) {  // SEC-JW-03
  EXPECT_FALSE(uses(changed("kid", 7)));
  EXPECT_FALSE(uses(changed("kid", "")));
  EXPECT_FALSE(uses(changed("kid", std::string(257, 'k'))));
}
TEST_F(JwkSetParse, PassesOverBrokenKeys) {  // SEC-JW-10: one bad key beside a good one is OK
  EXPECT_FALSE(uses(changed("n", "!!!")));
  EXPECT_FALSE(uses(changed("n", keys().modulus() + "==")));
  EXPECT_FALSE(uses(changed("n", nullptr)));
  EXPECT_FALSE(uses(changed("n", 7)));
  EXPECT_FALSE(uses(changed("e", "A")));
  EXPECT_FALSE(uses(changed("e", "AQ")));  // 1
  EXPECT_FALSE(uses(changed("e", nullptr)));
  EXPECT_FALSE(uses("7"));
  EXPECT_FALSE(uses("{}"));
}
TEST_F(JwkSetParse, PassesOverSmallKeys) { EXPECT_FALSE(uses(TestKeys("snk_small", 1024).jwk())); }
TEST_F(JwkSetParse, PassesOverAKeyWhosePrivateHalfIsPublished) { EXPECT_FALSE(uses(changed("d", "AQAB"))); }
TEST_F(JwkSetParse, IgnoresCertificates) {
  EXPECT_TRUE(uses(changed("x5c", {"not a certificate"})));
  EXPECT_TRUE(uses(changed("x5u", "https://evil.example/")));
}
TEST_F(JwkSetParse, RefusesAnAmbiguousKidAndKeepsTheOthers) {  // SEC-JW-06
  const TestKeys twin(keys().kid());
  const auto set = detail::parseJwkSet(setOf({keys().jwk(), twin.jwk(), otherKeys().jwk()}));
  EXPECT_EQ(set.ambiguous, 2u);
  EXPECT_EQ(set.find(keys().kid()), nullptr);
  EXPECT_NE(set.find("snk_2"), nullptr);
  EXPECT_EQ(set.find(""), nullptr);  // three keys are not one, whatever was left out
  EXPECT_EQ(rejectionOf(setOf({keys().jwk(), twin.jwk()})), "upstream");
}
TEST_F(JwkSetParse, CountsUsableKeysOnlyAsAmbiguous) {
  EXPECT_NE(detail::parseJwkSet(setOf({keys().jwk(), changed("use", "enc")})).find(keys().kid()), nullptr);
}
TEST_F(JwkSetParse, FindsTheOnlyUsableKeyWithoutAKid) {  // SEC-JW-02
  const auto set = detail::parseJwkSet(setOf({changed("use", "enc"), otherKeys().jwk()}));
  EXPECT_EQ(set.find("")->kid, "snk_2");
}
TEST_F(JwkSetParse, RefusesWhatIsNoKeySet) {  // SEC-JW-10
  EXPECT_EQ(rejectionOf("[]"), "upstream");
  EXPECT_EQ(rejectionOf("{}"), "upstream");
  EXPECT_EQ(rejectionOf(R"({"keys":{}})"), "upstream");
  EXPECT_EQ(rejectionOf(R"({"keys":[]})"), "upstream");
  EXPECT_EQ(rejectionOf(setOf({changed("use", "enc")})), "upstream");
  EXPECT_EQ(rejectionOf("<html>"), "malformed");
  EXPECT_EQ(rejectionOf(R"({"keys":[],"keys":[]})"), "json_duplicate");
}
TEST_F(JwkSetParse, BoundsTheNumberOfKeys) {  // SEC-JW-11
  std::string many;
  for (int i = 0; i < 63; ++i) many += "{},";
  EXPECT_EQ(detail::parseJwkSet(R"({"keys":[)" + many + keys().jwk() + "]}").ignored, 63u);
  EXPECT_EQ(rejectionOf(R"({"keys":[{},)" + many + keys().jwk() + "]}"), "upstream");
}

}  // namespace
}  // namespace sso::test
