// SPDX-License-Identifier: Apache-2.0
// CONTRACT.md 3.7 (8) and (9) and the attributes, one test per check: whom does an honest token speak of?
#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using nlohmann::json;

class TokenVerifierIdentity : public VerifierFixture {};

// --- sub, amr, oid: CONTRACT.md 3.7 (8) and (9) ---

TEST_F(TokenVerifierIdentity, RefusesAMissingOrMistypedSubject) {  // SEC-MP-01
  EXPECT_EQ(refusalWithout("sub"), "sub");
  for (const json& sub : {json(""), json("  "), json(7), json(nullptr)})
    EXPECT_EQ(refusalWith("sub", sub), "sub") << sub;
}
TEST_F(TokenVerifierIdentity, RefusesASubjectOfAnotherForm) {
  for (const char* sub : {"usr_1", "conn_1", "conn_1;", "conn_;x", "conn_1-2;x", "CONN_1;x", " conn_1;x", "conn_1;  ",
                          ";conn_1;x", "conn_1 ;x", "xconn_1;x"}) {
    EXPECT_EQ(refusalWith("sub", sub), "sub") << sub;
  }
  EXPECT_EQ(refusalWith("sub", "conn_1;a|b@c;d e\xC3\xA9"), "none");
}
TEST_F(TokenVerifierIdentity, RefusesALongSubject) {  // SEC-MP-02
  EXPECT_EQ(refusalWith("sub", "conn_1;" + std::string(248, 'x')), "none");
  EXPECT_EQ(refusalWith("sub", "conn_1;" + std::string(249, 'x')), "sub");
  EXPECT_EQ(refusalWith("sub", "conn_1;" + std::string(10'000, 'x')), "sub");
}
TEST_F(TokenVerifierIdentity, RefusesControlCharactersInTheSubject) {  // SEC-MP-02; SECURITY 5, item 1
  for (const std::string& bad : {std::string("\0x", 2), std::string("\n"), std::string("\x1F"), std::string("\x7F"),
                                 std::string("\xC2\x80"), std::string("\xC2\x9F")}) {
    EXPECT_EQ(refusalWith("sub", "conn_1;victim" + bad), "sub");
  }
}
TEST_F(TokenVerifierIdentity, KeepsTheSubjectAsItIs) {  // SEC-MP-04
  auto claims = honest();
  claims["sub"] = "conn_1;Arjun ";
  EXPECT_EQ(verifyClaims(claims).key.subject, "conn_1;Arjun ");
}
TEST_F(TokenVerifierIdentity, RefusesAnotherConnectionInAmr) {  // SEC-MP-13
  EXPECT_EQ(refusalWith("amr", json::array({"conn_2"})), "connection");
  EXPECT_EQ(refusalWith("amr", json::array({"conn_2", "conn_1"})), "connection");
  EXPECT_EQ(refusalWith("amr", json::array()), "connection");
  EXPECT_EQ(refusalWith("amr", "conn_1"), "connection");
  EXPECT_EQ(refusalWith("amr", json::array({"conn_1", 7})), "connection");
  EXPECT_EQ(refusalWithout("amr"), "none");
}
TEST_F(TokenVerifierIdentity, RefusesAnotherConnectionThanRequested) {  // SEC-MP-13, JIT.md row 30
  auto claims = honest();
  claims["sub"] = "conn_2;x";
  claims["amr"] = {"conn_2"};
  EXPECT_EQ(refusalOfClaims(claims), "connection");
  auto anyConnection = expected();
  anyConnection.connectionId = "";
  EXPECT_EQ(verifier().verifyIdToken(keys().sign(claims.dump()), anyConnection).key.connectionId, "conn_2");
}
TEST_F(TokenVerifierIdentity, RefusesAnotherOrganization) {  // SEC-MP-12, JIT.md row 30
  EXPECT_EQ(refusalWith("oid", "org_2"), "organization");
  EXPECT_EQ(refusalWith("oid", "org_11"), "organization");
  EXPECT_EQ(refusalWithout("oid"), "organization");
  EXPECT_EQ(refusalWith("oid", json::array({"org_1"})), "organization");
}
TEST_F(TokenVerifierIdentity, RefusesAnUnusableOrganizationEvenWhenAnyIsExpected) {
  auto anyOrganization = expected();
  anyOrganization.organizationId = "";
  for (const json& oid :
       {json(""), json(nullptr), json(std::string("org_1\0x", 7)), json(std::string(65, 'o')), json("a b")}) {
    auto claims = honest();
    claims["oid"] = oid;
    EXPECT_EQ(refusalOf([&] { verifier().verifyIdToken(keys().sign(claims.dump()), anyOrganization); }),
              "organization");
  }
  auto claims = honest();
  claims["oid"] = "org_7";
  EXPECT_EQ(verifier().verifyIdToken(keys().sign(claims.dump()), anyOrganization).organizationId, "org_7");
}

// --- attributes ---

TEST_F(TokenVerifierIdentity, RefusesAMistypedEmail) {  // SEC-MP-09
  EXPECT_EQ(refusalWith("email", json::array({"a@example.com"})), "email");
  EXPECT_EQ(refusalWith("email", nullptr), "email");
  EXPECT_EQ(refusalWithout("email"), "none");
}
TEST_F(TokenVerifierIdentity, ReportsAnAddressThatCannotBeParsed) {  // SEC-MP-10
  for (const char* address : {"a@b@example.com", "\"a\"@example.com", "", "a@localhost", "a\r\n@example.com"}) {
    auto claims = honest();
    claims["email"] = address;
    const VerifiedIdentity identity = verifyClaims(claims);
    EXPECT_TRUE(identity.emailMalformed) << address;
    EXPECT_EQ(identity.email, "");
  }
}
TEST_F(TokenVerifierIdentity, RefusesEmailVerifiedThatIsNoBoolean) {  // SEC-MP-08
  for (const json& value : {json("false"), json("true"), json(1), json(nullptr)}) {
    EXPECT_EQ(refusalWith("email_verified", value), "email") << value;
  }
  auto claims = honest();
  claims["email_verified"] = false;
  EXPECT_EQ(verifyClaims(claims).emailVerified, false);
}
// CONTRACT.md 3.1 and 7.5: a custom attribute; JIT.md row 14
TEST_F(TokenVerifierIdentity, TakesAnExternalIdThatIsPlainTextAndNoOther) {
  const auto with = [this](const json& value) {
    auto claims = honest();
    claims["external_id"] = value;
    return verifyClaims(claims).externalId;
  };
  EXPECT_EQ(verifyClaims(honest()).externalId, std::nullopt);
  EXPECT_EQ(with("E-1 "), "E-1 ") << "byte for byte";
  EXPECT_EQ(with(std::string(255, 'e')), std::string(255, 'e'));
  for (const json& unusable : {json(""), json(nullptr), json(7), json::array({"E-1"}), json(std::string(256, 'e')),
                               json("E\n1"), json("E\x7F")}) {
    EXPECT_EQ(with(unusable), std::nullopt) << unusable << ": nobody is kept out for it";
  }
}
TEST_F(TokenVerifierIdentity, MakesADisplayName) {  // SEC-MP-15, SEC-LG-02
  const auto nameWith = [this](const json& changes) {
    auto claims = honest();
    claims.update(changes);
    return verifyClaims(claims).displayName;
  };
  EXPECT_EQ(nameWith({{"name", "Arjun P."}}), "Arjun P.");
  EXPECT_EQ(nameWith({{"name", ""}}), "Arjun Patel");
  EXPECT_EQ(nameWith({{"name", 7}}), "Arjun Patel");
  EXPECT_EQ(nameWith({{"given_name", nullptr}}), "Patel");
  EXPECT_EQ(nameWith({{"family_name", nullptr}}), "Arjun");
  EXPECT_EQ(nameWith({{"name", "A\nB\xE2\x80\xAE"}}), "AB");
  EXPECT_EQ(nameWith({{"name", std::string(9000, 'n')}}).size(), 256u);
}
TEST_F(TokenVerifierIdentity, TellsAbsentEmptyAndListedGroupsApart) {  // JIT.md rows 21 and 22
  EXPECT_EQ(verifyClaims(honest()).groups, std::nullopt);
  auto claims = honest();
  claims["groups"] = json::array();
  EXPECT_EQ(verifyClaims(claims).groups, std::vector<std::string>{});
  claims["groups"] = {"admins", "staff"};
  EXPECT_EQ(verifyClaims(claims).groups, (std::vector<std::string>{"admins", "staff"}));
}
TEST_F(TokenVerifierIdentity, RefusesGroupsOfAnotherType) {
  EXPECT_EQ(refusalWith("groups", "admins"), "malformed");
  EXPECT_EQ(refusalWith("groups", json::array({"admins", 7})), "malformed");
  EXPECT_EQ(refusalWith("groups", json::array({std::string("admins\0", 7)})), "malformed");
}
TEST_F(TokenVerifierIdentity, NoticesTruncatedGroupsAndFetchesNothing) {  // JIT.md row 23, SECURITY 2.3
  auto claims = honest();
  claims["_claim_names"] = {{"groups", "src1"}};
  claims["_claim_sources"] = {{"src1", {{"endpoint", "http://169.254.169.254/"}}}};
  EXPECT_TRUE(verifyClaims(claims).groupsTruncated);
  EXPECT_EQ(transport->requests().size(), 2u);  // discovery and keys
  claims["_claim_names"] = {{"phone", "src1"}};
  EXPECT_FALSE(verifyClaims(claims).groupsTruncated);
}
TEST_F(TokenVerifierIdentity, RefusesAnUnusableSessionId) {
  for (const json& sid : {json(""), json(7), json(std::string("ses\0", 4)), json(std::string(256, 's'))}) {
    EXPECT_EQ(refusalWith("sid", sid), "malformed") << sid;
  }
}
TEST_F(TokenVerifierIdentity, ReportsWhenThePersonAuthenticated) {
  auto claims = honest();
  claims["auth_time"] = kNow - 3000;
  EXPECT_EQ(toEpochSeconds(verifyClaims(claims).authenticatedAt), kNow - 3000);
  EXPECT_EQ(refusalWith("auth_time", kNow + 61), "malformed");
  EXPECT_EQ(refusalWith("auth_time", -1), "malformed");
  EXPECT_EQ(refusalWith("auth_time", "yesterday"), "malformed");
}

}  // namespace
}  // namespace sso::test
