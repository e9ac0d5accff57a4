// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sso/identity.h"

namespace sso::detail {

/// The claims of one person in a file.
struct ClaimedPerson {
  std::size_t line = 0;  ///< the first is 1
  VerifiedIdentity identity;
};

/// What a file says of them where a claim is left out.
struct ClaimDefaults {
  std::vector<std::string> issuers;  ///< those that a token may have; the first is meant where iss is left out
  std::string organizationId;
  std::string connectionId;  ///< empty: each person's sub names it
  TimePoint now;             ///< of issuedAt and authenticatedAt always: a file holds what would be asserted today
};

/// Reads a file of ID tokens' claims, an object in each line or one JSON array of objects, each with the checks that a
/// token's claims go through (signature, times and nonce apart). Throws Error(kInvalidRequest) with every problem, at
/// most 20, a line each that begins with the number of the line and holds nothing of the file.
std::vector<ClaimedPerson> readClaimsFile(std::string_view file, const ClaimDefaults& defaults);

}  // namespace sso::detail
