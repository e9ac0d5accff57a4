// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "oidc/jwks_cache.h"

namespace sso::detail {

/// The keys of one JWK Set (RFC 7517 5) that may verify RS256. Immutable once parsed.
struct JwkSet {
  std::vector<std::shared_ptr<const SigningKey>> keys;  ///< each kid once; at most one may have none
  std::size_t usable = 0;                               ///< how many passed, ambiguous ones included
  std::size_t ignored = 0;                              ///< of another type, for another use, or broken
  std::size_t ambiguous = 0;                            ///< left out because another usable key has their kid

  /// The key with this kid; empty kid: the set's only usable key. Null when there is none.
  std::shared_ptr<const SigningKey> find(std::string_view kid) const;
};

/// Reads a JWK Set. A key that cannot be used is passed over, as RFC 7517 5 asks; x5c and other members are ignored.
/// Throws Error(kUpstreamRejected, malformed | json_duplicate | upstream) when the document is no JWK Set, has more
/// than 64 keys, or holds none that can be used.
JwkSet parseJwkSet(std::string_view json);

}  // namespace sso::detail
