// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "identity/facts_gatherer.h"
#include "sso/decision_review.h"
#include "sso/storage.h"

namespace sso::detail {

/// Behind DecisionReview: the gatherer and the policy of every login, and nothing that writes. Immutable; thread-safe.
class DecisionReviewer {
 public:
  struct Parts {
    std::shared_ptr<Storage> storage;
    std::shared_ptr<const FactsGatherer> facts;
    std::shared_ptr<Clock> clock;
    /// Of this organization's connection, as a login asks for it; outside of any unit.
    std::function<ConnectionStanding(std::string_view organizationId, std::string_view connectionId)> standingOf;
    std::vector<std::string> issuers;  ///< of tokens; the Scalekit environment first
  };
  explicit DecisionReviewer(Parts parts) : parts_(std::move(parts)) {}

  std::vector<ReplayedDecision> replay(std::string_view reference) const;
  std::vector<DryRunLogin> dryRun(const Organization& organization, std::string_view connectionId,
                                  std::string_view claims) const;

 private:
  ReplayedDecision replayed(const AuditEvent& event) const;
  void lookUpPolicy(ReplayedDecision& replayed) const;

  Parts parts_;
};

}  // namespace sso::detail
