// SPDX-License-Identifier: Apache-2.0
#include "trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace hostapp {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
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

std::string TrustedProxies::clientOf(std::string_view peer, const std::vector<std::string>& forwardedFor) const {
  std::string client(peer);
  std::string hops;  // several header lines mean one list (RFC 9110 5.3)
  for (const auto& value : forwardedFor) hops += (hops.empty() ? "" : ",") + value;
  std::string_view rest = hops;
  while (!rest.empty()) {
    const auto speaker = addressOf(client);
    if (!speaker || !trusts(*speaker)) break;
    const auto comma = rest.rfind(',');
    const auto hop = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    if (!addressOf(hop)) break;  // "unknown", a port, garbage: the one who wrote it is the last that we know
    client = hop;
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
  }
  return client;
}

}  // namespace hostapp
