// SPDX-License-Identifier: Apache-2.0
#include "identity/creation_key.h"

#include "base/digest.h"

namespace sso::detail {

std::string creationKeyOf(const IdentityKey& key) {
  // Each part with its length before it, so that no two identities run together.
  std::string parts = "sso account";
  for (const auto& part : {key.issuer, key.connectionId, key.subject}) {
    parts.append("\n").append(std::to_string(part.size())).append(":").append(part);
  }
  return toHex(sha256(parts));
}

}  // namespace sso::detail
