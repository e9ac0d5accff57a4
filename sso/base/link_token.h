// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/runtime.h"

namespace sso::detail {

/// The secret of a link that is sent to somebody: 256 random bits, base64url without padding, 43 characters. Stored as
/// its sha256Hex alone.
Secret newLinkToken(RandomSource& random);
/// Nothing else is looked up: what a stranger sends is of any length.
bool hasFormOfLinkToken(std::string_view token);
/// What names such a link in lists and in the audit trail: 16 hexadecimal digits, which open nothing.
std::string newLinkId(RandomSource& random);

}  // namespace sso::detail
