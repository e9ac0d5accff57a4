// SPDX-License-Identifier: Apache-2.0
#include "tenants/mode_preview.h"

#include <utility>

#include "identity/jit_policy.h"
#include "sso/digest.h"

namespace sso::detail {
namespace {

void explain(const Decision& decision, MemberPreview& shown) {
  if (decision.code == DenyCode::kNone) {
    shown.reason = nameOf(decision.outcome);
    shown.explanation = "The sign-in would not reach this account; look at its address.";
    return;
  }
  const auto& info = describe(decision.code);
  shown.reason = info.name;
  shown.explanation = info.adminText;
}

/// All that a preview says, without two ways to say the same: each part comes with its length.
std::string digestOf(const Organization& organization, const std::string& connectionId, const ModePreview& preview) {
  std::string all;
  const auto add = [&](std::string_view part) { all += std::to_string(part.size()) + ":" + std::string(part); };
  add("preview of required");
  add(organization.id);
  add(connectionId);
  add(std::to_string(organization.version));
  add(preview.complete ? "complete" : "incomplete");
  for (const auto& member : preview.members) {
    add(member.accountId);
    add(nameOf(member.outlook));
    add(member.reason);
  }
  return sha256Hex(all);
}

}  // namespace

MemberOutlook outlookOf(const Decision& decision, bool provesByMail) {
  const bool collides =
      decision.code == DenyCode::kSubjectConflict || decision.code == DenyCode::kEmailUnverifiedAccount;
  switch (decision.outcome) {
    case Outcome::kLogin:
      return MemberOutlook::kConnected;
    case Outcome::kLinkAutomatically:
      return MemberOutlook::kConnectsByItself;
    case Outcome::kLinkAfterProof:
      return MemberOutlook::kMustConfirm;
    case Outcome::kRequireEmailProof:
      if (provesByMail) return MemberOutlook::kMustConfirm;
      return collides ? MemberOutlook::kCollides : MemberOutlook::kShutOut;
    case Outcome::kDeny:
      if (decision.code == DenyCode::kBreakGlass) return MemberOutlook::kKeepsPassword;
      return collides ? MemberOutlook::kCollides : MemberOutlook::kShutOut;
    // A member who would get a second account beside this one cannot reach this one: the host does not find the address
    // of its own member.
    case Outcome::kCreate:
      return MemberOutlook::kCollides;
    // These ask for what no password of theirs can give.
    case Outcome::kRequestApproval:
    case Outcome::kUseInvitation:
      return MemberOutlook::kShutOut;
  }
  return MemberOutlook::kShutOut;
}

ModePreview ModePreviewer::preview(const Organization& organization, const std::string& connectionId) const {
  const auto work = storage_->begin();  // never committed
  return preview(*work, organization, connectionId);
}

ModePreview ModePreviewer::preview(UnitOfWork& work, Organization organization, const std::string& connectionId) const {
  organization.policy.mode = SsoMode::kRequired;
  ModePreview preview;
  auto members = accounts_->membersOf(work, organization.tenantId, ModePreview::kMaxMembers + 1);
  preview.complete = members && members->size() <= ModePreview::kMaxMembers;
  if (!members) members.emplace();
  if (members->size() > ModePreview::kMaxMembers) members->resize(ModePreview::kMaxMembers);
  // A handful of reads by key for each member, at most kMaxMembers of them, when an administrator asks: the price of
  // asking the very code that a login asks.
  for (const auto& member : *members) {
    const HypotheticalLogin login{issuer_, connectionId, member.email, ConnectionStanding::kActive, member.id};
    const auto decision = decide(facts_->gatherHypothetical(work, organization, login).facts);
    const auto outlook = outlookOf(decision, provesByMail_);
    MemberPreview shown{member.id, member.email, outlook};
    if (outlook == MemberOutlook::kShutOut || outlook == MemberOutlook::kCollides) explain(decision, shown);
    preview.members.push_back(std::move(shown));
  }
  preview.digest = digestOf(organization, connectionId, preview);
  return preview;
}

}  // namespace sso::detail
