// SPDX-License-Identifier: Apache-2.0
#include "base/link_token.h"

#include <algorithm>

#include "base/digest.h"

namespace sso::detail {
namespace {

constexpr std::size_t kTokenBytes = 32, kTokenCharacters = 43;
constexpr std::size_t kIdBytes = 8;

}  // namespace

Secret newLinkToken(RandomSource& random) { return Secret(randomToken(random, kTokenBytes)); }

bool hasFormOfLinkToken(std::string_view token) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return token.size() == kTokenCharacters && std::all_of(token.begin(), token.end(), allowed);
}

std::string newLinkId(RandomSource& random) {
  std::string bytes(kIdBytes, '\0');
  random.fill(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
  return toHex(bytes);
}

}  // namespace sso::detail
