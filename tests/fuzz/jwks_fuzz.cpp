// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "fuzz/fuzz_input.h"
#include "oidc/jwk_set.h"
#include "sso/error.h"

/// Every key that is kept is an RSA key of 2048 bits or more under a name of its own; the rest is refused.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  try {
    const auto set = sso::detail::parseJwkSet(sso::fuzz::textOf(data, size));
    require(!set.keys.empty() && set.keys.size() <= 64, "a bounded set with something in it");
    const auto document = nlohmann::json::parse(sso::fuzz::textOf(data, size));
    require(document.at("keys").size() == set.usable + set.ignored, "every key is counted");
    std::set<std::string> names;
    for (const auto& key : set.keys) {
      require(EVP_PKEY_get_base_id(key->key.get()) == EVP_PKEY_RSA, "an RSA key");
      require(EVP_PKEY_get_bits(key->key.get()) >= 2048, "2048 bits or more");
      require(names.insert(key->kid).second, "one key per name");
      if (!key->kid.empty()) require(set.find(key->kid) == key, "found under its name");
    }
    require(set.find("no such key\x01") == nullptr, "and under no other");
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kUpstreamRejected, "refused as the sender's fault");
  }
  return 0;
}
