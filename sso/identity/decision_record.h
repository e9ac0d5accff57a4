// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "identity/decision.h"
#include "identity/facts.h"

/// A decision and the facts that it was made from, as text that says the same to a later release (JIT.md part 7):
/// {"format": 1, "facts": {...}, "decision": {...}}. Nothing of it says who the person is: of accounts there is what
/// the policy judges, and which of them a proof was for. Times are whole seconds since the epoch, as the facts' are.
/// Reading is strict: an unknown member, word or format, a missing or repeated member, another type is
/// Error(kInvalidRequest) that names the place and never the value - an error never turns into a guess.
namespace sso::detail {

/// Grows when a member comes, goes or changes its meaning; facts_fields.h says since when each is there.
inline constexpr int kRecordFormat = 1;

/// At most AuditEvent::kMostDecisionBytes. A login must not fail because it cannot be told: what goes beyond a bound,
/// or is no text, leaves {"format": 1, "omitted": "too_large" | "unknown_value"}.
std::string decisionRecord(const Facts& facts, const Decision& decision);

struct RecordedDecision {
  Facts facts;  ///< its accounts are called "linked" and "holder"
  Decision decision;
};
RecordedDecision readDecisionRecord(std::string_view text);

/// Facts from an object that names some of them; the others stay as in base. Of an account that base does not have,
/// what is not named is an active member's with a confirmed address. null takes away what may be missing.
Facts factsOver(const Facts& base, const nlohmann::json& object, const std::string& path);

/// Each fact with its value in words, "holder.member" and "yes", in the order of facts.h.
std::vector<std::pair<std::string, std::string>> factsInWords(const Facts& facts);

}  // namespace sso::detail
