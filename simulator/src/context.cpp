// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "token_maker.h"

namespace scalekit_simulator {

KeyPtr Context::unpublishedKey() {
  std::call_once(unpublishedOnce_, [this] { unpublishedKey_ = SigningKey::generate(ids.next("snk")); });
  return unpublishedKey_;
}

std::optional<nlohmann::json> Context::readLiveToken(std::string_view token, bool expiredToo) {
  const Instant at = now();
  const KeyPtr key = state.with([&](StateData& data) { return data.keys.find(kidOf(token), at); });
  if (!key) return std::nullopt;
  auto claims = readToken(token, *key);
  if (!claims) return std::nullopt;
  if (!expiredToo && at.time_since_epoch().count() >= numberClaim(*claims, "exp")) return std::nullopt;
  const std::string jti = textClaim(*claims, "jti");
  const bool revoked = state.with([&](StateData& data) { return data.revokedTokens.find(jti, at) != nullptr; });
  return revoked ? std::nullopt : claims;
}

}  // namespace scalekit_simulator
