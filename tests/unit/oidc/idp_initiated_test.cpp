// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 3.3 and SECURITY 1.7: the hint of an IdP-initiated login.
#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;

class TokenVerifierIdpInitiated : public VerifierFixture {
 protected:
  static json hint() {
    return {{"organization_id", "org_1"},
            {"connection_id", "conn_1"},
            {"login_hint", "arjun.patel@example.com"},
            {"relay_state", "/reports"},
            {"exp", kNow + 295},
            {"nbf", kNow - 5},
            {"iat", kNow - 5},
            {"iss", kEnvironment}};
  }
  detail::IdpInitiatedHint read(const json& claims) {
    return verifier().verifyIdpInitiated(keys().sign(claims.dump()));
  }
  std::string refusalOfToken(const std::string& token) {
    return refusalOf([&] { verifier().verifyIdpInitiated(token); }, ErrorCode::kInvalidRequest);
  }
  std::string refusalOfHint(const json& claims) { return refusalOfToken(keys().sign(claims.dump())); }
  std::string refusalOfHintWith(const std::string& claim, json value) {
    auto claims = hint();
    claims[claim] = std::move(value);
    return refusalOfHint(claims);
  }
  std::string refusalOfHintWithout(const std::string& claim) {
    auto claims = hint();
    claims.erase(claim);
    return refusalOfHint(claims);
  }
};

TEST_F(TokenVerifierIdpInitiated, ReadsAnHonestToken) {  // SEC-II-01
  const auto read = this->read(hint());
  EXPECT_EQ(read.organizationId, "org_1");
  EXPECT_EQ(read.connectionId, "conn_1");
  EXPECT_EQ(read.loginHint, "arjun.patel@example.com");
  EXPECT_EQ(read.relayState, "/reports");
  EXPECT_EQ(toEpochSeconds(read.expiresAt), kNow + 295);
}
TEST_F(TokenVerifierIdpInitiated, RefusesAnotherIssuer) {  // SEC-II-02
  EXPECT_EQ(refusalOfHintWith("iss", "https://evil.scalekit.com"), "iss");
  EXPECT_EQ(refusalOfHintWithout("iss"), "iss");
}
TEST_F(TokenVerifierIdpInitiated, RefusesAnotherAudienceWhenThereIsOne) {  // SEC-II-02
  EXPECT_EQ(refusalOfHintWith("aud", "skc_other"), "aud");
  EXPECT_EQ(refusalOfHintWith("aud", json::array({kClientId, "skc_other"})), "aud");
  EXPECT_EQ(refusalOfHintWith("aud", json::array({kClientId})), "none");
  EXPECT_EQ(refusalOfHintWith("client_id", "skc_other"), "azp");
}
TEST_F(TokenVerifierIdpInitiated, RefusesExpiredAndTimelessTokens) {  // SEC-II-03
  EXPECT_EQ(refusalOfHintWith("exp", kNow - 60), "exp");
  EXPECT_EQ(refusalOfHintWithout("exp"), "exp");
  EXPECT_EQ(refusalOfHintWithout("iat"), "iat");
  EXPECT_EQ(refusalOfHintWith("iat", kNow + 61), "iat");
  EXPECT_EQ(refusalOfHintWith("nbf", kNow + 61), "nbf");
}
TEST_F(TokenVerifierIdpInitiated, RefusesALongLife) {  // SEC-II-03
  EXPECT_EQ(refusalOfHintWith("exp", kNow + 595), "none");
  EXPECT_EQ(refusalOfHintWith("exp", kNow + 596), "exp");
  EXPECT_EQ(refusalOfHintWith("exp", kNow + 10LL * 365 * 86400), "exp");
  EXPECT_EQ(refusalOfHintWith("exp", std::numeric_limits<std::int64_t>::max()), "exp");
  EXPECT_EQ(refusalOfHintWith("iat", std::numeric_limits<std::int64_t>::min()), "exp");
}
TEST_F(TokenVerifierIdpInitiated, RefusesOtherSignatures) {  // SEC-II-04
  const std::string claims = hint().dump();
  EXPECT_EQ(refusalOfToken(compactJws(R"({"alg":"none"})", claims, "x")), "alg");
  EXPECT_EQ(refusalOfToken(signHs256(R"({"alg":"HS256","kid":")" + keys().kid() + "\"}", claims, "test_secret")),
            "alg");
  EXPECT_EQ(refusalOfToken(otherKeys().sign(keys().header(), claims)), "signature");
  EXPECT_EQ(refusalOfToken(otherKeys().sign(claims)), "kid");
}
TEST_F(TokenVerifierIdpInitiated, RefusesAnIdToken) {  // SEC-II-05: also one that has the members of a hint
  EXPECT_EQ(refusalOfHint(honest()), "exp");
  auto shortLived = honest();
  shortLived["exp"] = kNow + 300;
  EXPECT_EQ(refusalOfHint(shortLived), "sub");
  EXPECT_EQ(refusalOfHintWith("sub", "conn_1;x"), "sub");
  EXPECT_EQ(refusalOfHintWith("sub", nullptr), "sub");
  EXPECT_EQ(refusalOfHintWith("nonce", "n"), "malformed");
  EXPECT_EQ(refusalOfHintWith("at_hash", "h"), "malformed");
  EXPECT_EQ(refusalOfHintWith("c_hash", "h"), "malformed");
}
TEST_F(TokenVerifierIdpInitiated, IsNoIdToken) {  // and the other way round
  EXPECT_EQ(refusalOfClaims(hint()), "aud");
  auto claims = hint();
  claims["aud"] = kClientId;
  claims["nonce"] = "nonce-of-this-login";
  EXPECT_EQ(refusalOfClaims(claims), "sub");
}
TEST_F(TokenVerifierIdpInitiated, RefusesIdsThatAreNone) {  // SEC-II-07
  EXPECT_EQ(refusalOfHintWithout("organization_id"), "organization");
  EXPECT_EQ(refusalOfHintWith("organization_id", "org_1&prompt=none"), "organization");
  EXPECT_EQ(refusalOfHintWith("organization_id", 7), "organization");
  EXPECT_EQ(refusalOfHintWithout("connection_id"), "connection");
  EXPECT_EQ(refusalOfHintWith("connection_id", "conn_1&prompt=none"), "connection");
  EXPECT_EQ(refusalOfHintWith("connection_id", ""), "connection");
}
TEST_F(TokenVerifierIdpInitiated, RefusesLineBreaksAndOtherTypesInTexts) {  // SEC-II-07, SEC-II-08
  EXPECT_EQ(refusalOfHintWith("login_hint", "a\r\nSet-Cookie: x"), "malformed");
  EXPECT_EQ(refusalOfHintWith("login_hint", json::array({"a"})), "malformed");
  EXPECT_EQ(refusalOfHintWith("relay_state", std::string("/a\0b", 4)), "malformed");
  EXPECT_EQ(refusalOfHintWith("relay_state", std::string(2049, 'x')), "malformed");
  EXPECT_EQ(refusalOfHintWithout("login_hint"), "none");
  EXPECT_EQ(refusalOfHintWithout("relay_state"), "none");
}
TEST_F(TokenVerifierIdpInitiated, PassesRelayStateOnAsData) {  // SEC-II-08: judged where paths are judged
  auto claims = hint();
  claims["relay_state"] = "//evil.example";
  EXPECT_EQ(read(claims).relayState, "//evil.example");
}
TEST_F(TokenVerifierIdpInitiated, RefusesLargeAndAmbiguousTokens) {  // SEC-II-10
  EXPECT_EQ(refusalOfHintWith("x", std::string(13'000, 'x')), "malformed");
  std::string claims = hint().dump();
  claims.insert(1, R"("connection_id":"conn_2",)");
  EXPECT_EQ(refusalOfToken(keys().sign(claims)), "json_duplicate");
}
TEST_F(TokenVerifierIdpInitiated, KeysReplayByClaims) {  // SEC-II-11
  const std::string key = read(hint()).replayKey;
  EXPECT_EQ(key.size(), 64u);
  const std::string spaced = hint().dump(2);
  EXPECT_EQ(verifier().verifyIdpInitiated(keys().sign(spaced)).replayKey, key);  // another text, the same claims
  const json changes = {{"organization_id", "org_2"},
                        {"connection_id", "conn_2"},
                        {"login_hint", "b@example.com"},
                        {"relay_state", ""},
                        {"exp", kNow + 200},
                        {"iat", kNow - 4},
                        {"jti", "tkn_1"}};
  for (const auto& [claim, value] : changes.items()) {
    auto claims = hint();
    claims[claim] = value;
    EXPECT_NE(read(claims).replayKey, key) << claim;
  }
}
TEST_F(TokenVerifierIdpInitiated, DoesNotCallAnOutageABadRequest) {
  transport->failWith("/keys");
  EXPECT_EQ(refusalOf([&] { read(hint()); }, ErrorCode::kUpstreamUnavailable), "upstream");
}

}  // namespace
}  // namespace sso::test
