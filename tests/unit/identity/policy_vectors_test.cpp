// SPDX-License-Identifier: Apache-2.0
// The file's own form. What tests/vectors/jit.json expects is tried in tests/unit/host-app, which reads its policies.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error_detail.h"
#include "sso/decision_review.h"
#include "sso/error.h"

namespace sso {
namespace {

using nlohmann::json;

/// Understands {"mode": "off"}, and nothing but {} beside it.
OrganizationPolicy readPolicy(std::string_view text) {
  OrganizationPolicy policy;
  policy.defaultRole = "viewer";
  const auto object = json::parse(text);
  if (object == json{{"mode", "off"}}) {
    policy.mode = SsoMode::kOff;
  } else if (!object.empty()) {
    throw Error(ErrorCode::kInvalidRequest, "malformed", "policy: no such rule");
  }
  return policy;
}

json aVector() {
  return {{"name", "one"},
          {"jit_row", 2},
          {"expect", {{"outcome", "create"}, {"code", "none"}, {"row", 2}, {"roles", {"member"}}}}};
}

json fileOf(const json& vector) { return {{"format", 1}, {"vectors", {vector}}}; }

std::vector<VectorResult> check(const json& file) { return checkPolicyVectors(file.dump(), readPolicy); }

std::string problemOf(const json& file) {
  try {
    check(file);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    return detail::detailOf(error);
  }
  return "sound";
}

std::string problemWith(const char* member, const json& value) {
  auto vector = aVector();
  vector[member] = value;
  return problemOf(fileOf(vector));
}

TEST(PolicyVectors, AreWhatAnUnremarkableFirstLoginComesTo) {
  const auto results = check(fileOf(aVector()));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].name, "one");
  EXPECT_EQ(results[0].jitRow, 2);
  EXPECT_TRUE(results[0].differences.empty());
  EXPECT_EQ(results[0].decision.outcome, "create");
}

TEST(PolicyVectors, TellEachDifference) {
  auto vector = aVector();
  vector["facts"] = {{"seats", "full"}};
  vector["expect"]["notices"] = {"last_seat"};
  const auto results = check(fileOf(vector));
  EXPECT_EQ(results.at(0).differences,
            (std::vector<std::string>{"outcome: expected create, got deny", "code: expected none, got seat_limit",
                                      "row: expected 2, got 19", "roles: expected member, got none",
                                      "notices: expected last_seat, got none"}));
}

TEST(PolicyVectors, TakeAPolicyThenASituationThenFacts) {
  auto file = fileOf(aVector());
  file["policies"] = {{"off", {{"mode", "off"}}}, {"plain", json::object()}};
  file["situations"] = {{"full", {{"seats", "full"}}}};
  auto& vector = file["vectors"][0];
  vector["policy"] = "off";
  EXPECT_EQ(check(file).at(0).decision.code, "sso_off");
  vector["facts"] = {{"mode", "optional"}};
  EXPECT_EQ(check(file).at(0).decision.roles, std::vector<std::string>{"viewer"}) << "the policy's default role";
  vector["policy"] = "plain";
  vector["situation"] = "full";
  EXPECT_EQ(check(file).at(0).decision.code, "seat_limit");
  vector["facts"] = {{"seats", "free"}};
  EXPECT_EQ(check(file).at(0).decision.code, "none");
  vector["policy"] = "unknown";
  EXPECT_EQ(problemOf(file), "vectors[0].policy: not one of the file's policies");
  vector["policy"] = "plain";
  vector["situation"] = "unknown";
  EXPECT_EQ(problemOf(file), "vectors[0].situation: not one of the file's situations");
}

TEST(PolicyVectors, AreReadStrictly) {
  EXPECT_EQ(problemWith("name", ""), "vectors[0].name: expected 1 to 200 bytes of text without control characters");
  EXPECT_EQ(problemWith("name", "\x1B"), "vectors[0].name: expected 1 to 200 bytes of text without control characters");
  EXPECT_EQ(problemWith("name", std::string(201, 'x')),
            "vectors[0].name: expected 1 to 200 bytes of text without control characters");
  EXPECT_EQ(problemWith("jit_row", 0), "vectors[0].jit_row: expected a row, 1 to 32");
  EXPECT_EQ(problemWith("jit_row", 33), "vectors[0].jit_row: expected a row, 1 to 32");
  EXPECT_EQ(problemWith("jit_row", "2"), "vectors[0].jit_row: expected a row, 1 to 32");
  EXPECT_EQ(problemWith("fact", json::object()), "vectors[0]: has an unknown member");
  EXPECT_EQ(problemWith("facts", {{"seat", "full"}}), "vectors[0].facts: unknown member seat");
  EXPECT_EQ(problemWith("expect", {{"outcome", "create"}, {"row", 2}}), "vectors[0].expect: needs code");
  EXPECT_EQ(problemWith("expect", {{"outcome", "create"}, {"code", "nil"}, {"row", 2}}).substr(0, 41),
            "vectors[0].expect.code: expected one of n");
  EXPECT_EQ(problemWith("expect", {{"outcome", "create"}, {"code", "none"}, {"row", 2}, {"roles", "member"}}),
            "vectors[0].expect.roles: expected a list of strings");
  EXPECT_EQ(problemOf(json::array()), "file: expected an object");
  EXPECT_EQ(problemOf({{"format", 2}, {"vectors", json::array()}}), "format: expected 1");
  EXPECT_EQ(problemOf({{"format", 1}, {"vectors", json::object()}}), "vectors: expected a list of at most 10000");
  auto file = fileOf(aVector());
  file["vectors"].push_back(aVector());
  EXPECT_EQ(problemOf(file), "vectors[1].name: comes twice");
  file = fileOf(aVector());
  file["situations"] = {{"unused", {{"seats", "some"}}}};
  EXPECT_EQ(problemOf(file), "situations.unused.seats: expected one of free, last, full, unknown");
  file["situations"] = json::array();
  EXPECT_EQ(problemOf(file), "situations: expected an object");
  file = fileOf(aVector());
  file["policies"] = {{"unused", {{"mood", "off"}}}};
  EXPECT_EQ(problemOf(file), "policy: no such rule");
}

TEST(PolicyVectors, RefuseWhatIsNoJsonAndWhatIsTooLarge) {
  for (const auto& text : {std::string(), std::string("{\"format\":1,\"format\":1,\"vectors\":[]}"),
                           std::string("{\"format\":1,\"vectors\":[]} x"),
                           "{\"format\":1,\"vectors\":[]}" + std::string(DecisionReview::kMostVectorsBytes, ' ')}) {
    EXPECT_THROW(checkPolicyVectors(text, readPolicy), Error);
  }
  json many = {{"format", 1}, {"vectors", json::array()}};
  for (std::size_t i = 0; i <= DecisionReview::kMostVectors; ++i) many["vectors"].push_back(1);
  EXPECT_EQ(problemOf(many), "vectors: expected a list of at most 10000");
}

}  // namespace
}  // namespace sso
