// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 3.7 (1) and (2): the form of a token, its header, and the key that it names.
#include "oidc/jws.h"

#include "oidc/base64url_buffer.h"
#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;

class JwsHeader : public VerifierFixture {
 protected:
  /// The reason for refusing an otherwise honest token under this header.
  std::string refusalUnder(const std::string& header) { return refusal(keys().sign(header, honest().dump())); }
  std::string refusalUnderJson(const json& header) { return refusalUnder(header.dump()); }
  static json good() { return {{"alg", "RS256"}, {"kid", keys().kid()}, {"typ", "JWT"}}; }
  std::string refusalWithMember(const std::string& name, json value) {
    auto header = good();
    header[name] = std::move(value);
    return refusalUnderJson(header);
  }
};

TEST_F(JwsHeader, IsAccepted) { EXPECT_EQ(refusalUnderJson(good()), "none"); }

TEST_F(JwsHeader, RefusesOtherSegmentCounts) {  // SEC-ID-32
  const std::string token = keys().sign(honest().dump());
  EXPECT_EQ(refusal(""), "malformed");
  EXPECT_EQ(refusal("."), "malformed");
  EXPECT_EQ(refusal(".."), "malformed");
  EXPECT_EQ(refusal(token.substr(0, token.rfind('.'))), "malformed");
  EXPECT_EQ(refusal(token.substr(0, token.rfind('.') + 1)), "malformed");
  EXPECT_EQ(refusal(token.substr(token.find('.'))), "malformed");
  EXPECT_EQ(refusal(token + ".e30"), "malformed");
  EXPECT_EQ(refusal(token + "."), "malformed");
  EXPECT_EQ(refusal("a.b.c.d.e"), "malformed");  // JWE
  EXPECT_EQ(refusal(R"({"payload":"e30","signatures":[]})"), "malformed");
}
TEST_F(JwsHeader, NamesTheExtraSegment) {
  EXPECT_EQ(refusalOf([] { detail::splitCompactJws("a.b.c.d"); }), "malformed");
  EXPECT_EQ(refusalOf([] { detail::splitCompactJws("a..c"); }), "malformed");
  EXPECT_EQ(refusalOf([] { detail::splitCompactJws("a.b."); }), "malformed");
  EXPECT_EQ(refusalOf([] { detail::splitCompactJws(".b.c"); }), "malformed");
  EXPECT_EQ(refusalOf([] { detail::splitCompactJws(std::string(20, 'a')); }), "malformed");
  EXPECT_EQ(detail::splitCompactJws("a.b.c").signingInput, "a.b");
}
TEST_F(JwsHeader, BoundsTokenAndHeader) {  // SEC-ID-19
  const std::string frame = "a.b.";
  EXPECT_EQ(detail::splitCompactJws(frame + std::string(detail::kMaxTokenBytes - frame.size(), 'c')).payload, "b");
  EXPECT_EQ(
      refusalOf([&] { detail::splitCompactJws(frame + std::string(detail::kMaxTokenBytes - frame.size() + 1, 'c')); }),
      "malformed");
  EXPECT_EQ(refusalWithMember("x", std::string(2000, 'x')), "none");
  EXPECT_EQ(refusalWithMember("x", std::string(3100, 'x')), "malformed");
}
TEST_F(JwsHeader, RefusesWhatIsNoObject) {
  for (const char* header : {"[]", "\"RS256\"", "{", "", "{\"alg\":\"RS256\"}x"}) {
    EXPECT_EQ(refusalUnder(std::string(header)), "malformed") << header;
  }
  EXPECT_EQ(refusalUnder(good().dump() + std::string(1, '\0')), "malformed");
  EXPECT_EQ(refusal("e30=." + testBase64Url(honest().dump()) + ".AAAA"), "malformed");  // padded base64
}
TEST_F(JwsHeader,
       RefusesASecondSpellingOfASegment) {  // SEC-ID-32: signed as it is, and readable if one overlooks a byte
  const auto respelled = [](const std::string& text) {
    std::string encoded = testBase64Url("   " + text);  // ICAg...
    encoded[2] = '*';                                   // whoever takes it for zero bits reads the same text
    return encoded;
  };
  const std::string header = testBase64Url(keys().header()), payload = testBase64Url(honest().dump());
  for (const std::string& input :
       {respelled(keys().header()) + "." + payload, header + "." + respelled(honest().dump())}) {
    EXPECT_EQ(refusal(input + "." + testBase64Url(keys().signature(TestAlg::kRs256, input))), "malformed");
  }
}
TEST_F(JwsHeader, RefusesTwoMembersOfOneName) {  // SEC-ID-29
  EXPECT_EQ(refusalUnder(R"({"alg":"none","alg":"RS256","kid":"k"})"), "json_duplicate");
  EXPECT_EQ(refusalUnder(R"({"alg":"RS256","\u0061lg":"none"})"), "json_duplicate");
  EXPECT_EQ(refusalUnder(R"({"alg":"RS256","x":{"a":1,"a":2}})"), "json_duplicate");
}
TEST_F(JwsHeader, RefusesCrit) {
  EXPECT_EQ(refusalWithMember("crit", json::array({"b64"})), "crit");
  EXPECT_EQ(refusalWithMember("crit", json::array()), "crit");
  EXPECT_EQ(refusalWithMember("crit", nullptr), "crit");
}
TEST_F(JwsHeader, RefusesEveryOtherAlgorithm) {  // SEC-ID-21, SEC-ID-24, SEC-DI-05
  for (const char* alg :
       {"none", "nOnE", "None", "", "HS256", "HS512", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 "}) {
    EXPECT_EQ(refusalWithMember("alg", alg), "alg") << alg;
  }
  EXPECT_EQ(refusalWithMember("alg", json::array({"RS256"})), "alg");
  EXPECT_EQ(refusalWithMember("alg", nullptr), "alg");
  EXPECT_EQ(refusalUnderJson(json{{"kid", keys().kid()}}), "alg");
}
TEST_F(JwsHeader, RefusesUnsecuredTokens) {  // SEC-ID-21
  const std::string claims = honest().dump();
  EXPECT_EQ(refusal(compactJws(R"({"alg":"none"})", claims, "")), "malformed");
  EXPECT_EQ(refusal(compactJws(R"({"alg":"none"})", claims, "signature")), "alg");
}
TEST_F(JwsHeader, RefusesHmacWithEveryPublicKeyForm) {  // SEC-ID-22, SEC-ID-23
  const std::string header = R"({"alg":"HS256","kid":")" + keys().kid() + "\"}", claims = honest().dump();
  for (const std::string& secret :
       {keys().publicPem(), keys().publicDer(), keys().modulus(), detail::decodeBase64Url(keys().modulus()).value(),
        std::string(), std::string("test_secret")}) {
    EXPECT_EQ(refusal(signHs256(header, claims, secret)), "alg");
  }
}
TEST_F(JwsHeader, RefusesEcdsaEvenWhenItsKeyIsPublished) {  // SEC-ID-24, SEC-ID-26
  const TestKeys ec = TestKeys::ec("snk_ec");
  transport->onJson("/keys", R"({"keys":[)" + keys().jwk() + "," + ec.jwk() + "]}");
  const std::string header = R"({"alg":"ES256","kid":"snk_ec"})", claims = honest().dump();
  EXPECT_EQ(refusal(ec.sign(TestAlg::kEs256, header, claims)), "alg");
  EXPECT_EQ(refusal(ec.sign(TestAlg::kEs256Der, header, claims)), "alg");
  EXPECT_EQ(refusal(compactJws(header, claims, std::string(64, '\0'))), "alg");
  EXPECT_EQ(refusal(ec.sign(TestAlg::kEs256, R"({"alg":"RS256","kid":"snk_ec"})", claims)), "kid");
}
TEST_F(JwsHeader, RefusesOtherTypes) {
  for (const char* typ : {"at+jwt", "logout+jwt", "jwt", "JOSE", ""})
    EXPECT_EQ(refusalWithMember("typ", typ), "typ") << typ;
  EXPECT_EQ(refusalWithMember("typ", nullptr), "typ");
  auto header = good();
  header.erase("typ");
  EXPECT_EQ(refusalUnderJson(header), "none");
}
TEST_F(JwsHeader, RefusesKeysBroughtAlong) {  // SEC-ID-27: and fetches nothing
  for (const char* name : {"jwk", "jku", "x5u", "x5c"}) {
    EXPECT_EQ(refusalWithMember(name, "https://evil.example/keys"), "key") << name;
  }
  EXPECT_EQ(refusalWithMember("jwk", json::parse(otherKeys().jwk())), "key");
  EXPECT_TRUE(transport->requests().empty());
}
TEST_F(JwsHeader, RefusesUnusableKids) {  // SEC-JW-03
  const std::string nul("snk_\0", 5);
  for (const json& kid : {json(7), json(nullptr), json(""), json(std::string(257, 'k')), json(nul), json("snk\n"),
                          json("snk_\xC3\xA9"), json::array({"a"})}) {
    EXPECT_EQ(refusalWithMember("kid", kid), "kid") << kid;
  }
  EXPECT_TRUE(transport->requests().empty());
  for (const char* kid : {"../../etc/passwd", "' OR 1=1 --", "https://evil.example/"}) {
    EXPECT_EQ(refusalWithMember("kid", kid), "kid") << kid;
  }
}
TEST_F(JwsHeader, RemembersOnlyAcceptedHeaders) {
  EXPECT_EQ(refusalUnderJson(good()), "none");
  EXPECT_EQ(refusalWithMember("alg", "none"), "alg");
  EXPECT_EQ(refusalWithMember("alg", "none"), "alg");
  EXPECT_EQ(refusalUnderJson(good()), "none");
  const std::string first = testBase64Url(R"({"alg":"RS256","kid":"a"})"), second = testBase64Url(R"({"alg":"RS256"})");
  EXPECT_EQ(detail::acceptedKid(first), "a");
  EXPECT_EQ(detail::acceptedKid(second), "");
  EXPECT_EQ(detail::acceptedKid(first), "a");
}
TEST_F(JwsHeader, MayLackAKidWhileThereIsOneKey) {  // SEC-JW-02; conformance: kid-absent-single-jwks
  EXPECT_EQ(refusalUnderJson(json{{"alg", "RS256"}}), "none");
  transport->onJson("/keys", R"({"keys":[)" + keys().jwk() + "," + otherKeys().jwk() + "]}");
  clock->advance(std::chrono::minutes(11));
  auto claims = honest();
  claims["iat"] = kNow + 660;
  EXPECT_EQ(refusal(keys().sign(R"({"alg":"RS256"})", claims.dump())), "kid");
}

TEST(Base64UrlBuffer, ReadsWhatTheOtherDecoderReads) {
  std::string out;
  std::string text;
  for (int length = 0; length < 70; ++length) {
    for (unsigned seed = 1; seed < 40; ++seed) {
      text.clear();
      unsigned x = seed * 2654435761U + static_cast<unsigned>(length);
      constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      for (int i = 0; i < length; ++i) x = x * 1664525 + 1013904223, text += kAlphabet[x >> 26];
      const auto other = detail::decodeBase64Url(text);
      ASSERT_EQ(detail::decodeBase64UrlInto(text, out), other.has_value()) << text;
      if (other) {
        ASSERT_EQ(out, *other) << text;
      }
    }
  }
}
TEST(Base64UrlBuffer, RefusesADanglingCharacterInsideALongerText) {  // and does not read past its view
  std::string out;
  EXPECT_FALSE(detail::decodeBase64UrlInto(std::string_view("AAAAAAAA").substr(0, 5), out));
  EXPECT_FALSE(detail::decodeBase64UrlInto(std::string_view("AAAAAAAA").substr(0, 1), out));
}
TEST(Base64UrlBuffer, RefusesEveryOtherByteEverywhere) {  // SEC-ID-32
  std::string out;
  for (const std::size_t length : {2u, 3u, 4u, 6u, 7u, 8u, 12u, 15u, 20u, 26u}) {
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'A');
        text[at] = static_cast<char>(byte);
        ASSERT_EQ(detail::decodeBase64UrlInto(text, out), detail::decodeBase64Url(text).has_value())
            << byte << "@" << at;
      }
    }
  }
}

}  // namespace
}  // namespace sso::test
