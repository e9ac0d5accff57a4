// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"

namespace sso {

/// How members of an organization may sign in.
enum class SsoMode {
  kOff,       ///< single sign-on is not offered
  kOptional,  ///< both; the e-mail address routes to single sign-on first
  kRequired,  ///< passwords are refused, except for break-glass accounts
};

/// "off", "optional", "required"; stable.
std::string_view nameOf(SsoMode mode);

/// Who says which domains an organization owns.
enum class DomainAuthority {
  kOperator,  ///< whoever runs the application wrote the list; what Scalekit knows changes nothing
  /// The domains that Scalekit has verified, as Tenants::refresh finds them. Their owner has proven them, so its
  /// connections are believed about addresses in them where the token leaves email_verified out, as most identity
  /// providers' do (CONTRACT.md 3.1; JIT.md row 4); ConnectionPolicy::trusted = false takes that away from one.
  kScalekit,
};

/// What to do with an existing, verified member account of the same address (JIT.md row 6).
enum class LinkRule { kAfterProof, kAutomatic };

/// The highest kind of role that a group may grant (JIT.md row 24). An owner is made by people only.
enum class RoleCeiling {
  kOrdinary,  ///< no role that the host calls an administrator's
  kAdmin,     ///< administrators too
};

/// Who is in this group at the identity provider has this role here (JIT.md rows 21 to 25).
struct GroupRole {
  std::string group = {};  ///< as the identity provider sends it, byte for byte; 1 to 256 bytes
  std::string role = {};   ///< the host's name of the role; 1 to 64 bytes
  bool operator==(const GroupRole&) const = default;
};

/// What one connection does otherwise than its organization; nullopt: as the organization does.
struct ConnectionPolicy {
  std::optional<bool> jitProvisioning = {}, trusted = {}, updateAttributes = {};
  std::optional<LinkRule> linkExisting = {};
  std::optional<std::string> defaultRole = {};
  std::optional<std::vector<GroupRole>> groupRoles = {};
  std::optional<bool> approvalRequired = {};  ///< of whoever comes through it the first time, where it creates accounts
  std::optional<RoleCeiling> roleCeiling = {};
  bool operator==(const ConnectionPolicy&) const = default;
};

/// JIT.md row 14: the customer has moved from one connection to another, and every subject is a new one. Between the
/// two dates an identity of the retired connection moves to the new one, matched by its external id (VerifiedIdentity),
/// or else by its confirmed address, and proven as when an account is linked. Where the two speak of different people,
/// before and after, and on any other connection, nobody is matched.
struct ConnectionMigration {
  std::string retired = {}, replacement = {};  ///< conn_..., two different ones
  TimePoint opensAt = {}, closesAt = {};       ///< whole seconds; at most 90 days apart
  bool automatic = false;                      ///< without a proof, for accounts without privileges
  bool operator==(const ConnectionMigration&) const = default;
};

/// One customer's rules. Every default is the safest that JIT.md names. Validated when it is stored.
struct OrganizationPolicy {
  SsoMode mode = SsoMode::kOptional;
  bool jitProvisioning = true;    ///< row 2: create on first login ...
  bool approvalRequired = false;  ///< ... once an administrator has agreed (AccessRequests)
  std::string defaultRole = {};   ///< row 20: empty denies creation (no_default_role)
  /// Row 4: connections whose unverified addresses in owned domains are believed
  std::vector<std::string> trustedConnections = {};
  LinkRule linkExisting = LinkRule::kAfterProof;  ///< row 6; automatic is for unprivileged accounts only
  bool updateAttributes = true;                   ///< row 1
  bool directoryActive = false;                   ///< row 16: a SCIM directory provisions; JIT is off
  /// Accounts that one connection may create in any hour, whatever its identity provider asserts; 1 to 100000
  std::uint32_t creationsPerHour = 1000;
  /// Rows 21 to 25: empty, groups mean nothing. At most 200 entries, those of all connections counted; wants a
  /// defaultRole for those whom no group gives one. A host with one role for each member takes the highest.
  std::vector<GroupRole> groupRoles = {};
  RoleCeiling roleCeiling = RoleCeiling::kOrdinary;  ///< row 24; what groups grant above it is ignored
  std::uint32_t seatLimit = 0;                       ///< row 19: members at most, 0: no limit; at most 1000000
  /// Overrides by connection (conn_...); at most 50
  std::map<std::string, ConnectionPolicy> connections = {};
  std::vector<ConnectionMigration> migrations = {};  ///< row 14; at most 10, each connection is retired once
  DomainAuthority domainAuthority = DomainAuthority::kOperator;
  /// Row 32: an account that nobody has used for so many days is locked, its owner told 14 days before; 30 to 1095, 0:
  /// off, the default, so that a policy that was stored before this rule changes nothing (NIST's example is 120). Holds
  /// where no directory is active and the host reports AccountFacts::mayBeDeactivated; needs somebody who calls
  /// Dormancy::run.
  std::uint32_t dormantAfterDays = 0;
  bool operator==(const OrganizationPolicy&) const = default;
};

/// Every problem with these rules as a whole, in words for the person who wrote them; empty when they are sound.
std::vector<std::string> problemsOf(const OrganizationPolicy& policy);

}  // namespace sso
