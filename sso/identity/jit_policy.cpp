// SPDX-License-Identifier: Apache-2.0
#include "identity/jit_policy.h"

#include "identity/role_rules.h"

namespace sso::detail {
namespace {

// Each rule looks at one situation: it decides, or passes on with nullopt. Comments name the rows of JIT.md.
using Verdict = std::optional<Decision>;

Decision deny(int row, DenyCode code, Outcome outcome = Outcome::kDeny) {
  Decision decision;
  decision.outcome = outcome;
  decision.code = code;
  decision.row = row;
  return decision;
}

Decision allow(int row, Outcome outcome, Whom whom) {
  Decision decision;
  decision.outcome = outcome;
  decision.row = row;
  decision.whom = whom;
  return decision;
}

// ---- safety gates: their order is fixed and no setting switches one off -------------------------------------------

/// Row 26: what began elsewhere is nothing until our own state came back to the browser that we gave it to.
Verdict ownStateReturned(const Facts& facts) {
  if (facts.stateReturned) return std::nullopt;
  return deny(26, DenyCode::kStateNotReturned);
}

/// Row 30: no mix-up of organizations or connections; an organization that we do not know owns nothing here.
Verdict sameTenant(const Facts& facts) {
  if (!facts.organizationMatches || !facts.connectionMatches) return deny(30, DenyCode::kTenantMismatch);
  if (facts.organization == OrganizationStanding::kUnknown) return deny(30, DenyCode::kUnknownOrganization);
  return std::nullopt;
}

/// Row 31: neither older than allowed nor from the future, by the clock of the moment of verification.
Verdict freshAssertion(const Facts& facts) {
  const bool tooOld = facts.verifiedAt - facts.issuedAt > facts.maxAssertionAge + facts.clockSkew;
  const auto latest = facts.verifiedAt + facts.clockSkew;
  if (tooOld || facts.issuedAt > latest || facts.authenticatedAt > latest) return deny(31, DenyCode::kStaleAssertion);
  return std::nullopt;
}

/// Row 17, asked again after the browser came back.
Verdict openForBusiness(const Facts& facts) {
  const auto code = refusalBeforeRedirect(facts.organization, facts.mode, facts.connection);
  if (code == DenyCode::kNone) return std::nullopt;
  return deny(17, code);
}

/// Row 15: a directory's word outlives everything that an identity provider says later.
Verdict notDeprovisioned(const Facts& facts) {
  if (facts.tombstone || facts.directory == DirectoryRecord::kDeprovisioned) return deny(15, DenyCode::kDeprovisioned);
  return std::nullopt;
}

// ---- the identity's own account -----------------------------------------------------------------------------------

/// Rows 27, 18 and 15: what no account may be signed in to, whoever asks.
Verdict closedAccount(const AccountFacts& account) {
  if (account.breakGlass) return deny(27, DenyCode::kBreakGlass);
  if (account.state == AccountState::kSuspended) return deny(18, DenyCode::kAccountSuspended);
  if (account.state != AccountState::kActive) return deny(15, DenyCode::kDeprovisioned);
  return std::nullopt;
}

/// Row 8 before them: a stranger's account is not described.
Verdict usableAccount(const AccountFacts& account) {
  if (!account.member) return deny(8, DenyCode::kNotAMember);
  return closedAccount(account);
}

/// Row 4: may the asserted address be believed? Never outside the organization's own verified domains.
bool emailBelieved(const Facts& facts) {
  return facts.email == EmailAssertion::kValid && facts.emailDomain == DomainOwner::kThisOrganization &&
         (facts.emailVerified == EmailVerification::kYes || facts.connectionTrusted ||
          (facts.emailVerified == EmailVerification::kAbsent && facts.believedWhenSilent));
}

/// Rows 12 and 13. The address moves only between the organization's own domains: otherwise one of an account's
/// organizations could move its mail away from the others.
void considerNewEmail(const Facts& facts, Decision& decision) {
  if (!facts.emailDiffers || facts.email != EmailAssertion::kValid) return;
  if (facts.holder) {
    decision.notices.add(Notice::kEmailCollision);
  } else if (emailBelieved(facts) && facts.linkedEmailOwned) {
    decision.takeEmail = true;
    decision.notices.add(Notice::kEmailChanged);
  } else {
    decision.notices.add(Notice::kEmailKept);
  }
}

/// Rows 1, 10, 12, 13 and 32: a known identity uses its account and no other.
Verdict knownIdentity(const Facts& facts) {
  if (!facts.identityKnown) return std::nullopt;
  if (!facts.identityOfThisOrganization) return deny(30, DenyCode::kTenantMismatch);
  if (!facts.linked) return deny(15, DenyCode::kAccountGone);
  if (auto refused = usableAccount(*facts.linked)) return refused;
  if (facts.linkedDormant && !facts.directoryActive) return deny(32, DenyCode::kAccountDormant);
  auto decision = allow(1, Outcome::kLogin, Whom::kLinkedAccount);
  if (facts.updateAttributes) {
    considerNewEmail(facts, decision);
    decision.takeDisplayName = facts.displayNameDiffers;
    if (facts.emailDiffers && facts.email == EmailAssertion::kValid) decision.row = facts.holder ? 13 : 12;
  }
  decideChangedRoles(facts, decision);
  return decision;
}

// ---- an identity that we meet for the first time ------------------------------------------------------------------

/// Row 5: without an address there is nobody to look for, unless an invitation says which it is. A directory may name
/// the subject, and has its own way in.
Verdict emailPresent(const Facts& facts) {
  if (facts.email == EmailAssertion::kValid) return std::nullopt;
  if (facts.email == EmailAssertion::kAbsent && facts.invitation == InvitationStanding::kAccepted) return std::nullopt;
  if (facts.invitation == InvitationStanding::kExpired) return deny(5, DenyCode::kInvitationExpired);
  return deny(5, DenyCode::kEmailMissing);
}

/// Rows 3 and 28: an organization speaks for its own verified domains only; guests come by invitation.
Verdict domainOwned(const Facts& facts) {
  if (facts.emailDomain == DomainOwner::kThisOrganization) return std::nullopt;
  switch (facts.invitation) {
    case InvitationStanding::kAccepted:
      return std::nullopt;
    case InvitationStanding::kOpen:
      return deny(28, DenyCode::kInvitationRequired);
    case InvitationStanding::kExpired:
      return deny(28, DenyCode::kInvitationExpired);
    case InvitationStanding::kOtherAddress:
      return deny(28, DenyCode::kInvitationOtherAddress);
    case InvitationStanding::kNone:
      break;
  }
  return deny(3, DenyCode::kDomainNotOwned);
}

/// The link came back from the mailbox, soon enough and not long ago.
bool cameBack(const Facts& facts, const std::optional<TimePoint>& at) {
  return at && *at <= facts.now && facts.now - *at <= kProofLifetime && *at - facts.verifiedAt <= kEmailProofLifetime;
}

bool addressProven(const Facts& facts) { return cameBack(facts, facts.addressProvenAt); }

/// Row 4. An invitation that was accepted has been to the mailbox, too.
Verdict emailConfirmed(const Facts& facts) {
  if (emailBelieved(facts) || addressProven(facts)) return std::nullopt;
  if (facts.invitation == InvitationStanding::kAccepted) return std::nullopt;
  return deny(4, DenyCode::kEmailProofRequired, Outcome::kRequireEmailProof);
}

/// JIT.md part 4: the account's own sign-in in this browser, or a link to its verified address, which is the one that
/// it was looked up by, or that of the account which an external id named. That an invitation was sent there days ago
/// is neither.
bool provenFor(const Facts& facts, const AccountFacts& account) {
  const bool mailed = facts.holderByExternalId ? cameBack(facts, facts.holderAddressProvenAt) : addressProven(facts);
  if (account.emailVerified && mailed) return true;
  if (!facts.proof || facts.proof->accountId != account.id) return false;
  return facts.proof->provenAt <= facts.now && facts.now - facts.proof->provenAt <= kProofLifetime &&
         facts.now - facts.verifiedAt <= kProofLifetime;
}

/// Without asking the account's owner: never for anybody who administers anything.
Decision link(const Facts& facts, const AccountFacts& account, int row, bool automatic) {
  if (automatic && !account.privileged) {
    auto decision = allow(row, Outcome::kLinkAutomatically, Whom::kEmailHolder);
    decision.notices.add(Notice::kAccountLinked);
    return decision;
  }
  auto decision = allow(row, Outcome::kLinkAfterProof, Whom::kEmailHolder);
  decision.proven = provenFor(facts, account);
  if (!decision.proven) decision.code = DenyCode::kLinkProofRequired;
  return decision;
}

/// Rows 6 and 11: an account of this organization with the same, confirmed address. Automatic linking is for a first
/// identity alone.
Decision linkExisting(const Facts& facts, const AccountFacts& account) {
  if (facts.holderIdentities != HolderIdentities::kNone) return link(facts, account, 11, false);
  return link(facts, account, 6, facts.linkExisting == LinkRule::kAutomatic);
}

/// Row 14: within the window the identity moves, outside of it nobody is matched by an address.
Decision moveIdentity(const Facts& facts, const AccountFacts& account) {
  if (facts.migration != Migration::kAfterProof && facts.migration != Migration::kAutomatic) {
    return deny(14, DenyCode::kConnectionReplaced);
  }
  auto decision = link(facts, account, 14, facts.migration == Migration::kAutomatic);
  decision.relink = true;
  return decision;
}

/// Row 19: what takes a seat needs a free one.
Verdict seatTaken(const Facts& facts) {
  if (facts.seats == Seats::kFree || facts.seats == Seats::kLast) return std::nullopt;
  return deny(19, DenyCode::kSeatLimit);
}

/// Row 7, pre-hijacking: whoever made the account never showed that the address is theirs. Whoever owns the mailbox may
/// have the account, without anything that let the other one in; not one that administers, is a stranger's, or is tied
/// to another organization, whose tie this one must not end.
Decision unverifiedHolder(const Facts& facts, const AccountFacts& account) {
  const bool reclaimable = account.member && !account.privileged && !facts.holderElsewhere && !closedAccount(account) &&
                           facts.holderIdentities != HolderIdentities::kSameConnection;
  if (!reclaimable) return deny(7, DenyCode::kEmailUnverifiedAccount);
  if (!addressProven(facts)) return deny(7, DenyCode::kEmailUnverifiedAccount, Outcome::kRequireEmailProof);
  auto decision = allow(7, Outcome::kLinkAfterProof, Whom::kEmailHolder);
  decision.proven = true;
  decision.reclaim = true;
  return decision;
}

/// Row 8, the way in: invited, and proven to be whose account it is. No rule makes that automatic.
Decision joinInvited(const Facts& facts, const AccountFacts& account) {
  if (auto refused = seatTaken(facts)) return *refused;
  auto decision = link(facts, account, 8, false);
  decision.join = true;
  decision.roles = {{facts.invitationRole}};
  return decision;
}

/// Rows 6 to 9, 11, 14, 18 and 27: somebody has the address already.
Verdict addressTaken(const Facts& facts) {
  if (!facts.holder) return std::nullopt;
  const auto& account = *facts.holder;
  // Who has the asserted mailbox has not thereby the account's.
  if (!account.emailVerified && facts.holderByExternalId) return deny(7, DenyCode::kEmailUnverifiedAccount);
  if (!account.emailVerified) return unverifiedHolder(facts, account);
  const bool invitedIn = facts.invitation == InvitationStanding::kAccepted;
  if (!account.member && !invitedIn) return deny(8, DenyCode::kNotAMember);
  if (auto refused = closedAccount(account)) return refused;
  if (facts.holderDormant && !facts.directoryActive) return deny(32, DenyCode::kAccountDormant);
  if (facts.holderIdentities == HolderIdentities::kSameConnection) return deny(9, DenyCode::kSubjectConflict);
  if (facts.externalIdContradicts) return deny(14, DenyCode::kSubjectConflict);
  if (!account.member) return joinInvited(facts, account);
  if (facts.holderIdentities == HolderIdentities::kRetiredConnection) return moveIdentity(facts, account);
  if (facts.holderByExternalId) return deny(14, DenyCode::kConnectionReplaced);  // it links nobody anywhere else
  return linkExisting(facts, account);
}

/// Row 16: where a directory provisions, a login creates nobody.
Verdict provisionedByDirectory(const Facts& facts) {
  if (!facts.directoryActive) return std::nullopt;
  return deny(16, DenyCode::kNotProvisioned);
}

/// Rows 3, 5 and 28: an inviter stands for the person, and has fixed the role. Within the organization's own domains a
/// directory knows better.
Verdict invited(const Facts& facts) {
  if (facts.invitation != InvitationStanding::kAccepted) return std::nullopt;
  if (facts.emailDomain == DomainOwner::kThisOrganization && facts.directoryActive) return std::nullopt;
  const int row = facts.email == EmailAssertion::kAbsent ? 5 : 28;
  if (auto refused = seatTaken(facts)) return refused;
  if (facts.creations != Creations::kAllowed) return deny(row, DenyCode::kCreationLimit);
  auto decision = allow(row, Outcome::kUseInvitation, Whom::kNewAccount);
  if (facts.seats == Seats::kLast) decision.notices.add(Notice::kLastSeat);
  decision.roles = {{facts.invitationRole}};
  return decision;
}

/// Rows 2, 19 and 20, and part 9: a connection that suddenly asserts thousands of people is stopped, and seen.
Decision createAccount(const Facts& facts) {
  if (!facts.jitProvisioning) {
    const bool sent = facts.invitation == InvitationStanding::kOpen;
    return sent ? deny(28, DenyCode::kInvitationRequired) : deny(2, DenyCode::kJitOff);
  }
  if (facts.approvalRequired && facts.approval == Approval::kDeclined) return deny(2, DenyCode::kApprovalDeclined);
  if (facts.approvalRequired && facts.approval != Approval::kGranted) {
    return deny(2, DenyCode::kApprovalRequired, Outcome::kRequestApproval);
  }
  if (auto refused = seatTaken(facts)) return *refused;
  if (facts.defaultRole != DefaultRole::kKnown) return deny(20, DenyCode::kNoDefaultRole);
  if (facts.creations != Creations::kAllowed) return deny(2, DenyCode::kCreationLimit);
  auto decision = allow(2, Outcome::kCreate, Whom::kNewAccount);
  if (facts.seats == Seats::kLast) decision.notices.add(Notice::kLastSeat);
  decideNewRoles(facts, decision);
  return decision;
}

}  // namespace

DenyCode refusalBeforeRedirect(OrganizationStanding organization, SsoMode mode, ConnectionStanding connection) {
  if (organization == OrganizationStanding::kUnknown) return DenyCode::kUnknownOrganization;
  if (organization != OrganizationStanding::kActive) return DenyCode::kOrganizationSuspended;
  if (mode != SsoMode::kOptional && mode != SsoMode::kRequired) return DenyCode::kSsoOff;
  if (connection != ConnectionStanding::kActive && connection != ConnectionStanding::kUnknown) {
    return DenyCode::kConnectionDisabled;
  }
  return DenyCode::kNone;
}

Decision decide(const Facts& facts) {
  using Rule = Verdict (*)(const Facts&);
  static constexpr Rule kRules[] = {// safety gates
                                    ownStateReturned, sameTenant, freshAssertion, openForBusiness, notDeprovisioned,
                                    // the identity's own account
                                    knownIdentity,
                                    // a new identity
                                    emailPresent, domainOwned, emailConfirmed, addressTaken, invited,
                                    provisionedByDirectory};
  for (const auto rule : kRules) {
    if (auto verdict = rule(facts)) return *verdict;
  }
  return createAccount(facts);
}

}  // namespace sso::detail
