// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "page_renderer.h"
#include "pages/policy_form.h"
#include "sso/organization_policy.h"

/// What the page "Accounts and roles" shows: a form and its problems as the view of its template. Pure.
namespace hostapp::policy_view {

/// The row that was just added, to be typed into next.
struct NewRow {
  std::size_t list = PolicyForm::kEverybody;  ///< as PolicyForm::addRow
  std::size_t row = PolicyForm::kMostRows;    ///< kMostRows: none was
};

/// Every field of the form; stored: what holds now. problems: of Tenants::policyProblems, each shown at its place.
void fillForm(View& view, const PolicyForm& form, const sso::OrganizationPolicy& stored,
              const std::vector<std::string>& problems, const NewRow& added);
/// For whoever may only read: the same rules as sentences.
View factsOf(const sso::OrganizationPolicy& policy);
/// A list of lines of text.
View linesOf(const std::vector<std::string>& texts);

}  // namespace hostapp::policy_view
