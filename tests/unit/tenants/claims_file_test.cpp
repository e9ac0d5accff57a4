// SPDX-License-Identifier: Apache-2.0
#include "tenants/claims_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error_detail.h"
#include "sso/decision_review.h"
#include "sso/error.h"

namespace sso::detail {
namespace {

const TimePoint kNow = fromEpochSeconds(1'700'000'000);
constexpr const char* kAda = R"({"sub":"conn_a;ada","email":"Ada@Acme.Example","email_verified":true})";

ClaimDefaults defaults(std::string connectionId = "") {
  return {{"https://env.example", "https://other.example"}, "org_acme", std::move(connectionId), kNow};
}

std::vector<ClaimedPerson> read(const std::string& file, const std::string& connectionId = "") {
  return readClaimsFile(file, defaults(connectionId));
}

std::string problemOf(const std::string& file, const std::string& connectionId = "") {
  try {
    read(file, connectionId);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    return detailOf(error);
  }
  return "sound";
}

TEST(ClaimsFile, HoldsAPersonInEachLine) {
  const auto people =
      read(std::string(kAda) + "\r\n\n  \n" +
           R"({"iss":"https://other.example","sub":"conn_b;bob","oid":"org_beta","iat":1,"groups":[]})");
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].line, 1U);
  EXPECT_EQ(people[0].identity.key, (IdentityKey{"https://env.example", "conn_a", "conn_a;ada"}));
  EXPECT_EQ(people[0].identity.email, "ada@acme.example") << "as a login has it";
  EXPECT_EQ(people[0].identity.emailVerified, true);
  EXPECT_EQ(people[0].identity.organizationId, "org_acme");
  EXPECT_FALSE(people[0].identity.groups);
  EXPECT_EQ(people[1].line, 4U);
  EXPECT_EQ(people[1].identity.key.issuer, "https://other.example");
  EXPECT_EQ(people[1].identity.organizationId, "org_beta");
  EXPECT_TRUE(people[1].identity.groups && people[1].identity.groups->empty());
  EXPECT_EQ(people[1].identity.issuedAt, kNow) << "asserted today";
}

TEST(ClaimsFile, TakesExternalIdsAlong) {
  const auto people = read(R"({"sub":"conn_a;ada","external_id":"E-1"})");
  ASSERT_EQ(people.size(), 1U);
  EXPECT_EQ(people[0].identity.externalId, "E-1") << "what moves an identity in a migration window (JIT.md row 14)";
}

TEST(ClaimsFile, HoldsPeopleInAnArray) {
  const auto people =
      read("\n[\n " + std::string(kAda) + ",\n\n {\"sub\":\"conn_a;x]}\\\"\",\n\"groups\":[\"a b]\"\n]}]\n");
  EXPECT_EQ(problemOf("\n[\n " + std::string(kAda) + ",\n\n {\"sub\":\"conn_a;b\",\n\"groups\":[1]}]\n"),
            "line 5: groups is no list of plain strings");
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].line, 3U);
  EXPECT_EQ(people[1].line, 5U);
  EXPECT_EQ(people[1].identity.key.subject, "conn_a;x]}\"");
}

TEST(ClaimsFile, KnowsPeopleWithoutASubjectWhereTheConnectionIsNamed) {
  const auto people = read(R"({"email":"ada@acme.example"})", "conn_a");
  EXPECT_EQ(people.at(0).identity.key, (IdentityKey{"https://env.example", "conn_a", "conn_a;"}));
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;"})"), "line 1: sub does not name a connection and a user")
      << "so nobody's token has that subject";
  EXPECT_EQ(problemOf(R"({"email":"ada@acme.example"})"), "line 1: needs sub where no connection is named");
}

TEST(ClaimsFile, IsCheckedAsATokenIs) {
  EXPECT_EQ(problemOf(R"({"sub":"ada"})"), "line 1: sub does not name a connection and a user");
  EXPECT_EQ(problemOf(R"({"sub":7})", "conn_a").substr(0, 8), "line 1: ");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","amr":["conn_b"]})"), "line 1: amr names another connection than sub");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","oid":"no id!"})"), "line 1: oid is missing or no organization id");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","iss":"https://evil.example"})"),
            "line 1: iss is not the configured environment");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","iss":7})"), "line 1: iss is not the configured environment");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","email":1})"), "line 1: email is no string");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","email_verified":"true"})"), "line 1: email_verified is no boolean");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","name":1})"), "line 1: a name is no text");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","sid":""})"), "line 1: sid is not 1 to 255 plain bytes");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","emial":"ada@acme.example"})"),
            "line 1: a claim that an ID token does not have (is it spelled right?)");
  EXPECT_EQ(problemOf(R"({"sub":"conn_a;ada","sub":"conn_a;bob"})"),
            "line 1: not one JSON object without duplicates, of at most 64 KiB");
}

TEST(ClaimsFile, TellsEveryLineThatIsWrongAndNothingOfIt) {
  const auto problem = problemOf(std::string(kAda) + "\nMARKER\n[1]\n{\"sub\":\"MARKER\"}\n\"x\"\n" + kAda + " x");
  EXPECT_EQ(problem,
            "line 2: not one JSON object without duplicates, of at most 64 KiB\n"
            "line 3: not one JSON object\n"
            "line 4: sub does not name a connection and a user\n"
            "line 5: not one JSON object\n"
            "line 6: not one JSON object without duplicates, of at most 64 KiB");
  EXPECT_EQ(problem.find("MARKER"), std::string::npos);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "x\n";
  const auto problems = problemOf(many);
  EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n') + 1, 20);
}

TEST(ClaimsFile, RefusesArraysThatAreNone) {
  EXPECT_EQ(problemOf("[" + std::string(kAda)), "line 1: expected a comma or the end of the list");
  EXPECT_EQ(problemOf("[\n" + std::string(kAda) + ",\n]"), "line 3: expected an object");
  EXPECT_EQ(problemOf("[\n1]"), "line 2: expected an object");
  EXPECT_EQ(problemOf("[" + std::string(kAda) + "]\n\nx"), "line 3: something after the end of the list");
  EXPECT_EQ(problemOf("[\n{\"sub\":\"conn_a;ada\""), "line 2: an object without an end");
  EXPECT_EQ(problemOf("[{\"a\":\"\\"), "line 1: an object without an end");
  EXPECT_EQ(problemOf("[" + std::string(kAda) + " " + kAda + "]"), "line 1: expected a comma or the end of the list");
  EXPECT_EQ(problemOf("[]"), "line 1: the file holds no claims");
  EXPECT_EQ(problemOf(""), "line 1: the file holds no claims");
  EXPECT_EQ(problemOf("["), "line 1: expected an object");
}

TEST(ClaimsFile, IsBounded) {
  EXPECT_EQ(problemOf(std::string(DecisionReview::kMostClaimsBytes + 1, ' ')), "the file has more than 4 MiB");
  std::string many;
  for (std::size_t i = 0; i <= DecisionReview::kMostLogins; ++i) many += "{}\n";
  EXPECT_EQ(problemOf(many, "conn_a"), "line 10001: more than 10000 people");
  EXPECT_EQ(problemOf("{\"sub\":\"conn_a;ada\",\"name\":\"" + std::string(65536, 'x') + "\"}"),
            "line 1: not one JSON object without duplicates, of at most 64 KiB");
}

}  // namespace
}  // namespace sso::detail
