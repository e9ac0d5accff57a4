// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/front/request_head.h"

namespace sso::front {

/// The proxies in front of a server, and whom they speak for. Without one, everybody behind a proxy is one client: a
/// few wrong passwords of anybody would use up the rate limit of all. Threat: anybody can write forwarding fields into
/// a request (SEC-HT-16); they are believed only as far as a trusted peer vouches for them. Immutable after parse();
/// thread-safe.
class TrustedProxies {
 public:
  /// Each word an address or a network: "127.0.0.1", "10.0.0.0/8", "2001:db8::/32". nullopt when one is neither.
  static std::optional<TrustedProxies> parse(const std::vector<std::string>& words);

  bool empty() const { return networks_.empty(); }
  /// Is this peer (an address without port) one of them?
  bool areTrusted(std::string_view peer) const;

  /// What a request says of the client that sent it.
  struct Client {
    std::string address = {};  ///< without port; the peer's own unless a trusted proxy names another
    /// By https, as the trusted peer says (proto); nullopt when it says nothing.
    std::optional<bool> secure = std::nullopt;
  };
  /// Reads Forwarded (RFC 7239) and X-Forwarded-For, X-Forwarded-Proto. Each proxy adds what it knows of its own peer
  /// at the right end, so they are read from there, and only while the one who added an element is trusted: whatever a
  /// client wrote in front itself is never reached. Several lines of a field are one list (RFC 9110 5.3). An element
  /// that names no address ("unknown", a made-up name, garbage) ends the way: the one who wrote it is the last that is
  /// known. A proxy that writes one of the two fields hands a client's own copy of the other on; when both are there
  /// and do not name the same client, neither is believed, and the peer is the client. Of https, too, Forwarded is
  /// asked only where it stands alone.
  Client clientOf(std::string_view peer, const std::vector<Field>& fields) const;

  /// Is this one of the fields in which proxies speak (Forwarded, X-Forwarded-*, X-Real-IP), any letter case?
  static bool isForwardingField(std::string_view name);

 private:
  using Address = std::array<std::uint8_t, 16>;  ///< IPv4 in its mapped form (RFC 4291 2.5.5.2)
  struct Network {
    Address address{};
    unsigned bits = 128;
  };
  static std::optional<Address> addressOf(std::string_view text);
  bool trusts(const Address& address) const;
  std::string lastKnown(std::string_view peer, const std::vector<std::string>& hops) const;

  std::vector<Network> networks_;
};

}  // namespace sso::front
