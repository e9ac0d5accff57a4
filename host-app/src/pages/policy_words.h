// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sso/policy_differences.h"
#include "sso/storage.h"

/// The rules of a policy in words that a person at a company knows. Pure.
namespace hostapp::policy_words {

/// "Role of new people" for "default_role"; a rule that we do not know keeps its name.
std::string ruleName(std::string_view rule);
/// "Role of new people: Member → Admin".
std::string sentenceOf(const sso::PolicyDifference& difference);
/// What an event sso.organization.policy_changed says that it changed, a sentence each; empty for another event.
std::vector<std::string> changesOf(const sso::AuditEvent& event);
/// The version that the event made; 0: it does not say.
std::int64_t versionOf(const sso::AuditEvent& event);

/// A problem of the form (Tenants::policyProblems) in words for whoever typed it.
std::string problemInWords(std::string_view problem);

}  // namespace hostapp::policy_words
