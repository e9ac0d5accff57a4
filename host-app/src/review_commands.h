// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>
#include <string_view>

#include "sso/decision_review.h"
#include "sso/storage.h"

/// The commands that ask the policy and sign nobody in (docs/POLICY.md): what host-app prints and returns for --replay,
/// --dry-run and --check-policy. Results go to out, what is wrong with a file or a name to err.
namespace hostapp {

/// Every decision under the reference of an error page or an audit event. 0: this build decides each as it was decided;
/// 1: not so; 2: none is known, or a record cannot be read.
int replayDecision(const sso::DecisionReview& review, std::string_view reference, std::ostream& out, std::ostream& err);

/// What logins with the claims of a file would come to right now; a line each, without anything of the claims. 0: told;
/// 2: no such organization, or a file that is not sound.
int dryRun(const sso::DecisionReview& review, sso::OrganizationStore& organizations, const std::string& organizationId,
           const std::string& connectionId, std::string_view claims, std::ostream& out, std::ostream& err);

/// Whether each vector of a file, whose policies are written as a seed's (docs/SEED.md), comes to what it expects. 0:
/// all do; 1: those that are printed do not; 2: a file that is not sound.
int checkPolicy(std::string_view vectors, std::ostream& out, std::ostream& err);

}  // namespace hostapp
