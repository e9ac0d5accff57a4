// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "sso/identity.h"

/// A canonical address is canonical: lower-case ASCII, one '@', a domain that is canonical too.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view text = sso::fuzz::textOf(data, size);
  if (const auto address = sso::canonicalEmail(text)) {
    require(address->size() <= 254, "length");
    for (const char c : *address) require(c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'), "lower-case ASCII");
    require(address->find('@') == address->rfind('@') && address->find('@') > 0, "one '@'");
    require(sso::canonicalEmail(*address) == address, "canonical form is a fixed point");
    require(sso::canonicalDomain(sso::domainOf(*address)) == sso::domainOf(*address), "canonical domain");
  }
  if (const auto domain = sso::canonicalDomain(text)) {
    require(domain->size() <= 253 && domain->find('.') != std::string::npos, "a domain of two labels or more");
    require(sso::canonicalDomain(*domain) == domain, "canonical domain is a fixed point");
    sso::isPublicMailDomain(*domain);
  }
  return 0;
}
