// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 3.7 (3) to (7), one test per check: may this token be believed? Each begins with an honest token, so
// nothing else can refuse it. Whom it speaks of is the matter of token_verifier_identity_test.cpp.
#include <gmock/gmock.h>

#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;

class TokenVerifierVerify : public VerifierFixture {};

TEST_F(TokenVerifierVerify, AcceptsAnHonestToken) {
  const VerifiedIdentity identity = verifyClaims(honest());
  EXPECT_EQ(identity.key,
            (IdentityKey{std::string(kEnvironment), "conn_1", "conn_1;82d3b065-0cc8-4c91-8144-542adda279a8"}));
  EXPECT_EQ(identity.organizationId, "org_1");
  EXPECT_EQ(identity.email, "arjun.patel@example.com");
  EXPECT_FALSE(identity.emailMalformed);
  EXPECT_EQ(identity.emailVerified, true);
  EXPECT_EQ(identity.displayName, "Arjun Patel");
  EXPECT_FALSE(identity.groups.has_value());
  EXPECT_FALSE(identity.groupsTruncated);
  EXPECT_EQ(identity.sessionId, "ses_1");
  EXPECT_EQ(toEpochSeconds(identity.issuedAt), kNow - 5);
  EXPECT_EQ(identity.authenticatedAt, identity.issuedAt);
}

TEST_F(TokenVerifierVerify, AcceptsTheSameTokenManyTimes) {  // the thread's kept buffers carry nothing over
  auto scant = honest();
  for (const char* claim : {"email", "email_verified", "given_name", "family_name", "sid"}) scant.erase(claim);
  verifyClaims(honest());
  const VerifiedIdentity identity = verifyClaims(scant);
  EXPECT_EQ(identity.email, "");
  EXPECT_EQ(identity.emailVerified, std::nullopt);
  EXPECT_EQ(identity.displayName, "");
  EXPECT_EQ(identity.sessionId, "");
}

// --- signature: CONTRACT.md 3.7 (3) ---

TEST_F(TokenVerifierVerify, RefusesAnotherKeysSignature) {  // SEC-ID-25
  EXPECT_EQ(refusal(otherKeys().sign(keys().header(), honest().dump())), "signature");
}
TEST_F(TokenVerifierVerify, RefusesAFlippedSignatureBit) {  // SEC-ID-25
  const std::string claims = honest().dump();
  const std::string input = testBase64Url(keys().header()) + "." + testBase64Url(claims);
  std::string signature = keys().signature(TestAlg::kRs256, input);
  signature[100] = static_cast<char>(signature[100] ^ 1);
  EXPECT_EQ(refusal(input + "." + testBase64Url(signature)), "signature");
}
TEST_F(TokenVerifierVerify, RefusesASwappedPayload) {  // SEC-ID-25
  const std::string one = keys().sign(honest().dump());
  auto claims = honest();
  claims["sub"] = "conn_1;somebody-else";
  const std::string two = keys().sign(claims.dump());
  EXPECT_EQ(refusal(one.substr(0, one.find('.')) + two.substr(two.find('.'), two.rfind('.') - two.find('.')) +
                    one.substr(one.rfind('.'))),
            "signature");
}
TEST_F(TokenVerifierVerify, RefusesZeroShortAndLongSignatures) {  // SEC-ID-25
  const std::string claims = honest().dump();
  const std::string good =
      keys().signature(TestAlg::kRs256, testBase64Url(keys().header()) + "." + testBase64Url(claims));
  EXPECT_EQ(refusal(compactJws(keys().header(), claims, std::string(256, '\0'))), "signature");
  EXPECT_EQ(refusal(compactJws(keys().header(), claims, std::string(1, '\0'))), "signature");
  EXPECT_EQ(refusal(compactJws(keys().header(), claims, good.substr(1))), "signature");
  EXPECT_EQ(refusal(compactJws(keys().header(), claims, std::string(1, '\0') + good)), "signature");
  EXPECT_EQ(refusal(compactJws(keys().header(), claims, good)), "none");
}
TEST_F(TokenVerifierVerify, RefusesOtherSignatureSchemesUnderTheRightName) {  // SEC-ID-24
  EXPECT_EQ(refusal(keys().sign(TestAlg::kPs256, keys().header(), honest().dump())), "signature");
  EXPECT_EQ(refusal(keys().sign(TestAlg::kRs512, keys().header(), honest().dump())), "signature");
}
TEST_F(TokenVerifierVerify, RefusesASignatureThatIsNoBase64Url) {  // SEC-ID-32
  const std::string token = keys().sign(honest().dump());
  EXPECT_EQ(refusal(token + "=="), "malformed");
  EXPECT_EQ(refusal(token + "\n"), "malformed");
  EXPECT_EQ(refusal(token.substr(0, token.size() - 3) + "+/A"), "malformed");
}

// --- payload form ---

TEST_F(TokenVerifierVerify, RefusesAPayloadThatIsNoObject) {  // SEC-ID-16
  for (const char* payload : {"[]", "\"text\"", "17", "null", "", "{", "{} x", "{}{}", "{\"iss\":}"}) {
    EXPECT_EQ(refusal(keys().sign(payload)), "malformed") << payload;
  }
  EXPECT_EQ(refusal(keys().sign(honest().dump() + std::string(1, '\0') + "{}")), "malformed");
}
TEST_F(TokenVerifierVerify, RefusesADuplicateClaim) {  // SEC-ID-29's sibling in the payload
  std::string claims = honest().dump();
  claims.insert(1, R"("sub":"conn_1;victim",)");
  EXPECT_EQ(refusal(keys().sign(claims)), "json_duplicate");
}
TEST_F(TokenVerifierVerify, RefusesAClaimDuplicatedThroughAnEscape) {
  std::string claims = honest().dump();
  claims.insert(1, R"("\u0073ub":"conn_1;victim",)");
  EXPECT_EQ(refusal(keys().sign(claims)), "json_duplicate");
}
TEST_F(TokenVerifierVerify, RefusesInvalidUtf8AndByteOrderMarks) {  // SEC-ID-17
  std::string claims = honest().dump();
  claims.insert(claims.size() - 1, ",\"x\":\"\xC3\x28\"");
  EXPECT_EQ(refusal(keys().sign(claims)), "malformed");
  EXPECT_EQ(refusal(keys().sign("\xEF\xBB\xBF" + honest().dump())), "malformed");
  EXPECT_EQ(refusal(keys().sign(R"({"x":"\uD800"})")), "malformed");
}
TEST_F(TokenVerifierVerify, RefusesAPayloadThatIsNoBase64Url) {  // SEC-ID-32
  const std::string input = testBase64Url(keys().header()) + "." + testBase64Url(honest().dump()) + "*";
  EXPECT_EQ(refusal(input + "." + testBase64Url(keys().signature(TestAlg::kRs256, input))), "malformed");
}
TEST_F(TokenVerifierVerify, BoundsTheSize) {  // SEC-ID-19
  auto claims = honest();
  claims["x"] = std::string(10'000, 'x');
  EXPECT_EQ(refusalOfClaims(claims), "none");
  claims["x"] = std::string(5'000'000, 'x');
  EXPECT_EQ(refusalOfClaims(claims), "malformed");
  auto many = honest();
  for (int i = 0; i < 20'000; ++i) many["claim" + std::to_string(i)] = i;
  EXPECT_EQ(refusalOfClaims(many), "malformed");
}
TEST_F(TokenVerifierVerify, IgnoresClaimsThatNobodyAskedFor) {  // SEC-ID-20, SEC-MP-14
  auto claims = honest();
  claims.update({{"__proto__", {{"is_admin", true}}},
                 {"is_admin", true},
                 {"roles", {"owner"}},
                 {"picture", "javascript:alert(1)"},
                 {"department", "<b>Sales</b>\r\n"},
                 {"identities", {{{"connection_id", "conn_9"}, {"provider_raw_attributes", {{"sub", "x"}}}}}}});
  EXPECT_EQ(refusalOfClaims(claims), "none");
}

// --- iss, aud, azp: CONTRACT.md 3.7 (4) ---

TEST_F(TokenVerifierVerify, RefusesAnotherIssuer) {  // SEC-ID-01
  for (const char* iss : {"https://evil.scalekit.com", "https://acme.scalekit.com/", "http://acme.scalekit.com",
                          "https://ACME.scalekit.com", "acme.scalekit.com", ""}) {
    EXPECT_EQ(refusalWith("iss", iss), "iss") << iss;
  }
}
TEST_F(TokenVerifierVerify, RefusesAMissingOrMistypedIssuer) {  // SEC-ID-01
  EXPECT_EQ(refusalWithout("iss"), "iss");
  EXPECT_EQ(refusalWith("iss", json::array({kEnvironment})), "iss");
  EXPECT_EQ(refusalWith("iss", nullptr), "iss");
}
TEST_F(TokenVerifierVerify, AcceptsAListedIssuerExactly) {  // CONTRACT.md 1.1
  options.additionalIssuers = {"https://auth.acme.example"};
  auto claims = honest();
  claims["iss"] = "https://auth.acme.example";
  EXPECT_EQ(verifyClaims(claims).key.issuer, "https://auth.acme.example");
  EXPECT_EQ(refusalWith("iss", "https://auth.acme.example.evil.org"), "iss");
}
TEST_F(TokenVerifierVerify, RefusesAnotherAudience) {  // SEC-ID-03, SEC-ID-04
  EXPECT_EQ(refusalWith("aud", json::array({"skc_other"})), "aud");
  EXPECT_EQ(refusalWith("aud", "skc_other"), "aud");
  EXPECT_EQ(refusalWith("aud", std::string(kClientId) + "0"), "aud");
  EXPECT_EQ(refusalWith("aud", std::string(kClientId).substr(0, 10)), "aud");
  EXPECT_EQ(refusalWith("aud", "SKC_32080745455485442"), "aud");
}
TEST_F(TokenVerifierVerify, RefusesAMissingEmptyOrMistypedAudience) {  // SEC-ID-03, SEC-ID-04
  EXPECT_EQ(refusalWithout("aud"), "aud");
  EXPECT_EQ(refusalWith("aud", json::array()), "aud");
  EXPECT_EQ(refusalWith("aud", json::object({{std::string(kClientId), true}})), "aud");
  EXPECT_EQ(refusalWith("aud", json::array({kClientId, 7})), "aud");
  EXPECT_EQ(refusalWith("aud", 7), "aud");
}
TEST_F(TokenVerifierVerify, AcceptsAudienceAsString) {  // SEC-ID-04
  EXPECT_EQ(refusalWith("aud", kClientId), "none");
}
TEST_F(TokenVerifierVerify, RefusesASecondAudience) {  // SEC-ID-05, with and without azp
  EXPECT_EQ(refusalWith("aud", json::array({kClientId, "skc_other"})), "aud");
  auto claims = honest();
  claims["aud"] = json::array({"skc_other", kClientId});
  claims.erase("azp");
  EXPECT_EQ(refusalOfClaims(claims), "aud");
}
TEST_F(TokenVerifierVerify, RefusesAnotherAuthorizedParty) {  // SEC-ID-06
  EXPECT_EQ(refusalWith("azp", "skc_other"), "azp");
  EXPECT_EQ(refusalWith("azp", json::array({kClientId})), "azp");
  EXPECT_EQ(refusalWith("client_id", "skc_other"), "azp");
  EXPECT_EQ(refusalWith("client_id", nullptr), "azp");
  EXPECT_EQ(refusalWithout("azp"), "none");
  EXPECT_EQ(refusalWithout("client_id"), "none");
}

// --- exp, iat, nbf: CONTRACT.md 3.7 (5) ---

TEST_F(TokenVerifierVerify, RefusesAnExpiredToken) {  // SEC-ID-08; the leeway is 60 s
  EXPECT_EQ(refusalWith("exp", kNow - 60), "exp");
  EXPECT_EQ(refusalWith("exp", kNow - 59), "none");
  EXPECT_EQ(refusalWith("exp", 0), "exp");
  EXPECT_EQ(refusalWith("exp", std::numeric_limits<std::int64_t>::min()), "exp");
}
TEST_F(TokenVerifierVerify, RefusesAMissingOrMistypedExpiry) {  // SEC-ID-08; SECURITY 5, item 13
  EXPECT_EQ(refusalWithout("exp"), "exp");
  EXPECT_EQ(refusalWith("exp", std::to_string(kNow + 60)), "exp");
  EXPECT_EQ(refusalWith("exp", 1e300), "exp");
  EXPECT_EQ(refusalWith("exp", static_cast<double>(kNow) + 60.5), "exp");
  EXPECT_EQ(refusalWith("exp", std::numeric_limits<std::uint64_t>::max()), "exp");
  EXPECT_EQ(refusalWith("exp", true), "exp");
}
TEST_F(TokenVerifierVerify, RefusesATokenFromTheFuture) {  // SEC-ID-10
  EXPECT_EQ(refusalWith("iat", kNow + 61), "iat");
  EXPECT_EQ(refusalWith("iat", kNow + 3600), "iat");
}
TEST_F(TokenVerifierVerify, AcceptsASmallClockDifference) {  // SEC-ID-11
  EXPECT_EQ(refusalWith("iat", kNow + 20), "none");
  EXPECT_EQ(refusalWith("iat", kNow + 60), "none");
}
TEST_F(TokenVerifierVerify, RefusesAMissingOrMistypedIssueTime) {  // SEC-ID-10
  EXPECT_EQ(refusalWithout("iat"), "iat");
  EXPECT_EQ(refusalWith("iat", std::to_string(kNow)), "iat");
}
TEST_F(TokenVerifierVerify, RefusesAnOldToken) {  // SEC-ID-10, JIT.md row 31: maxTokenAge and the leeway
  EXPECT_EQ(refusalWith("iat", kNow - 660), "none");
  EXPECT_EQ(refusalWith("iat", kNow - 661), "iat");
  EXPECT_EQ(refusalWith("iat", kNow - 7 * 86400), "iat");
  EXPECT_EQ(refusalWith("iat", std::numeric_limits<std::int64_t>::min()), "iat");
}
TEST_F(TokenVerifierVerify, HonoursNotBefore) {  // SEC-ID-12
  EXPECT_EQ(refusalWith("nbf", kNow + 60), "none");
  EXPECT_EQ(refusalWith("nbf", kNow + 61), "nbf");
  EXPECT_EQ(refusalWith("nbf", "soon"), "nbf");
}
TEST_F(TokenVerifierVerify, TakesItsLeewayFromTheOptions) {  // SEC-ID-11
  options.clockSkew = std::chrono::seconds(0);
  EXPECT_EQ(refusalWith("exp", kNow), "exp");
  EXPECT_EQ(refusalWith("exp", kNow + 1), "none");
  EXPECT_EQ(refusalWith("iat", kNow + 1), "iat");
  EXPECT_EQ(refusalWith("nbf", kNow + 1), "nbf");
}
TEST_F(TokenVerifierVerify, TakesTheGreatestAgeFromTheOptions) {
  options.maxTokenAge = std::chrono::seconds(60);
  EXPECT_EQ(refusalWith("iat", kNow - 120), "none");
  EXPECT_EQ(refusalWith("iat", kNow - 121), "iat");
}

// --- nonce: CONTRACT.md 3.7 (6) ---

TEST_F(TokenVerifierVerify, RefusesAnotherNonce) {  // SEC-ID-07, SEC-ID-31
  EXPECT_EQ(refusalWith("nonce", "nonce-of-an-earlier-login"), "nonce");
  EXPECT_EQ(refusalWith("nonce", "nonce-of-this-logi"), "nonce");
  EXPECT_EQ(refusalWith("nonce", "nonce-of-this-loginx"), "nonce");
  EXPECT_EQ(refusalWith("nonce", ""), "nonce");
}
TEST_F(TokenVerifierVerify, RefusesAMissingOrMistypedNonce) {  // SEC-ID-07
  EXPECT_EQ(refusalWithout("nonce"), "nonce");
  EXPECT_EQ(refusalWith("nonce", json::array({"nonce-of-this-login"})), "nonce");
}
TEST_F(TokenVerifierVerify, NeverMatchesAnEmptyNonce) {
  auto claims = honest();
  claims["nonce"] = "";
  auto expectation = expected();
  expectation.nonce = "";
  EXPECT_EQ(refusalOf([&] { verifier().verifyIdToken(keys().sign(claims.dump()), expectation); }), "nonce");
}
TEST_F(TokenVerifierVerify, RelaxedModeForgivesAMissingNonceOnly) {
  options.requireNonce = false;
  EXPECT_EQ(refusalWithout("nonce"), "none");
  EXPECT_EQ(refusalWith("nonce", "another"), "nonce");
  EXPECT_EQ(refusalWith("nonce", 7), "nonce");
}

// --- hashes: CONTRACT.md 3.7 (7) ---

TEST_F(TokenVerifierVerify, RefusesAnotherAccessToken) {  // SEC-ID-13
  EXPECT_EQ(refusalWith("at_hash", leftHalfHash("a swapped access token")), "at_hash");
  EXPECT_EQ(refusalWith("at_hash", ""), "at_hash");
  EXPECT_EQ(refusalWith("at_hash", leftHalfHash("the access token").substr(0, 21)), "at_hash");
  EXPECT_EQ(refusalWith("at_hash", 7), "at_hash");
  EXPECT_EQ(refusalWithout("at_hash"), "none");
}
TEST_F(TokenVerifierVerify, RefusesAnAccessTokenHashWithoutAnAccessToken) {
  auto claims = honest();
  claims["at_hash"] = leftHalfHash("");
  auto expectation = expected();
  expectation.accessToken = "";
  EXPECT_EQ(refusalOf([&] { verifier().verifyIdToken(keys().sign(claims.dump()), expectation); }), "at_hash");
}
TEST_F(TokenVerifierVerify, RefusesAnotherCode) {  // SEC-ID-14
  EXPECT_EQ(refusalWith("c_hash", leftHalfHash("another code")), "c_hash");
  EXPECT_EQ(refusalWith("c_hash", json::array()), "c_hash");
  EXPECT_EQ(refusalWithout("c_hash"), "none");
}
TEST_F(TokenVerifierVerify, KnowsTheHashOfTheSpecification) {  // OIDC Core A.4's code
  auto claims = honest();
  claims["c_hash"] = "LDktKdoQak3Pk0cnXxCltA";
  auto expectation = expected();
  expectation.code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
  verifier().verifyIdToken(keys().sign(claims.dump()), expectation);
}

// --- what a refusal tells ---

TEST_F(TokenVerifierVerify, PutsNothingOfTheTokenIntoErrorsOrTheLog) {  // DESIGN promise 5, SEC-LG-04
  auto claims = honest();
  claims["iss"] = "marker-issuer";
  claims["sub"] = "conn_1;marker-subject";
  const std::string token = keys().sign(claims.dump());
  try {
    verify(token);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("marker")));
    EXPECT_THAT(error.hint(), ::testing::Not(::testing::HasSubstr("marker")));
  }
  EXPECT_THAT(log->text(), ::testing::Not(::testing::HasSubstr("marker")));
  EXPECT_THAT(log->text(), ::testing::Not(::testing::HasSubstr(token.substr(0, 40))));
}

}  // namespace
}  // namespace sso::test
