// SPDX-License-Identifier: Apache-2.0
// A file of situations with what is expected of each (docs/POLICY.md). The places of its errors are paths of the file.
#include <algorithm>
#include <map>
#include <set>

#include "base/strict_json.h"
#include "base/text_checks.h"
#include "identity/decision_record.h"
#include "identity/fact_words.h"
#include "identity/facts_gatherer.h"
#include "identity/jit_policy.h"
#include "identity/resolved_policy.h"
#include "identity/told_decision.h"
#include "sso/decision_review.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso {
namespace detail {
namespace {

using nlohmann::json;

constexpr int kVectorsFormat = 1, kRows = 32;
constexpr std::size_t kMostVectorTextBytes = 200, kMostNamed = 1000;
constexpr std::int64_t kVectorsNow = 1'700'000'000;

[[noreturn]] void refuseVectors(const std::string& path, const std::string& what) {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, path + ": " + what);
}

/// An object that has these members and no other; "?name" may be left out.
void requireVectorMembers(const json& object, const std::string& path, std::initializer_list<std::string_view> names) {
  if (!object.is_object()) refuseVectors(path, "expected an object");
  std::size_t known = 0;
  for (std::string_view name : names) {
    const bool optional = name.starts_with('?');
    if (optional) name.remove_prefix(1);
    const bool there = object.contains(std::string(name));
    if (!there && !optional) refuseVectors(path, "needs " + std::string(name));
    known += there ? 1 : 0;
  }
  if (known != object.size()) refuseVectors(path, "has an unknown member");
}

std::string vectorText(const json& object, const std::string& path, const char* name) {
  const auto text = stringMember(object, name);
  if (!text || !isText(*text, 1, kMostVectorTextBytes)) {
    refuseVectors(path + "." + name, "expected 1 to 200 bytes of text without control characters");
  }
  return *text;
}

int vectorRow(const json& object, const std::string& path, const char* name) {
  const auto row = integerMember(object, name);
  if (!row || *row < 1 || *row > kRows) refuseVectors(path + "." + name, "expected a row, 1 to 32");
  return static_cast<int>(*row);
}

template <typename Enum>
std::string wordIn(const json& object, const std::string& path, const char* name) {
  const auto word = stringMember(object, name);
  if (!word || !valueNamed<Enum>(*word)) refuseVectors(path + "." + name, "expected one of " + allWords<Enum>());
  return *word;
}

/// The members of an object by their names; none when it is not there.
const json& namedOnes(const json& file, const char* name) {
  static const json kNone = json::object();
  const auto found = file.find(name);
  if (found == file.end()) return kNone;
  if (!found->is_object()) refuseVectors(name, "expected an object");
  if (found->size() > kMostNamed) refuseVectors(name, "more than 1000");
  return *found;
}

/// Somebody of the organization's own domain, confirmed, whom nobody has met, through a connection that works: what
/// vectors start from.
Facts unremarkable() {
  Facts facts;
  facts.stateReturned = facts.organizationMatches = facts.connectionMatches = true;
  facts.issuedAt = facts.authenticatedAt = facts.verifiedAt = facts.now = fromEpochSeconds(kVectorsNow);
  facts.organization = OrganizationStanding::kActive;
  facts.connection = ConnectionStanding::kActive;
  facts.mode = SsoMode::kOptional;
  facts.jitProvisioning = facts.updateAttributes = true;
  facts.defaultRole = DefaultRole::kKnown;
  facts.defaultRoleName = "member";
  facts.email = EmailAssertion::kValid;
  facts.emailVerified = EmailVerification::kYes;
  facts.emailDomain = DomainOwner::kThisOrganization;
  return facts;
}

class VectorsFile {
 public:
  VectorsFile(const json& file, const PolicyReader& readPolicy) : situations_(namedOnes(file, "situations")) {
    for (const auto& [name, object] : namedOnes(file, "policies").items()) {
      policies_.emplace(name, readPolicy(object.dump()));
    }
    // All of them, used or not: a mistake in one that nobody asks for yet is a mistake.
    for (const auto& [name, object] : situations_.items()) factsOver(unremarkable(), object, "situations." + name);
  }

  VectorResult check(const json& vector, const std::string& path) {
    requireVectorMembers(vector, path, {"name", "jit_row", "expect", "?policy", "?connection", "?situation", "?facts"});
    VectorResult result;
    result.name = vectorText(vector, path, "name");
    if (!names_.insert(result.name).second) refuseVectors(path + ".name", "comes twice");
    result.jitRow = vectorRow(vector, path, "jit_row");
    result.decision = told(decide(factsOf(vector, path)));
    compare(vector["expect"], path + ".expect", result);
    return result;
  }

 private:
  Facts factsOf(const json& vector, const std::string& path) const {
    Facts facts = unremarkable();
    if (vector.contains("policy")) applyPolicy(vector, path, facts);
    if (vector.contains("situation")) {
      const auto found = situations_.find(vectorText(vector, path, "situation"));
      if (found == situations_.end()) refuseVectors(path + ".situation", "not one of the file's situations");
      facts = factsOver(facts, *found, path + ".situation");
    }
    return vector.contains("facts") ? factsOver(facts, vector["facts"], path + ".facts") : facts;
  }
  void applyPolicy(const json& vector, const std::string& path, Facts& facts) const {
    const auto found = policies_.find(vectorText(vector, path, "policy"));
    if (found == policies_.end()) refuseVectors(path + ".policy", "not one of the file's policies");
    Organization organization;
    organization.policy = found->second;
    const auto connection = vector.contains("connection") ? vectorText(vector, path, "connection") : std::string();
    readPolicy(organization, resolvePolicy(organization.policy, connection), facts);
    facts.defaultRole = facts.defaultRoleName.empty() ? DefaultRole::kMissing : DefaultRole::kKnown;
  }
  static void compare(const json& expect, const std::string& path, VectorResult& result) {
    requireVectorMembers(expect, path, {"outcome", "code", "row", "?roles", "?notices"});
    const auto same = [&](const std::string& name, const std::string& wanted, const std::string& got) {
      if (wanted != got) result.differences.push_back(name + ": expected " + wanted + ", got " + got);
    };
    same("outcome", wordIn<Outcome>(expect, path, "outcome"), result.decision.outcome);
    same("code", wordIn<DenyCode>(expect, path, "code"), result.decision.code);
    same("row", std::to_string(vectorRow(expect, path, "row")), std::to_string(result.decision.row));
    if (expect.contains("roles")) same("roles", listIn(expect, path, "roles"), listOf(result.decision.roles));
    if (expect.contains("notices")) {
      same("notices", listIn(expect, path, "notices"), listOf(result.decision.notices));
    }
  }
  static std::string listIn(const json& expect, const std::string& path, const char* name) {
    const auto list = stringsMember(expect, name);
    if (!list) refuseVectors(path + "." + name, "expected a list of strings");
    for (const auto& one : *list) {
      if (!isText(one, 1, kMostVectorTextBytes))
        refuseVectors(path + "." + name, "expected texts without control characters");
    }
    return listOf(*list);
  }
  static std::string listOf(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    std::string list;
    for (const auto& word : words) list.append(list.empty() ? "" : ", ").append(word);
    return list.empty() ? "none" : list;
  }

  const json& situations_;
  std::map<std::string, OrganizationPolicy> policies_;
  std::set<std::string> names_;
};

json parsedVectors(std::string_view file) {
  try {
    return parseStrictJson(file, {.maxBytes = DecisionReview::kMostVectorsBytes, .maxDepth = 16});
  } catch (const Error&) {
    refuseVectors("file", "not one JSON object without duplicates, of at most 4 MiB");
  }
}

}  // namespace
}  // namespace detail

std::vector<VectorResult> checkPolicyVectors(std::string_view text, const PolicyReader& readPolicy) {
  using namespace detail;
  const json file = parsedVectors(text);
  requireVectorMembers(file, "file", {"format", "vectors", "?policies", "?situations"});
  if (integerMember(file, "format") != kVectorsFormat) refuseVectors("format", "expected 1");
  const auto& vectors = file["vectors"];
  if (!vectors.is_array() || vectors.size() > DecisionReview::kMostVectors) {
    refuseVectors("vectors", "expected a list of at most 10000");
  }
  VectorsFile checks(file, readPolicy);
  std::vector<VectorResult> results;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    results.push_back(checks.check(vectors[i], "vectors[" + std::to_string(i) + "]"));
  }
  return results;
}

}  // namespace sso
