// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sso/organization.h"
#include "sso/policy_differences.h"
#include "sso/runtime.h"
#include "sso/storage.h"

/// Asking the policy without signing anybody in (JIT.md parts 7 and 8): what a login was decided from, and what would
/// come of it today; what claims of a file would come to; whether a policy does in each situation what a file of
/// vectors expects. All three ask the one function that decides every login. docs/POLICY.md teaches the formats. For
/// operators: nothing here asks who is asking.
namespace sso {

namespace detail {
class DecisionReviewer;
}  // namespace detail

/// A decision in words that stay.
struct ToldDecision {
  std::string outcome = {};      ///< "deny", "login", "create", "link_after_proof", ...; docs/POLICY.md lists them
  std::string code = {};         ///< the refusal by its name in docs/ERRORS.md; "none" where somebody is signed in
  int row = 0;                   ///< of the table in docs/POLICY.md, 1 to 32
  std::string situation = {};    ///< what the row is about, in a few words
  std::string explanation = {};  ///< of the refusal, for an administrator: what is so, and what to do; may be empty
  std::vector<std::string> roles = {};    ///< what the account gets, or its roles from now on; empty: nothing changes
  std::vector<std::string> notices = {};  ///< what somebody should hear of: "group_above_ceiling", ...
};

/// Something that was known when a login was decided: "email_verified" is "yes". Never an address, a name, a subject or
/// the id of an account.
struct ToldFact {
  std::string name = {}, value = {};
};

/// A decision of the audit trail, and what the same facts come to in this build.
struct ReplayedDecision {
  std::string event = {}, reference = {};  ///< "sso.login.failed" and what the person saw
  TimePoint at = {};
  /// As the audit event has them; accountId is empty where the decision was about no account.
  std::string organizationId = {}, connectionId = {}, accountId = {};
  std::int64_t policyVersion = 0;                      ///< 0: the organization was not known
  std::optional<PolicyVersion> policy = std::nullopt;  ///< the rules of then, if they are kept (policyAt)
  std::vector<PolicyDifference> changedSince = {};     ///< from those to the rules of now
  std::string problem = {};                            ///< not empty: the record cannot be read, and why; the rest is
  std::vector<ToldFact> facts = {};                    ///< in an order that never changes
  ToldDecision then = {}, now = {};
  bool same = false;  ///< now is then, in every effect on accounts and roles, and not only in what is told here
};

/// What a login with the claims that begin in this line (the first is 1) would come to right now.
struct DryRunLogin {
  std::size_t line = 0;
  ToldDecision decision = {};
};

/// Immutable; thread-safe. Errors: Error(kStorage), and what each function says.
class DecisionReview {
 public:
  static constexpr std::size_t kMostClaimsBytes = 4 << 20, kMostLogins = 10'000;
  static constexpr std::size_t kMostVectorsBytes = 4 << 20, kMostVectors = 10'000;

  explicit DecisionReview(std::shared_ptr<const detail::DecisionReviewer> reviewer) : reviewer_(std::move(reviewer)) {}

  /// Every decision under this reference, the oldest first; usually one. Empty when none is known: no such reference, a
  /// refusal before anything was decided (a wrong state, a bad token), or an audit trail of an earlier release. Reads
  /// the database alone. Of whatever organization: see ReplayedDecision::organizationId.
  std::vector<ReplayedDecision> replay(std::string_view reference) const;

  /// What each login with these claims would come to at this moment: verified just now, begun in the application for
  /// this organization and, unless connectionId is empty, this connection. claims: ID tokens' claims as Scalekit sends
  /// them, an object in each line (JSON lines) or a JSON array of objects; at most kMostLogins and kMostClaimsBytes.
  /// Gathers and decides as a login does, inside units that are never committed: nothing is written, and each claim is
  /// judged as if it came first. Takes a login's locks for the moment of each; may ask Scalekit for the connection's
  /// state. Nothing of the claims is logged or returned. Throws Error(kInvalidRequest) that lists what is wrong, a line
  /// each with the number of the line, before anything is asked.
  std::vector<DryRunLogin> dryRun(const Organization& organization, std::string_view connectionId,
                                  std::string_view claims) const;

 private:
  std::shared_ptr<const detail::DecisionReviewer> reviewer_;
};

/// What came of one vector.
struct VectorResult {
  std::string name = {};
  int jitRow = 0;  ///< the row that it speaks of
  ToldDecision decision = {};
  std::vector<std::string> differences = {};  ///< "row: expected 6, got 3"; empty: as expected
};

/// Reads the rules that a vectors file holds, in whatever format the caller's own policies have; the text is one JSON
/// object. Throws Error(kInvalidRequest) with every problem.
using PolicyReader = std::function<OrganizationPolicy(std::string_view json)>;

/// Puts each situation of a vectors file (docs/POLICY.md) before the function that decides every login. Pure: no clock,
/// no database, no network. The text is bounded (DecisionReview::kMostVectorsBytes, kMostVectors). Throws
/// Error(kInvalidRequest) for a file that is not sound, with the place and never the value; nothing is checked then.
std::vector<VectorResult> checkPolicyVectors(std::string_view file, const PolicyReader& readPolicy);

}  // namespace sso
