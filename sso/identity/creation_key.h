// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "sso/identity.h"

namespace sso::detail {

/// NewAccount::creationKey of the first login of this identity.
std::string creationKeyOf(const IdentityKey& key);

}  // namespace sso::detail
