// SPDX-License-Identifier: Apache-2.0
#include "tenants/claims_file.h"

#include <algorithm>
#include <array>

#include "base/error_detail.h"
#include "base/strict_json.h"
#include "oidc/claimed_identity.h"
#include "oidc/id_token_checks.h"
#include "oidc/token_claims.h"
#include "sso/decision_review.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMostProblems = 20, kMostClaimBytes = 64 * 1024;
constexpr std::string_view kClaimSpaces = " \t\r\n";

// A name that is none of a token's is a typing mistake, and a login that is judged without what it stood for another
// one.
constexpr std::array<std::string_view, 28> kClaims = {"iss",
                                                      "sub",
                                                      "aud",
                                                      "azp",
                                                      "exp",
                                                      "iat",
                                                      "nbf",
                                                      "jti",
                                                      "oid",
                                                      "sid",
                                                      "amr",
                                                      "name",
                                                      "nonce",
                                                      "email",
                                                      "c_hash",
                                                      "groups",
                                                      "scope",
                                                      "at_hash",
                                                      "client_id",
                                                      "picture",
                                                      "auth_time",
                                                      "given_name",
                                                      "family_name",
                                                      "external_id",
                                                      "_claim_names",
                                                      "locale",
                                                      "email_verified",
                                                      "preferred_username"};

struct ClaimsSlice {
  std::size_t line = 0;
  std::string_view text;
};

struct ClaimsProblem {
  std::size_t line;
  std::string what;
};

/// The objects of a JSON array with the line that each begins in. Knows strings and braces and nothing else: what an
/// object holds is read strictly afterwards.
class ArraySplitter {
 public:
  explicit ArraySplitter(std::string_view text) : text_(text) {}

  std::vector<ClaimsSlice> split() {
    std::vector<ClaimsSlice> found;
    skipSpaces();
    ++at_;  // the bracket
    skipSpaces();
    bool more = !takes(']');
    while (more) {
      if (at_ >= text_.size() || text_[at_] != '{') throw ClaimsProblem{line_, "expected an object"};
      const std::size_t line = line_;
      found.push_back({line, takeObject()});
      skipSpaces();
      more = takes(',');
      if (!more && !takes(']')) throw ClaimsProblem{line_, "expected a comma or the end of the list"};
      skipSpaces();
    }
    if (at_ < text_.size()) throw ClaimsProblem{line_, "something after the end of the list"};
    return found;
  }

 private:
  void step() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  void skipSpaces() {
    while (at_ < text_.size() && kClaimSpaces.find(text_[at_]) != std::string_view::npos) step();
  }
  bool takes(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    step();
    return true;
  }
  std::string_view takeObject() {
    const std::size_t begin = at_, line = line_;
    int depth = 0;
    bool inString = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (inString && c == '\\' && at_ + 1 < text_.size()) step();
      if (c == '"') inString = !inString;
      if (!inString && (c == '{' || c == '[')) ++depth;
      if (!inString && (c == '}' || c == ']')) --depth;
      step();
      if (depth == 0) return text_.substr(begin, at_ - begin);
    }
    throw ClaimsProblem{line, "an object without an end"};
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

std::vector<ClaimsSlice> claimLines(std::string_view text) {
  std::vector<ClaimsSlice> found;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto whole = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (whole.find_first_not_of(kClaimSpaces) != std::string_view::npos) found.push_back({line, whole});
  }
  return found;
}

void requireKnownClaims(const ClaimsSlice& slice) {
  nlohmann::json object;
  try {
    object = parseStrictJson(slice.text, {.maxBytes = kMostClaimBytes, .maxDepth = 8});
  } catch (const Error&) {
    throw ClaimsProblem{slice.line, "not one JSON object without duplicates, of at most 64 KiB"};
  }
  if (!object.is_object()) throw ClaimsProblem{slice.line, "not one JSON object"};
  for (const auto& [name, value] : object.items()) {
    if (std::find(kClaims.begin(), kClaims.end(), name) == kClaims.end()) {
      throw ClaimsProblem{slice.line, "a claim that an ID token does not have (is it spelled right?)"};
    }
  }
}

/// Text where the check of a token looks at what is there only.
void requireTexts(const TokenClaims& claims, std::size_t line) {
  for (const TextClaim* claim : {&claims.name, &claims.givenName, &claims.familyName}) {
    if (!claim->absent() && !claim->present()) throw ClaimsProblem{line, "a name is no text"};
  }
}

VerifiedIdentity identityIn(const ClaimsSlice& slice, const ClaimDefaults& defaults) {
  requireKnownClaims(slice);
  std::string payload(slice.text);
  JsonCursor::SeenNames names;
  JsonCursor::Fault fault = JsonCursor::Fault::kNone;
  TokenClaims claims;
  if (!readTokenClaims(payload, names, claims, fault)) throw ClaimsProblem{slice.line, "not one JSON object"};
  requireTexts(claims, slice.line);
  if (claims.iss.absent()) claims.iss = {ClaimState::kPresent, defaults.issuers.front()};
  if (claims.oid.absent()) claims.oid = {ClaimState::kPresent, defaults.organizationId};
  checkIssuer(claims, {.issuers = defaults.issuers, .clientId = {}});
  std::string_view connection = defaults.connectionId;
  const std::string nobodys = defaults.connectionId + ";";  // checkSubject: no token has such a subject
  if (!claims.sub.absent()) {
    checkSubject(claims);
    connection = checkConnection(claims, "");
  } else if (connection.empty()) {
    throw ClaimsProblem{slice.line, "needs sub where no connection is named"};
  } else {
    claims.sub = {ClaimState::kPresent, nobodys};
  }
  checkOrganization(claims, "");
  checkEmailClaims(claims);
  checkGroups(claims);
  checkSession(claims);
  auto identity = identityFrom(claims, connection);
  identity.issuedAt = identity.authenticatedAt = defaults.now;
  return identity;
}

[[noreturn]] void refuseClaims(const std::string& problems) {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, problems);
}

std::string problemText(const ClaimsProblem& problem) {
  return "line " + std::to_string(problem.line) + ": " + problem.what;
}

std::vector<ClaimsSlice> claimSlices(std::string_view file) {
  if (file.size() > DecisionReview::kMostClaimsBytes) refuseClaims("the file has more than 4 MiB");
  const auto first = file.find_first_not_of(kClaimSpaces);
  const bool array = first != std::string_view::npos && file[first] == '[';
  auto slices = array ? ArraySplitter(file).split() : claimLines(file);
  if (slices.empty()) refuseClaims("line 1: the file holds no claims");
  if (slices.size() > DecisionReview::kMostLogins) {
    throw ClaimsProblem{slices[DecisionReview::kMostLogins].line, "more than 10000 people"};
  }
  return slices;
}

}  // namespace

std::vector<ClaimedPerson> readClaimsFile(std::string_view file, const ClaimDefaults& defaults) {
  std::vector<ClaimsSlice> slices;
  try {
    slices = claimSlices(file);
  } catch (const ClaimsProblem& problem) {
    refuseClaims(problemText(problem));
  }
  std::vector<ClaimedPerson> people;
  std::vector<std::string> problems;
  for (const auto& slice : slices) {
    try {
      people.push_back({slice.line, identityIn(slice, defaults)});
    } catch (const ClaimsProblem& problem) {
      problems.push_back(problemText(problem));
    } catch (const Error& error) {  // of a token's checks, whose texts name no value
      problems.push_back(problemText({slice.line, detailOf(error)}));
    }
    if (problems.size() == kMostProblems) break;
  }
  std::string all;
  for (const auto& problem : problems) all.append(all.empty() ? "" : "\n").append(problem);
  if (!all.empty()) refuseClaims(all);
  return people;
}

}  // namespace sso::detail
