// SPDX-License-Identifier: Apache-2.0
#include "sso/front/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "ascii.h"
#include "forwarded.h"

namespace sso::front {
namespace {

/// All lines of a field as the one list that they are; nullopt when there is none.
std::optional<std::string> joined(const std::vector<Field>& fields, std::string_view name) {
  std::optional<std::string> list;
  for (const Field& field : fields) {
    if (!detail::sameIgnoringCase(field.name, name)) continue;
    list = list ? *list + "," + field.value : field.value;
  }
  return list;
}

}  // namespace

std::optional<TrustedProxies::Address> TrustedProxies::addressOf(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& words) {
  TrustedProxies proxies;
  for (const std::string_view word : words) {
    const auto slash = word.find('/');
    const auto address = addressOf(word.substr(0, slash));
    if (!address) return std::nullopt;
    const bool four = word.substr(0, slash).find(':') == std::string_view::npos;
    const unsigned most = four ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
      const std::string_view digits = word.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) return std::nullopt;
    }
    proxies.networks_.push_back({*address, bits + (128 - most)});
  }
  return proxies;
}

bool TrustedProxies::trusts(const Address& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&address](const Network& network) {
    for (unsigned bit = 0; bit < network.bits; ++bit) {
      const auto difference = static_cast<unsigned>(address[bit / 8] ^ network.address[bit / 8]);
      if (((difference >> (7 - bit % 8)) & 1U) != 0) return false;
    }
    return true;
  });
}

bool TrustedProxies::areTrusted(std::string_view peer) const {
  const auto address = addressOf(peer);
  return address && trusts(*address);
}

/// hops: whom each proxy was asked by, the nearest last.
std::string TrustedProxies::lastKnown(std::string_view peer, const std::vector<std::string>& hops) const {
  std::string client(peer);
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!areTrusted(client) || !addressOf(*hop)) break;
    client = *hop;
  }
  return client;
}

TrustedProxies::Client TrustedProxies::clientOf(std::string_view peer, const std::vector<Field>& fields) const {
  Client client{std::string(peer)};
  if (!areTrusted(peer)) return client;
  const auto forwarded = joined(fields, "Forwarded");
  const auto forwardedFor = joined(fields, "X-Forwarded-For"), forwardedProto = joined(fields, "X-Forwarded-Proto");
  std::optional<std::string> named, proto;
  if (forwardedFor || forwardedProto) {
    const auto way = detail::parseXForwarded(forwardedFor.value_or(""), forwardedProto.value_or(""));
    if (forwardedFor) named = lastKnown(peer, way.clients);
    if (!way.proto.empty()) proto = way.proto;
  }
  bool agreed = true;
  if (forwarded) {
    const auto way = detail::parseForwarded(*forwarded);
    const auto other = lastKnown(peer, way.clients);
    const bool alone = !forwardedFor && !forwardedProto;
    agreed = alone || (named && addressOf(*named) == addressOf(other));
    if (alone) {
      named = other;
      if (!way.proto.empty()) proto = way.proto;
    } else if (!way.proto.empty() && proto && !detail::sameIgnoringCase(*proto, way.proto)) {
      agreed = false;
    }
  }
  if (proto) client.secure = agreed && detail::sameIgnoringCase(*proto, "https");
  if (named && agreed) client.address = *named;
  return client;
}

bool TrustedProxies::isForwardingField(std::string_view name) {
  constexpr std::string_view kPrefix = "X-Forwarded-";
  return detail::sameIgnoringCase(name.substr(0, kPrefix.size()), kPrefix) ||
         detail::sameIgnoringCase(name, "Forwarded") || detail::sameIgnoringCase(name, "X-Real-IP");
}

}  // namespace sso::front
