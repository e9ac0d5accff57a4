// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sso {

/// How members of an organization may sign in.
enum class SsoMode {
  kOff,       ///< single sign-on is not offered
  kOptional,  ///< both; the e-mail address routes to single sign-on first
  kRequired,  ///< passwords are refused, except for break-glass accounts
};

/// "off", "optional", "required"; stable.
std::string_view nameOf(SsoMode mode);

/// Suspended organizations are refused before the redirect and again at the callback (JIT.md row 17).
enum class OrganizationStatus { kActive, kSuspended };

/// What to do with an existing, verified member account of the same address (JIT.md row 6).
enum class LinkRule { kAfterProof, kAutomatic };

/// Who says which domains an organization owns.
enum class DomainAuthority {
  kOperator,  ///< whoever runs the application wrote the list; what Scalekit knows changes nothing
  kScalekit,  ///< the domains that Scalekit has verified, as Tenants::refresh finds them
};

/// One customer's rules. Every default is the safest that JIT.md names. Validated when it is stored.
struct OrganizationPolicy {
  SsoMode mode = SsoMode::kOptional;
  bool jitProvisioning = true;   ///< row 2: create on first login
  std::string defaultRole = {};  ///< row 20: empty denies creation (no_default_role)
  /// Row 4: connections whose unverified addresses in owned domains are believed
  std::vector<std::string> trustedConnections = {};
  LinkRule linkExisting = LinkRule::kAfterProof;  ///< row 6; automatic is for unprivileged accounts only
  bool updateAttributes = true;                   ///< row 1
  bool directoryActive = false;                   ///< row 16: a SCIM directory provisions; JIT is off
  /// Accounts that one connection may create in any hour, whatever its identity provider asserts; 1 to 100000
  std::uint32_t creationsPerHour = 1000;
  DomainAuthority domainAuthority = DomainAuthority::kOperator;
};

/// What the module knows of one Scalekit organization.
struct Organization {
  std::string id = {};        ///< Scalekit's org_..., 1 to 64 bytes
  std::string tenantId = {};  ///< the host's own id of the customer; unique
  std::string displayName = {};
  OrganizationStatus status = OrganizationStatus::kActive;
  /// Verified, canonical; each belongs to one organization; never a public mail domain
  std::vector<std::string> domains = {};
  OrganizationPolicy policy = {};
  std::int64_t version = 0;  ///< of what is stored; grows with each change; 0: not stored yet
};

/// Every problem with this organization's data, in words for the person who wrote it; empty when it is sound.
std::vector<std::string> problemsOf(const Organization& organization);

}  // namespace sso
