// SPDX-License-Identifier: Apache-2.0
// Each fault of the table is switched on and its effect looked at.
#include <set>

#include "simulator/src/fault_engine.h"
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class Faults : public SimulatorTest {
 protected:
  void add(const Fault& fault) {
    context_->state.with([&](StateData& data) { data.faults.add(fault); });
  }
  /// The ID token of a login while this fault is on; what the check says.
  std::string idTokenWith(const std::string& fault, const std::string& value = {}) {
    const std::string code = codeFor("ada.lovelace@example.com");
    add({.name = fault, .count = 1, .value = value});
    return Json::parse(exchange(code).body).value("id_token", "");
  }
  Json claimsWith(const std::string& fault, const std::string& value = {}) {
    return claimsOf(idTokenWith(fault, value));
  }
  HttpResponse keysWith(const std::string& fault) {
    add({.name = fault, .endpoint = Endpoint::kKeys, .count = 1});
    return get("/keys");
  }
};

TEST_F(Faults, StrikeTheWire) {
  EXPECT_EQ(3000, keysWith("slow").delivery.delay.count());
  EXPECT_EQ(100, keysWith("drip").delivery.betweenBytes.count());
  EXPECT_TRUE(keysWith("hang").delivery.hang);
  EXPECT_TRUE(keysWith("truncated").delivery.truncate);
  EXPECT_EQ(500, keysWith("status_500").status);
  const auto html = keysWith("status_503_html");
  EXPECT_EQ(503, html.status);
  EXPECT_TRUE(html.header("Content-Type").starts_with("text/html"));
  const auto limited = keysWith("rate_limited");
  EXPECT_EQ(429, limited.status);
  EXPECT_EQ("1", limited.header("Retry-After"));
  EXPECT_EQ("RATE_LIMITED", Json::parse(limited.body)["details"][0]["error_code"]);
  EXPECT_EQ(302, keysWith("redirect").status);
  EXPECT_TRUE(Json::parse(keysWith("garbage_body").body, nullptr, false).is_discarded());
  EXPECT_EQ("", keysWith("empty_body").body);
  EXPECT_GT(keysWith("huge_body").body.size(), std::size_t{8} << 20);
  EXPECT_TRUE(keysWith("deep_json").body.starts_with("[[[["));
  EXPECT_EQ("text/html", keysWith("wrong_content_type").header("Content-Type"));
  EXPECT_NE(std::string::npos, keysWith("duplicate_json_member").body.find(",\"keys\":\"repeated\"}"));
  EXPECT_EQ(200, get("/keys").status);  // All used up.
}

TEST_F(Faults, StrikeKeysAndDiscovery) {
  EXPECT_TRUE(Json::parse(keysWith("keys_empty").body)["keys"].empty());
  context_->state.with([](StateData& data) { data.keys.add(SigningKey::generate("snk_2")); });
  EXPECT_EQ("snk_2", Json::parse(keysWith("keys_without_current").body)["keys"][0]["kid"]);
  add({.name = "discovery_wrong_issuer", .count = 1});
  EXPECT_EQ("https://evil.example", Json::parse(get("/.well-known/openid-configuration").body)["issuer"]);
  add({.name = "discovery_foreign_endpoint", .count = 1});
  EXPECT_EQ("https://evil.example/keys", Json::parse(get("/.well-known/openid-configuration").body)["jwks_uri"]);
}

TEST_F(Faults, ForgeSignaturesAndHeaders) {
  const Json key = sharedKey()->jwk();
  EXPECT_TRUE(verifiesWith(idTokenWith("wrong_azp"), key));  // The baseline: other faults keep the signature good.
  const std::string wrongKey = idTokenWith("wrong_key");
  EXPECT_EQ(sharedKey()->kid(), headerOf(wrongKey)["kid"]);
  EXPECT_FALSE(verifiesWith(wrongKey, key));
  EXPECT_EQ("snk_99999999999999999", headerOf(idTokenWith("unknown_kid"))["kid"]);
  EXPECT_FALSE(headerOf(idTokenWith("missing_kid")).contains("kid"));
  const std::string none = idTokenWith("alg_none");
  EXPECT_EQ("none", headerOf(none)["alg"]);
  EXPECT_TRUE(none.ends_with("."));
  const std::string hmac = idTokenWith("alg_hs256");
  const auto dot = hmac.rfind('.');
  EXPECT_EQ("HS256", headerOf(hmac)["alg"]);
  EXPECT_EQ(base64Url(hmacSha256(kSecret, hmac.substr(0, dot))), hmac.substr(dot + 1));
  const std::string confused = idTokenWith("alg_hs256_public_key");
  EXPECT_EQ(base64Url(hmacSha256(sharedKey()->publicPem(), confused.substr(0, confused.rfind('.')))),
            confused.substr(confused.rfind('.') + 1));
  EXPECT_EQ(Json::array({"exp"}), headerOf(idTokenWith("header_crit"))["crit"]);
  EXPECT_EQ("at+jwt", headerOf(idTokenWith("wrong_typ"))["typ"]);
}

TEST_F(Faults, FalsifyClaims) {
  EXPECT_EQ("https://evil.example", claimsWith("wrong_iss")["iss"]);
  EXPECT_EQ(Json::array({"other"}), claimsWith("wrong_aud", "other")["aud"]);
  EXPECT_EQ(2U, claimsWith("extra_aud")["aud"].size());
  EXPECT_NE(kClient, claimsWith("wrong_azp")["azp"]);
  EXPECT_EQ("another-nonce", claimsWith("wrong_nonce")["nonce"]);
  EXPECT_NE(kTestOrganization, claimsWith("wrong_oid")["oid"]);
  EXPECT_NE(Json::array({kTestConnection}), claimsWith("wrong_connection")["amr"]);
  EXPECT_EQ("somebody", claimsWith("wrong_sub")["sub"]);
  EXPECT_EQ(1'790'000'000 - 3600, claimsWith("expired")["exp"]);
  EXPECT_EQ(1'790'000'000 - 3600, claimsWith("stale_iat")["iat"]);
  EXPECT_EQ(1'790'000'000 + 3600, claimsWith("future_iat")["iat"]);
  EXPECT_EQ(1'790'000'000 + 3600, claimsWith("not_yet_valid")["nbf"]);
  EXPECT_EQ(halfHash("another access token"), claimsWith("wrong_at_hash")["at_hash"]);
  EXPECT_EQ(halfHash("another code"), claimsWith("wrong_c_hash")["c_hash"]);
  EXPECT_FALSE(claimsWith("missing_claim", "nonce").contains("nonce"));
  EXPECT_EQ(1.5e300, claimsWith("set_claim", "exp=1.5e300")["exp"]);
  EXPECT_NE(std::string::npos, claimsWith("html_claims")["given_name"].get<std::string>().find("<script>"));
}

TEST_F(Faults, DoubleReplayAndLeaveOutTokens) {
  const std::string first = idTokenWith("wrong_azp");
  EXPECT_EQ(first, idTokenWith("replayed_id_token"));
  const std::string doubled = idTokenWith("duplicate_member");
  const auto dot = doubled.find('.');
  const std::string payload = *base64UrlDecode(doubled.substr(dot + 1, doubled.rfind('.') - dot - 1));
  EXPECT_NE(payload.find("\"sub\""), payload.rfind("\"sub\""));
  EXPECT_EQ("", idTokenWith("no_id_token"));
}

TEST_F(Faults, CountDownAndStayWhereTheyAreSwitchedOn) {
  add({.name = "status_500", .endpoint = Endpoint::kKeys, .count = 2});
  EXPECT_EQ(200, get("/.well-known/openid-configuration").status);
  EXPECT_EQ(500, get("/keys").status);
  EXPECT_EQ(500, get("/keys").status);
  EXPECT_EQ(200, get("/keys").status);
  add({.name = "status_500"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(500, get("/keys").status);
  EXPECT_EQ(200, get("/").status);  // Pages and controls stay reachable.
  context_->state.with([](StateData& data) { data.faults.clear(); });
  EXPECT_EQ(200, get("/keys").status);
}

TEST_F(Faults, SpareTheCodeWhenTheAnswerIsReplaced) {
  const std::string code = codeFor("ada.lovelace@example.com");
  add({.name = "status_500", .endpoint = Endpoint::kToken, .count = 1});
  EXPECT_EQ(500, exchange(code).status);
  EXPECT_EQ(200, exchange(code).status);
}

TEST_F(Faults, RefuseNonsenseWhenSwitchedOn) {
  EXPECT_THROW(add({.name = "no_such_fault"}), std::invalid_argument);
  EXPECT_THROW(add({.name = "slow", .value = "soon"}), std::invalid_argument);
  EXPECT_THROW(add({.name = "missing_claim"}), std::invalid_argument);
  EXPECT_THROW(add({.name = "set_claim", .value = "exp=nope"}), std::invalid_argument);
  EXPECT_THROW(add({.name = "wrong_key", .endpoint = Endpoint::kKeys}), std::invalid_argument);
  EXPECT_THROW(add({.name = "slow", .count = -1}), std::invalid_argument);
  EXPECT_THROW(add({.name = "redirect", .value = "http://a\r\nX: y"}), std::invalid_argument);
}

TEST_F(Faults, HaveUniqueNamesAndExplanations) {
  std::set<std::string> names;
  for (const auto& info : allFaults()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.summary.empty()) << info.name;
  }
}

}  // namespace
}  // namespace simulator_test
