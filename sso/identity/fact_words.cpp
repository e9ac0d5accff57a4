// SPDX-License-Identifier: Apache-2.0
// One switch for each enumeration, so that the compiler names the one that a new value is missing from.
#include "identity/fact_words.h"

namespace sso::detail {

std::string_view wordOf(LoginOrigin value) {
  switch (value) {
    case LoginOrigin::kServiceProvider:
      return "application";
    case LoginOrigin::kIdentityProvider:
      return "identity_provider";
  }
  return {};
}

std::string_view wordOf(OrganizationStanding value) {
  switch (value) {
    case OrganizationStanding::kUnknown:
      return "unknown";
    case OrganizationStanding::kActive:
      return "active";
    case OrganizationStanding::kSuspended:
      return "suspended";
  }
  return {};
}

std::string_view wordOf(ConnectionStanding value) {
  switch (value) {
    case ConnectionStanding::kUnknown:
      return "unknown";
    case ConnectionStanding::kActive:
      return "active";
    case ConnectionStanding::kInactive:
      return "inactive";
  }
  return {};
}

std::string_view wordOf(SsoMode value) {
  switch (value) {
    case SsoMode::kOff:
      return "off";
    case SsoMode::kOptional:
      return "optional";
    case SsoMode::kRequired:
      return "required";
  }
  return {};
}

std::string_view wordOf(LinkRule value) {
  switch (value) {
    case LinkRule::kAfterProof:
      return "after_proof";
    case LinkRule::kAutomatic:
      return "automatic";
  }
  return {};
}

std::string_view wordOf(DefaultRole value) {
  switch (value) {
    case DefaultRole::kMissing:
      return "missing";
    case DefaultRole::kUnknown:
      return "unknown";
    case DefaultRole::kKnown:
      return "known";
  }
  return {};
}

std::string_view wordOf(Approval value) {
  switch (value) {
    case Approval::kNone:
      return "none";
    case Approval::kPending:
      return "pending";
    case Approval::kGranted:
      return "granted";
    case Approval::kDeclined:
      return "declined";
  }
  return {};
}

std::string_view wordOf(Seats value) {
  switch (value) {
    case Seats::kFree:
      return "free";
    case Seats::kLast:
      return "last";
    case Seats::kFull:
      return "full";
    case Seats::kUnknown:
      return "unknown";
  }
  return {};
}

std::string_view wordOf(Creations value) {
  switch (value) {
    case Creations::kAllowed:
      return "allowed";
    case Creations::kSpent:
      return "spent";
  }
  return {};
}

std::string_view wordOf(EmailAssertion value) {
  switch (value) {
    case EmailAssertion::kAbsent:
      return "absent";
    case EmailAssertion::kMalformed:
      return "malformed";
    case EmailAssertion::kValid:
      return "valid";
  }
  return {};
}

std::string_view wordOf(EmailVerification value) {
  switch (value) {
    case EmailVerification::kAbsent:
      return "absent";
    case EmailVerification::kNo:
      return "no";
    case EmailVerification::kYes:
      return "yes";
  }
  return {};
}

std::string_view wordOf(DomainOwner value) {
  switch (value) {
    case DomainOwner::kNotThisOrganization:
      return "not_this_organization";
    case DomainOwner::kPublicMail:
      return "public_mail";
    case DomainOwner::kThisOrganization:
      return "this_organization";
  }
  return {};
}

std::string_view wordOf(GroupsAssertion value) {
  switch (value) {
    case GroupsAssertion::kAbsent:
      return "absent";
    case GroupsAssertion::kEmpty:
      return "empty";
    case GroupsAssertion::kList:
      return "list";
    case GroupsAssertion::kTruncated:
      return "truncated";
  }
  return {};
}

std::string_view wordOf(RoleCeiling value) {
  switch (value) {
    case RoleCeiling::kOrdinary:
      return "ordinary";
    case RoleCeiling::kAdmin:
      return "admin";
  }
  return {};
}

std::string_view wordOf(RoleKind value) {
  switch (value) {
    case RoleKind::kUnknown:
      return "unknown";
    case RoleKind::kOrdinary:
      return "ordinary";
    case RoleKind::kAdmin:
      return "admin";
    case RoleKind::kOwner:
      return "owner";
  }
  return {};
}

std::string_view wordOf(DirectoryRecord value) {
  switch (value) {
    case DirectoryRecord::kNone:
      return "none";
    case DirectoryRecord::kActive:
      return "active";
    case DirectoryRecord::kDeprovisioned:
      return "deprovisioned";
  }
  return {};
}

std::string_view wordOf(InvitationStanding value) {
  switch (value) {
    case InvitationStanding::kNone:
      return "none";
    case InvitationStanding::kOpen:
      return "open";
    case InvitationStanding::kAccepted:
      return "accepted";
    case InvitationStanding::kOtherAddress:
      return "other_address";
    case InvitationStanding::kExpired:
      return "expired";
  }
  return {};
}

std::string_view wordOf(HolderIdentities value) {
  switch (value) {
    case HolderIdentities::kNone:
      return "none";
    case HolderIdentities::kSameConnection:
      return "same_connection";
    case HolderIdentities::kOtherConnection:
      return "other_connection";
    case HolderIdentities::kRetiredConnection:
      return "retired_connection";
  }
  return {};
}

std::string_view wordOf(Migration value) {
  switch (value) {
    case Migration::kClosed:
      return "closed";
    case Migration::kAfterProof:
      return "after_proof";
    case Migration::kAutomatic:
      return "automatic";
  }
  return {};
}

std::string_view wordOf(AccountState value) {
  switch (value) {
    case AccountState::kActive:
      return "active";
    case AccountState::kSuspended:
      return "suspended";
    case AccountState::kDeprovisioned:
      return "deprovisioned";
  }
  return {};
}

std::string_view wordOf(Outcome value) {
  switch (value) {
    case Outcome::kDeny:
      return "deny";
    case Outcome::kLogin:
      return "login";
    case Outcome::kCreate:
      return "create";
    case Outcome::kLinkAfterProof:
      return "link_after_proof";
    case Outcome::kLinkAutomatically:
      return "link_automatically";
    case Outcome::kRequireEmailProof:
      return "require_email_proof";
    case Outcome::kRequestApproval:
      return "request_approval";
    case Outcome::kUseInvitation:
      return "use_invitation";
  }
  return {};
}

std::string_view wordOf(Whom value) {
  switch (value) {
    case Whom::kNobody:
      return "nobody";
    case Whom::kLinkedAccount:
      return "linked_account";
    case Whom::kEmailHolder:
      return "email_holder";
    case Whom::kNewAccount:
      return "new_account";
  }
  return {};
}

std::string_view wordOf(DenyCode value) {
  if (value == DenyCode::kNone) return "none";
  for (const auto& info : allDenials()) {
    if (info.code == value) return info.name;
  }
  return {};
}

}  // namespace sso::detail
