// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sso/error.h"

/// What the policy decided, as a value that can be compared, logged and shown in the audit trail (JIT.md part 3).
namespace sso::detail {

enum class Outcome {
  kDeny,
  kLogin,              ///< the identity's own account
  kCreate,             ///< a new account with the least role
  kLinkAfterProof,     ///< an existing account, once its owner has proven it (Decision::proven)
  kLinkAutomatically,  ///< an existing account, by the organization's rule
  kRequireEmailProof,  ///< the address must be proven first
  kRequestApproval,    ///< an administrator must agree first
  kUseInvitation,      ///< a new account with the role that the inviter chose
};
std::string_view nameOf(Outcome outcome);

/// Why nobody is signed in (yet). Stable names, in snake case, in decision.cpp; docs/ERRORS.md explains each.
enum class DenyCode {
  kNone,
  kStateNotReturned,
  kTenantMismatch,
  kStaleAssertion,
  kUnknownOrganization,
  kOrganizationSuspended,
  kSsoOff,
  kConnectionDisabled,
  kDeprovisioned,
  kAccountSuspended,
  kAccountDormant,
  kAccountGone,
  kBreakGlass,
  kNotAMember,
  kEmailMissing,
  kDomainNotOwned,
  kInvitationRequired,
  kInvitationExpired,
  kInvitationOtherAddress,
  kEmailProofRequired,
  kEmailUnverifiedAccount,
  kSubjectConflict,
  kConnectionReplaced,
  kLinkProofRequired,
  kNotProvisioned,
  kJitOff,
  kApprovalRequired,
  kApprovalDeclined,
  kSeatLimit,
  kNoDefaultRole,
  kCreationLimit,
};

/// One row of the table of refusals: the same fact for the person, for an administrator, and the way out.
struct DenyInfo {
  DenyCode code;
  std::string_view name;
  ErrorCode publicCode;
  std::string_view userText;
  std::string_view wayOut;
  std::string_view adminText;
};
const DenyInfo& describe(DenyCode code);
/// Every row, in the order of the enumeration, without kNone.
std::span<const DenyInfo> allDenials();

/// Something that an administrator, or the account's owner, should hear of although the login goes on. Kept in the
/// audit event; some are told to the host (HostAdapter::onNoticedLogin).
enum class Notice : std::uint16_t {
  kEmailChanged = 1 << 0,       ///< row 12: tell the old address
  kEmailKept = 1 << 1,          ///< row 12: a new address was asserted and not taken
  kEmailCollision = 1 << 2,     ///< row 13
  kAccountLinked = 1 << 3,      ///< row 6: linked without asking; tell the account's owner
  kGroupsMissing = 1 << 4,      ///< row 21
  kGroupsEmpty = 1 << 5,        ///< row 22: what groups had granted is revoked
  kGroupsTruncated = 1 << 6,    ///< row 23
  kGroupAboveCeiling = 1 << 7,  ///< row 24: a group's role was not granted
  kLastOwner = 1 << 8,          ///< row 25: nothing was revoked
  kLastSeat = 1 << 9,           ///< row 19: told once, by whoever takes it
};

/// "email_changed", ...; stable. nullopt: no notice has this name.
std::optional<Notice> noticeNamed(std::string_view name);

/// A set of notices that needs no memory of its own.
class Notices {
 public:
  void add(Notice notice) { bits_ = static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(notice)); }
  bool has(Notice notice) const { return (bits_ & static_cast<std::uint16_t>(notice)) != 0; }
  bool empty() const { return bits_ == 0; }
  /// The names of those that are in it, in the order of the enumeration.
  std::vector<std::string> names() const;
  /// "email_changed,groups_missing" for the audit trail.
  std::string toString() const;
  bool operator==(const Notices&) const = default;

 private:
  std::uint16_t bits_ = 0;
};

/// Which of the facts' accounts the decision is about.
enum class Whom { kNobody, kLinkedAccount, kEmailHolder, kNewAccount };

struct Decision {
  Outcome outcome = Outcome::kDeny;
  DenyCode code = DenyCode::kNone;  ///< kNone when the outcome signs somebody in
  int row = 0;                      ///< of JIT.md's table
  Whom whom = Whom::kNobody;
  bool proven = false;  ///< kLinkAfterProof: the proof was there
  bool takeEmail = false, takeDisplayName = false;
  bool relink = false;   ///< row 14: the identity of the retired connection goes when this one is linked
  bool join = false;     ///< row 8: the account becomes a member, as invited
  bool reclaim = false;  ///< row 7: everything that let somebody else into the account goes
  /// kCreate, kUseInvitation: the new account's; join: in this tenant. kLogin: what replaces the roles that single
  /// sign-on granted; nullopt: they stay.
  std::optional<std::vector<std::string>> roles;
  Notices notices;
  /// Somebody is signed in if this is applied; everything else changes nothing.
  bool signsIn() const;
  bool operator==(const Decision&) const = default;
};

}  // namespace sso::detail
