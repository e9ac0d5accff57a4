// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/runtime.h"

/// Everything that the decision may know, normalised once (JIT.md, part 1). Nothing else is read. What this version
/// cannot learn yet keeps its neutral value; the policy already knows what to do with the others.
namespace sso::detail {

/// Who asked for this login.
enum class LoginOrigin {
  kServiceProvider,   ///< it began in the application
  kIdentityProvider,  ///< a tile at the identity provider, turned into a login of ours (JIT.md row 26)
};

enum class OrganizationStanding { kUnknown, kActive, kSuspended };
/// kUnknown: Scalekit could not be asked; the stored organization decides.
enum class ConnectionStanding { kUnknown, kActive, kInactive };
enum class EmailAssertion { kAbsent, kMalformed, kValid };
/// Three values on purpose: absent is not false, and neither is true (CONTRACT.md 3.1).
enum class EmailVerification { kAbsent, kNo, kYes };
enum class DomainOwner { kNotThisOrganization, kPublicMail, kThisOrganization };
/// Absent is not the same as empty (JIT.md rows 21-23).
enum class GroupsAssertion { kAbsent, kEmpty, kList, kTruncated };
enum class DirectoryRecord { kNone, kActive, kDeprovisioned };
/// What an invitation of this organization, through this connection, says of the person (rows 3, 5, 8 and 28).
enum class InvitationStanding {
  kNone,
  kOpen,          ///< one was sent to the asserted address, and this login did not begin with its link
  kAccepted,      ///< this login began with the link, and nothing that is asserted contradicts its address
  kOtherAddress,  ///< this login began with the link of an invitation for somebody else's address
  kExpired,       ///< the link's, or the one for the asserted address; or the host does not grant its role any more
};
/// Row 2, where the organization wants an administrator to agree first.
enum class Approval { kNone, kPending, kGranted, kDeclined };
/// kLast: the account that is created now takes the last one. kUnknown: a limit that nobody can count.
enum class Seats { kFree, kLast, kFull, kUnknown };
/// What the connection may still create this hour (JIT.md part 9).
enum class Creations { kAllowed, kSpent };
enum class DefaultRole { kMissing, kUnknown, kKnown };
/// Where the account that holds the asserted address is already known from.
enum class HolderIdentities {
  kNone,              ///< it never signed in through single sign-on
  kSameConnection,    ///< another subject of this very connection (JIT.md row 9)
  kOtherConnection,   ///< another connection (row 11)
  kRetiredConnection  ///< a connection of this organization that this one replaced (row 14)
};
/// JIT.md row 14: may an identity of a retired connection move to this one now?
enum class Migration { kClosed, kAfterProof, kAutomatic };

/// A role that one of the person's groups maps to.
struct MappedRole {
  std::string role;
  RoleKind kind = RoleKind::kUnknown;
};

/// The account's owner proved, on this request and in the browser that signed in, that the account is theirs.
struct LinkProof {
  std::string accountId;
  TimePoint provenAt;
};

/// A one-time link that was mailed to this address came back to the browser that signed in (JIT.md part 4).
struct EmailProof {
  std::string email;  ///< canonical
  TimePoint provenAt;
};

struct Facts {
  // How the login began and came back.
  LoginOrigin origin = LoginOrigin::kServiceProvider;
  bool stateReturned = false;        ///< our own state came back to the browser that we gave it to
  bool organizationMatches = false;  ///< oid is the organization we started with, or none was named
  bool connectionMatches = false;    ///< the same for the connection
  // Clock: the assertion's times, when it was verified, and now (later than that when a proof was waited for).
  TimePoint issuedAt, authenticatedAt, verifiedAt, now;
  std::chrono::seconds clockSkew{60}, maxAssertionAge{600};
  // Organization, connection and what they allow.
  OrganizationStanding organization = OrganizationStanding::kUnknown;
  ConnectionStanding connection = ConnectionStanding::kUnknown;
  SsoMode mode = SsoMode::kOff;
  bool jitProvisioning = false, approvalRequired = false, updateAttributes = false, directoryActive = false;
  bool connectionTrusted = false;  ///< row 4
  /// Row 4: the organization has proven its domains at Scalekit, so its connection is believed about them where the
  /// token says nothing of a verification; what it calls unverified stays so.
  bool believedWhenSilent = false;
  LinkRule linkExisting = LinkRule::kAfterProof;
  DefaultRole defaultRole = DefaultRole::kMissing;
  std::string defaultRoleName;
  Approval approval = Approval::kNone;
  Seats seats = Seats::kFree;
  Creations creations = Creations::kAllowed;
  // What the identity provider says of the person.
  EmailAssertion email = EmailAssertion::kAbsent;
  EmailVerification emailVerified = EmailVerification::kAbsent;
  DomainOwner emailDomain = DomainOwner::kNotThisOrganization;
  GroupsAssertion groups = GroupsAssertion::kAbsent;
  // What the organization makes of the groups (rows 21-25).
  bool groupMappingConfigured = false;
  RoleCeiling roleCeiling = RoleCeiling::kOrdinary;
  std::vector<MappedRole> mappedRoles;   ///< of the asserted groups, in the policy's order
  std::optional<SsoRoles> grantedRoles;  ///< of the linked account; nullopt: not single sign-on's to change
  // What the stores know.
  DirectoryRecord directory = DirectoryRecord::kNone;
  InvitationStanding invitation = InvitationStanding::kNone;
  std::string invitationRole;                             ///< what the inviter granted, where it is kAccepted
  bool tombstone = false;                                 ///< this subject was deprovisioned for good
  bool identityKnown = false;                             ///< (issuer, connection, subject) is tied to an account ...
  bool identityOfThisOrganization = false;                ///< ... under this organization
  std::optional<AccountFacts> linked;                     ///< that account; nullopt once the host deleted it
  bool linkedDormant = false;                             ///< row 32
  bool linkedEmailOwned = false;                          ///< its present address is in a domain of this organization
  bool emailDiffers = false, displayNameDiffers = false;  ///< asserted value against the linked account's
  std::optional<AccountFacts> holder;                     ///< the account that holds the asserted address
  HolderIdentities holderIdentities = HolderIdentities::kNone;
  bool holderElsewhere = false;  ///< the holder signs in through another organization, too
  bool holderDormant = false;    ///< row 32, as linkedDormant: a new subject opens no account that is locked
  /// Row 14: the holder does not have the asserted address; its identity of the retired connection has the same
  /// external id. An EmailProof of the asserted address then says nothing of the holder; one of the holder's own is
  /// below.
  bool holderByExternalId = false;
  std::optional<TimePoint> holderAddressProvenAt;
  bool externalIdContradicts = false;  ///< row 14: the address and the external id speak of two different people
  bool externalIdAmbiguous = false;    ///< row 14: two retired identities have it, so it names nobody
  Migration migration = Migration::kClosed;
  std::optional<LinkProof> proof;
  std::optional<TimePoint> addressProvenAt;  ///< an EmailProof of the very address that the holder was looked up by
};

}  // namespace sso::detail
