// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "fuzz/fuzz_input.h"
#include "sso/front/trusted_proxies.h"

namespace {

using sso::front::Field;
using sso::front::TrustedProxies;

constexpr std::string_view kPeer = "10.0.0.1", kClient = "203.0.113.7";

void requireNothingGained(const TrustedProxies& proxies, const std::vector<Field>& fields) {
  const auto client = proxies.clientOf(kPeer, fields);
  sso::fuzz::require(client.address == kClient || client.address == kPeer, "the proxy's word, or the proxy itself");
  sso::fuzz::require(client.secure != true, "no https that the proxy did not see");
}

}  // namespace

/// A client writes what it likes into the forwarding fields, and the trusted proxy adds its own word behind it: in the
/// same line, in the next one, or in the other field. Nobody becomes a third address by that, and plain http stays so.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TrustedProxies proxies = *TrustedProxies::parse({"10.0.0.0/8"});
  const std::string said(sso::fuzz::textOf(data, size));
  const std::string element = "for=203.0.113.7;proto=http";
  requireNothingGained(proxies, {{"Forwarded", said + ", " + element}});
  requireNothingGained(proxies, {{"Forwarded", said}, {"Forwarded", element}});
  requireNothingGained(proxies, {{"Forwarded", said}, {"Forwarded", "for=\"203.0.113.7:4711\";proto=\"http\""}});
  requireNothingGained(proxies, {{"X-Forwarded-For", said + ", 203.0.113.7"}, {"X-Forwarded-Proto", "http"}});
  requireNothingGained(proxies,
                       {{"X-Forwarded-For", said}, {"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "http"}});
  requireNothingGained(proxies,
                       {{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "http"}, {"Forwarded", said}});
  requireNothingGained(proxies, {{"Forwarded", element}, {"X-Forwarded-For", said}});
  requireNothingGained(proxies, {{"Forwarded", element}, {"X-Forwarded-Proto", said}});
  return 0;
}
