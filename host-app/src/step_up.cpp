// SPDX-License-Identifier: Apache-2.0
#include "step_up.h"

#include "sso/http_types.h"

namespace hostapp {

bool isFresh(const sessions::SignedIn& who, std::int64_t now) {
  if (who.method == "password") return true;
  const auto age = now - who.createdAt;
  return who.reauthenticated && age >= 0 && age <= kFreshForSeconds;
}

bool isRecent(const sessions::SignedIn& who, std::int64_t now) {
  const auto age = now - who.createdAt;
  return isFresh(who, now) && age >= 0 && age <= kFreshForSeconds;
}

std::string stepUpPath(const sessions::SignedIn& who, std::string_view loginPath, std::string_view returnTo) {
  return std::string(loginPath) + "?connection_id=" + sso::percentEncode(who.identityConnection) +
         "&organization_id=" + sso::percentEncode(who.organizationId) +
         "&prompt=login&return_to=" + sso::percentEncode(returnTo);
}

}  // namespace hostapp
