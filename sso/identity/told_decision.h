// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "identity/decision.h"
#include "sso/decision_review.h"

namespace sso::detail {

/// What a row of JIT.md's table is about, as docs/POLICY.md lists it; empty where there is no such row.
std::string_view situationOf(int row);

/// A decision in the words that stay.
ToldDecision told(const Decision& decision);

}  // namespace sso::detail
