// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostapp {

/// The proxies in front of the application (APP_TRUSTED_PROXIES), and whom they speak for. Without one, everybody
/// behind a proxy is one client: a few wrong passwords of anybody would use up the rate limit of all (SEC-HT-16).
/// Immutable after parse(); thread-safe.
class TrustedProxies {
 public:
  /// Each word an address or a network: "127.0.0.1", "10.0.0.0/8", "2001:db8::/32". nullopt when one is neither.
  static std::optional<TrustedProxies> parse(const std::vector<std::string>& words);

  bool empty() const { return networks_.empty(); }
  /// Is this peer one of them?
  bool areTrusted(std::string_view peer) const;
  /// The client behind this peer. forwardedFor: the values of X-Forwarded-For in the order they came. Each proxy adds
  /// the address of its own peer at the right end, so they are read from there, and only while the one who added an
  /// address is trusted: whatever a client wrote in front itself is never reached.
  std::string clientOf(std::string_view peer, const std::vector<std::string>& forwardedFor) const;

 private:
  using Address = std::array<std::uint8_t, 16>;  ///< IPv4 in its mapped form (RFC 4291 2.5.5.2)
  struct Network {
    Address address{};
    unsigned bits = 128;
  };
  static std::optional<Address> addressOf(std::string_view text);
  bool trusts(const Address& address) const;

  std::vector<Network> networks_;
};

}  // namespace hostapp
