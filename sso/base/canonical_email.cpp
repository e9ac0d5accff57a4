// SPDX-License-Identifier: Apache-2.0
#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/ascii_case.h"
#include "sso/identity.h"
#include "sso/utf8.h"

namespace sso {
namespace {

constexpr std::size_t kMaxAddressBytes = 254;  // RFC 5321 4.5.3.1.3, less the angle brackets
constexpr std::size_t kMaxLocalPartBytes = 64;
constexpr std::size_t kMaxDomainBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLowerLetter(char c) { return c >= 'a' && c <= 'z'; }
bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::vector<std::string_view> labelsOf(std::string_view domain) {
  std::vector<std::string_view> labels;
  labels.reserve(4);
  while (true) {
    const std::size_t dot = domain.find('.');
    labels.push_back(domain.substr(0, dot));
    if (dot == std::string_view::npos) return labels;
    domain.remove_prefix(dot + 1);
  }
}

/// RFC 5322 3.2.3, dot-atom: atext, and dots only between.
bool isDotAtom(std::string_view local) {
  constexpr std::string_view kOtherAtext = "!#$%&'*+-/=?^_`{|}~.";
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) return false;
  return std::all_of(local.begin(), local.end(), [&](char c) {
    return isLowerLetter(lower(c)) || isDigit(c) || kOtherAtext.find(c) != std::string_view::npos;
  });
}

bool isLdhLabel(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabelBytes || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) { return isLowerLetter(c) || isDigit(c) || c == '-'; });
}

/// Lower-case ASCII labels, at least two, the last one no number (that would be an IP address).
bool isDomainName(std::string_view domain) {
  if (domain.size() > kMaxDomainBytes) return false;
  const auto labels = labelsOf(domain);
  const std::string_view top = labels.back();
  return labels.size() >= 2 && std::all_of(labels.begin(), labels.end(), isLdhLabel) &&
         !std::all_of(top.begin(), top.end(), isDigit);
}

/// The ASCII form by IDNA 2008 (RFC 5891 5), UTS 46 non-transitional. libidn2 also checks that an A-label is the one
/// spelling of its U-label.
std::optional<std::string> asciiForm(const std::string& domain) {
  std::uint8_t* found = nullptr;
  const int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES;
  const int status = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(domain.c_str()), &found, flags);
  const std::unique_ptr<std::uint8_t, decltype(&idn2_free)> owner(found, &idn2_free);
  if (status != IDN2_OK || found == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(found));
}

/// UTS 46 also maps: a full-width letter, the Kelvin sign or a soft hyphen would turn into or vanish from a plain ASCII
/// name that belongs to somebody else. A label that was not ASCII must come out as an A-label, and none may appear
/// (other scripts have full stops of their own).
bool mapsLabelByLabel(std::string_view from, std::string_view to) {
  const auto before = labelsOf(from);
  const auto after = labelsOf(to);
  if (before.size() != after.size()) return false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!isAscii(before[i]) && !after[i].starts_with("xn--")) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> canonicalDomain(std::string_view domain) {
  if (domain.empty() || domain.size() > kMaxDomainBytes) return std::nullopt;
  if (!isUtf8(domain) || !hasNoControls(domain)) return std::nullopt;
  std::string canonical = detail::inLowerCase(domain);
  if (!isAscii(canonical) || canonical.find("xn--") != std::string::npos) {
    auto ascii = asciiForm(canonical);
    if (!ascii || !mapsLabelByLabel(canonical, *ascii)) return std::nullopt;
    canonical = std::move(*ascii);
  }
  if (!isDomainName(canonical)) return std::nullopt;
  return canonical;
}

std::optional<std::string> canonicalEmail(std::string_view address) {
  if (address.size() > kMaxAddressBytes) return std::nullopt;
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos || address.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  const std::string_view local = address.substr(0, at);
  if (local.empty() || local.size() > kMaxLocalPartBytes || !isDotAtom(local)) return std::nullopt;
  const auto domain = canonicalDomain(address.substr(at + 1));
  if (!domain) return std::nullopt;
  std::string canonical = detail::inLowerCase(local) + "@" + *domain;
  if (canonical.size() > kMaxAddressBytes) return std::nullopt;  // the ASCII form may be the longer one
  return canonical;
}

std::string_view domainOf(std::string_view canonicalAddress) {
  const std::size_t at = canonicalAddress.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : canonicalAddress.substr(at + 1);
}

}  // namespace sso
