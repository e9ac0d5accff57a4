// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// What a domain is for (CONTRACT.md 4.6).
namespace domain_type {
/// Routes sign-ins of its addresses to the organization's connection, and enforces them.
inline constexpr std::string_view kOrganization = "ORGANIZATION_DOMAIN";
/// Only offers the organization to people who are signed in; nothing is verified.
inline constexpr std::string_view kAllowedEmail = "ALLOWED_EMAIL_DOMAIN";
}  // namespace domain_type

namespace verification_status {
inline constexpr std::string_view kPending = "PENDING";
inline constexpr std::string_view kVerified = "VERIFIED";
inline constexpr std::string_view kFailed = "FAILED";
inline constexpr std::string_view kAutoVerified = "AUTO_VERIFIED";
}  // namespace verification_status

struct Domain {
  std::string id;  ///< "dom_..."
  std::string name, type, organizationId, verificationStatus, verificationMethod;
  std::string txtRecordKey, txtRecordSecret;  ///< what DNS must say; empty where Scalekit does not tell
  Time createTime, updateTime;

  /// Decides where a login goes: an organization domain whose ownership is shown.
  bool routesLogins() const;
};

struct DomainFilter {
  std::string type = {};
  std::uint32_t pageSize = 100;  ///< 1 to 100
};

/// Calls on domains. Threads, errors and ids as with Organizations.
class Domains {
 public:
  explicit Domains(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// POST /api/v1/organizations/{organization_id}/domains. The type is asked for because Scalekit does not say which
  /// one it takes without. Threat: an organization domain that is created here counts as verified at once, so the
  /// caller answers for its ownership; a customer's own claim belongs in the portal, where DNS proves it.
  /// Public mail domains and domains of others are refused with 400.
  Domain create(std::string_view organizationId, std::string_view domain, std::string_view type) const;
  /// GET /api/v1/organizations/{organization_id}/domains
  Listing<Domain> list(std::string_view organizationId, const DomainFilter& filter = {}) const;
  /// GET …/domains/{id}
  Domain get(std::string_view organizationId, std::string_view id) const;
  /// DELETE …/domains/{id}
  void remove(std::string_view organizationId, std::string_view id) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
