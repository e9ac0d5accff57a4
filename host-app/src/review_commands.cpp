// SPDX-License-Identifier: Apache-2.0
#include "review_commands.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <vector>

#include "seed_policy.h"
#include "settings.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

constexpr int kAsExpected = 0, kOtherwise = 1, kNotKnown = 2;
constexpr std::size_t kNameWidth = 30;

std::string utcOf(sso::TimePoint at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[sizeof "-2147483648-01-01T00:00:00Z"];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// Terminals obey control characters, and audit rows hold what people sent.
std::string printable(std::string_view text) {
  std::string shown(text.empty() ? "none" : text);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return shown;
}

void tellLine(std::ostream& out, std::string_view name, std::string_view value) {
  std::string padded(name);
  padded.resize(std::max(padded.size(), kNameWidth), ' ');
  out << "  " << padded << " " << printable(value) << "\n";
}

std::string commaList(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list.append(list.empty() ? "" : ", ").append(word);
  return list;
}

/// "deny, domain_not_owned, row 3 (the domain is not the organization's)"
std::string textOf(const sso::ToldDecision& decision) {
  std::string text = decision.outcome + ", " + decision.code + ", row " + std::to_string(decision.row) + " (" +
                     decision.situation + ")";
  if (!decision.roles.empty()) text += ", roles " + commaList(decision.roles);
  if (!decision.notices.empty()) text += ", notices " + commaList(decision.notices);
  return text;
}

std::string textOf(const sso::ReplayedDecision& decision) {
  if (decision.policyVersion <= 0) return "the organization was not known";
  const std::string version = "version " + std::to_string(decision.policyVersion);
  if (!decision.policy) return version + ", not kept any more";
  const auto& written = decision.policy->written;
  std::string text = version;
  if (written.at != sso::TimePoint{}) text += ", of " + utcOf(written.at);
  if (!written.accountId.empty()) text += ", by " + written.accountId;
  return text;
}

void tellDecision(const sso::ReplayedDecision& decision, std::ostream& out) {
  out << printable(decision.reference) << ": " << printable(decision.event) << " at " << utcOf(decision.at) << "\n";
  tellLine(out, "organization", decision.organizationId);
  tellLine(out, "connection", decision.connectionId);
  tellLine(out, "account", decision.accountId);
  tellLine(out, "policy", textOf(decision));
  for (const auto& one : decision.changedSince) {
    const std::string place = one.connection.empty() ? one.rule : one.connection + "." + one.rule;
    tellLine(out, "changed since", place + ": " + one.from + " -> " + one.to);
  }
  if (!decision.problem.empty()) {
    tellLine(out, "cannot be decided again", decision.problem);
    return;
  }
  tellLine(out, "decided then", textOf(decision.then));
  tellLine(out, "decided now", textOf(decision.now));
  tellLine(out, "the same", decision.same ? "yes" : "no");
  if (!decision.then.explanation.empty()) out << "  " << printable(decision.then.explanation) << "\n";
  out << "  from these facts:\n";
  for (const auto& fact : decision.facts) tellLine(out, "  " + fact.name, fact.value);
}

void tellProblems(std::ostream& err, const char* what, std::string_view problems) {
  err << "host-app: " << what << "\n";
  while (!problems.empty()) {
    const auto end = problems.find('\n');
    err << "  " << printable(problems.substr(0, end)) << "\n";
    problems.remove_prefix(end == std::string_view::npos ? problems.size() : end + 1);
  }
}

sso::OrganizationPolicy readVectorPolicy(std::string_view text) {
  const auto object = nlohmann::json::parse(text);  // of a file that was read strictly
  std::vector<std::string> problems;
  auto policy = readSeedPolicy(SeedNode(object, "policies", problems));
  if (problems.empty()) problems = problemsOf(policy);
  std::string all;
  for (const auto& problem : problems) all.append(all.empty() ? "" : "\n").append(problem);
  if (!all.empty()) throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, all);
  return policy;
}

}  // namespace

int replayDecision(const sso::DecisionReview& review, std::string_view reference, std::ostream& out,
                   std::ostream& err) {
  const auto found = review.replay(reference);
  if (found.empty()) {
    err << "host-app: no decision is known under this reference; a login that was refused before anything was decided "
           "has none\n";
    return kNotKnown;
  }
  int code = kAsExpected;
  for (const auto& decision : found) {
    tellDecision(decision, out);
    if (!decision.problem.empty()) {
      code = kNotKnown;
    } else if (!decision.same && code == kAsExpected) {
      code = kOtherwise;
    }
  }
  return code;
}

int dryRun(const sso::DecisionReview& review, sso::OrganizationStore& organizations, const std::string& organizationId,
           const std::string& connectionId, std::string_view claims, std::ostream& out, std::ostream& err) {
  try {
    const auto organization = organizations.findOrganization(organizationId);
    if (!organization) {
      err << "host-app: --organization: no such organization is stored\n";
      return kNotKnown;
    }
    for (const auto& login : review.dryRun(*organization, connectionId, claims)) {
      out << "line " << login.line << ": " << printable(textOf(login.decision)) << "\n";
      if (!login.decision.explanation.empty()) out << "  " << printable(login.decision.explanation) << "\n";
    }
    return kAsExpected;
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kInvalidRequest) throw;
    tellProblems(err, "the claims cannot be tried:", plainText(error));
    return kNotKnown;
  }
}

int checkPolicy(std::string_view vectors, std::ostream& out, std::ostream& err) {
  try {
    const auto results = sso::checkPolicyVectors(vectors, readVectorPolicy);
    std::size_t met = 0;
    for (const auto& result : results) {
      if (result.differences.empty()) ++met;
      for (const auto& difference : result.differences) {
        out << printable(result.name) << " (row " << result.jitRow << "): " << printable(difference) << "\n";
      }
    }
    out << met << " of " << results.size() << " vectors come to what they expect\n";
    return met == results.size() ? kAsExpected : kOtherwise;
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kInvalidRequest) throw;
    tellProblems(err, "the vectors cannot be checked:", plainText(error));
    return kNotKnown;
  }
}

}  // namespace hostapp
