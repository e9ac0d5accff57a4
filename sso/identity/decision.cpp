// SPDX-License-Identifier: Apache-2.0
#include "identity/decision.h"

#include <array>
#include <utility>

namespace sso::detail {
namespace {

constexpr std::array kDenials{
    DenyInfo{DenyCode::kStateNotReturned, "state_not_returned", ErrorCode::kLoginFailed,
             "This sign-in did not begin in this browser.", "Start the sign-in again from the application.",
             "A login was decided without our own state; this is a defect of the embedding, please report it."},
    DenyInfo{DenyCode::kTenantMismatch, "tenant_mismatch", ErrorCode::kLoginFailed,
             "The sign-in came back for another organization than the one you started with.",
             "Start again and choose your own organization's sign-in.",
             "Security event: the token names another organization or connection than the login began with."},
    DenyInfo{DenyCode::kStaleAssertion, "stale_assertion", ErrorCode::kLoginFailed,
             "Your organization's answer was too old, or its clock is wrong.", "Sign in again.",
             "The assertion is older than allowed or from the future; compare the identity provider's clock."},
    DenyInfo{DenyCode::kUnknownOrganization, "unknown_organization", ErrorCode::kNotAllowed,
             "Your organization is not known here.", "Ask your administrator whether single sign-on is set up.",
             "The token's organization is not stored here; create it with its Scalekit organization id."},
    DenyInfo{DenyCode::kOrganizationSuspended, "organization_suspended", ErrorCode::kNotAllowed,
             "Your organization's access is suspended.", "Ask your administrator to have it restored.",
             "The organization is suspended; nobody of it can sign in until it is active again."},
    DenyInfo{DenyCode::kSsoOff, "sso_off", ErrorCode::kNotAllowed,
             "Single sign-on is switched off for your organization.", "Sign in another way, or ask your administrator.",
             "The organization's policy says that single sign-on is off."},
    DenyInfo{DenyCode::kConnectionDisabled, "connection_disabled", ErrorCode::kNotAllowed,
             "Your organization's single sign-on is not switched on.",
             "Ask your administrator to switch the connection on.",
             "Scalekit knows no active connection for this login; complete and enable it in the portal."},
    DenyInfo{DenyCode::kDeprovisioned, "deprovisioned", ErrorCode::kAccountDisabled,
             "Your account has been removed by your organization.", "Ask your administrator to restore it.",
             "The person was deprovisioned; reactivate them in the directory, or restore the account in the settings, "
             "under People."},
    DenyInfo{DenyCode::kAccountSuspended, "account_suspended", ErrorCode::kAccountDisabled,
             "Your account is suspended.", "Ask your administrator to restore it.",
             "The local account is suspended; nothing of it was changed. Restore it in the settings, under People."},
    DenyInfo{
        DenyCode::kAccountDormant, "account_dormant", ErrorCode::kAccountDisabled,
        "Your account was not used for a long time and is locked.", "Ask your administrator to restore it.",
        "The account was unused for longer than the organization allows. Restore it in the settings, under People; "
        "where it is not locked yet, suspend it first."},
    DenyInfo{DenyCode::kAccountGone, "account_gone", ErrorCode::kAccountDisabled, "Your account no longer exists.",
             "Ask your administrator to restore it or to remove the old connection to it.",
             "The identity is tied to an account that the application has deleted; unlink it (IdentityLinks) to allow "
             "a new one."},
    DenyInfo{DenyCode::kBreakGlass, "break_glass", ErrorCode::kNotAllowed,
             "This account cannot be used with single sign-on.", "Sign in with its password.",
             "Break-glass accounts are never linked, synchronised or signed in through an identity provider."},
    DenyInfo{DenyCode::kNotAMember, "not_a_member", ErrorCode::kNotAllowed,
             "Your account does not belong to this organization.",
             "Sign in as before and accept an invitation of the organization first.",
             "An account with this address exists outside the organization; invite it, it is never linked by address."},
    DenyInfo{DenyCode::kEmailMissing, "email_missing", ErrorCode::kNotAllowed,
             "Your organization did not send a usable e-mail address.",
             "Ask your administrator to send your e-mail address with the sign-in.",
             "The identity provider sent no e-mail address, or a malformed one; check the attribute mapping."},
    DenyInfo{DenyCode::kDomainNotOwned, "domain_not_owned", ErrorCode::kNotAllowed,
             "Your e-mail address is not in a domain of this organization.",
             "Ask your administrator for an invitation.",
             "The asserted domain is not verified for this organization; verify the domain or invite the person."},
    DenyInfo{DenyCode::kInvitationRequired, "invitation_required", ErrorCode::kNotAllowed,
             "You have been invited, and the invitation has to be accepted first.", "Open the link in your invitation.",
             "A guest must accept the invitation before the first sign-in through single sign-on."},
    DenyInfo{DenyCode::kInvitationExpired, "invitation_expired", ErrorCode::kNotAllowed,
             "Your invitation is no longer valid.", "Ask whoever invited you for a new one.",
             "The invitation has expired, or its role is none that the application grants any more; send a new one."},
    DenyInfo{DenyCode::kInvitationOtherAddress, "invitation_other_address", ErrorCode::kNotAllowed,
             "The invitation is for another e-mail address than the one you signed in with.",
             "Sign in as the person who was invited, or ask for an invitation of your own.",
             "Somebody used an invitation that was sent to another address; it stays open for whom it is meant for."},
    DenyInfo{DenyCode::kEmailProofRequired, "email_proof_required", ErrorCode::kNotAllowed,
             "Your organization did not confirm your e-mail address.",
             "Ask your administrator to confirm addresses with the sign-in, or to trust this connection.",
             "email_verified is missing or false and the connection is not marked trusted for its own domains."},
    DenyInfo{DenyCode::kEmailUnverifiedAccount, "email_unverified_account", ErrorCode::kNotAllowed,
             "An account with your address exists, but nobody has confirmed the address yet.",
             "Confirm the address of that account, or ask your administrator to remove it.",
             "An unconfirmed local account holds the address; it is never linked (it may be somebody else's)."},
    DenyInfo{DenyCode::kSubjectConflict, "subject_conflict", ErrorCode::kNotAllowed,
             "Your address belongs to an account of somebody else in your organization.",
             "Ask your administrator: the address may have been given to a new person.",
             "The account is tied to another subject of this connection (a recycled address?). If the account is to be "
             "this person's, disconnect the other sign-in in the settings, under People."},
    DenyInfo{DenyCode::kConnectionReplaced, "connection_replaced", ErrorCode::kNotAllowed,
             "Your organization changed its sign-in system, and your account was not carried over yet.",
             "Ask your administrator to carry the accounts over.",
             "The account is tied to the connection that this one replaced; open a migration window."},
    DenyInfo{DenyCode::kLinkProofRequired, "link_proof_required", ErrorCode::kNotAllowed,
             "An account with your address exists and was not confirmed as yours.",
             "Start the sign-in again and confirm it with the account's password.",
             "The existing account is linked only after its owner has signed in to it in the same browser."},
    DenyInfo{DenyCode::kNotProvisioned, "not_provisioned", ErrorCode::kNotAllowed,
             "Your organization has not given you access yet.", "Ask your administrator to assign the application.",
             "A directory provisions this organization and does not know the person; assign them there."},
    DenyInfo{DenyCode::kJitOff, "jit_off", ErrorCode::kNotAllowed,
             "You have no account here, and your organization creates accounts by hand.",
             "Ask your administrator for an account.", "Creation at first login is switched off for the organization."},
    DenyInfo{DenyCode::kApprovalRequired, "approval_required", ErrorCode::kNotAllowed,
             "An administrator of your organization has to approve your access first.",
             "They can see that you asked. Sign in again once they have agreed.",
             "The organization's policy asks for approval of new people; decide in the settings, under Requests."},
    DenyInfo{DenyCode::kApprovalDeclined, "approval_declined", ErrorCode::kNotAllowed,
             "An administrator of your organization has declined your access.", "Ask them, if that was a mistake.",
             "Somebody declined this person's request; it can still be approved in the settings, under Requests."},
    DenyInfo{DenyCode::kSeatLimit, "seat_limit", ErrorCode::kNotAllowed, "Your organization has no seat left.",
             "Ask your administrator for a seat.", "The seat limit is reached; nobody was removed."},
    DenyInfo{DenyCode::kNoDefaultRole, "no_default_role", ErrorCode::kNotAllowed,
             "Your organization's setup is not complete, so no account could be made.",
             "Ask your administrator to choose a default role.",
             "The default role is missing or unknown to the application; choose one that exists."},
    DenyInfo{DenyCode::kCreationLimit, "creation_limit", ErrorCode::kNotAllowed,
             "Your organization has added very many new people within an hour.",
             "Try again in an hour, or ask your administrator.",
             "Alarm: the connection created as many accounts within an hour as its policy allows. Look at the identity "
             "provider first; if it is right, raise creations_per_hour."},
};

constexpr std::array<std::pair<Notice, std::string_view>, 10> kNoticeNames{{
    {Notice::kEmailChanged, "email_changed"},
    {Notice::kEmailKept, "email_kept"},
    {Notice::kEmailCollision, "email_collision"},
    {Notice::kAccountLinked, "account_linked"},
    {Notice::kGroupsMissing, "groups_missing"},
    {Notice::kGroupsEmpty, "groups_empty"},
    {Notice::kGroupsTruncated, "groups_truncated"},
    {Notice::kGroupAboveCeiling, "group_above_ceiling"},
    {Notice::kLastOwner, "last_owner"},
    {Notice::kLastSeat, "last_seat"},
}};

}  // namespace

std::span<const DenyInfo> allDenials() { return kDenials; }

const DenyInfo& describe(DenyCode code) {
  for (const auto& info : kDenials) {
    if (info.code == code) return info;
  }
  throw Error(ErrorCode::kInternal, "internal", "no text for this deny code");
}

std::string_view nameOf(Outcome outcome) {
  switch (outcome) {
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
  return "deny";
}

std::optional<Notice> noticeNamed(std::string_view name) {
  for (const auto& [notice, word] : kNoticeNames) {
    if (word == name) return notice;
  }
  return std::nullopt;
}

std::vector<std::string> Notices::names() const {
  std::vector<std::string> found;
  for (const auto& [notice, name] : kNoticeNames) {
    if (has(notice)) found.emplace_back(name);
  }
  return found;
}

std::string Notices::toString() const {
  std::string text;
  for (const auto& [notice, name] : kNoticeNames) {
    if (!has(notice)) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

bool Decision::signsIn() const {
  switch (outcome) {
    case Outcome::kLogin:
    case Outcome::kCreate:
    case Outcome::kLinkAutomatically:
    case Outcome::kUseInvitation:
      return true;
    case Outcome::kLinkAfterProof:
      return proven;
    default:
      return false;
  }
}

}  // namespace sso::detail
