// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <random>

#include "policy_facts.h"

/// Facts without end, from a fixed seed, for what must hold for all of them.
namespace sso::detail::test {

/// Most draws are the friendly value, so that many facts get far into the rules.
inline const std::initializer_list<MappedRole> kRoles = {{"member", RoleKind::kOrdinary},
                                                         {"editor", RoleKind::kOrdinary},
                                                         {"admin", RoleKind::kAdmin},
                                                         {"owner", RoleKind::kOwner},
                                                         {"emperor", RoleKind::kUnknown}};

class FactsGenerator {
 public:
  Facts next() {
    Facts facts = firstLogin();
    facts.origin = pick({LoginOrigin::kServiceProvider, LoginOrigin::kIdentityProvider});
    facts.stateReturned = mostly(true);
    facts.organizationMatches = mostly(true);
    facts.connectionMatches = mostly(true);
    facts.issuedAt += seconds(mostly(true) ? 0 : number(-2000, 2000));
    facts.authenticatedAt += seconds(mostly(true) ? 0 : number(-2000, 2000));
    facts.verifiedAt -= seconds(mostly(true) ? 0 : number(0, 1000));
    facts.organization =
        pick({OrganizationStanding::kActive, OrganizationStanding::kActive, OrganizationStanding::kActive,
              OrganizationStanding::kSuspended, OrganizationStanding::kUnknown});
    facts.connection = mostly(true) ? ConnectionStanding::kActive
                                    : pick({ConnectionStanding::kUnknown, ConnectionStanding::kInactive});
    facts.mode = mostly(true) ? SsoMode::kOptional : pick({SsoMode::kRequired, SsoMode::kOff});
    facts.jitProvisioning = mostly(true);
    facts.approvalRequired = mostly(false);
    facts.approval = pick({Approval::kNone, Approval::kPending, Approval::kGranted, Approval::kDeclined});
    facts.updateAttributes = mostly(true);
    facts.directoryActive = mostly(false);
    facts.connectionTrusted = coin();
    facts.believedWhenSilent = coin();
    facts.linkExisting = pick({LinkRule::kAfterProof, LinkRule::kAutomatic});
    facts.defaultRole = pick({DefaultRole::kKnown, DefaultRole::kKnown, DefaultRole::kUnknown, DefaultRole::kMissing});
    facts.seats = mostly(true) ? Seats::kFree : pick({Seats::kFull, Seats::kLast, Seats::kUnknown});
    facts.creations = mostly(true) ? Creations::kAllowed : Creations::kSpent;
    facts.email =
        pick({EmailAssertion::kValid, EmailAssertion::kValid, EmailAssertion::kAbsent, EmailAssertion::kMalformed});
    facts.emailVerified = pick({EmailVerification::kYes, EmailVerification::kNo, EmailVerification::kAbsent});
    facts.emailDomain = pick({DomainOwner::kThisOrganization, DomainOwner::kThisOrganization,
                              DomainOwner::kNotThisOrganization, DomainOwner::kPublicMail});
    facts.groups =
        pick({GroupsAssertion::kAbsent, GroupsAssertion::kEmpty, GroupsAssertion::kList, GroupsAssertion::kTruncated});
    facts.groupMappingConfigured = coin();
    facts.roleCeiling = pick({RoleCeiling::kOrdinary, RoleCeiling::kAdmin});
    for (int left = number(0, 4); left > 0; --left) facts.mappedRoles.push_back(pick(kRoles));
    if (mostly(true)) {
      facts.grantedRoles.emplace();
      for (int left = number(0, 2); left > 0; --left) facts.grantedRoles->roles.push_back(pick(kRoles).role);
      facts.grantedRoles->oneRole = coin();
      facts.grantedRoles->lastOwner = mostly(false);
    }
    facts.directory =
        mostly(true) ? DirectoryRecord::kNone : pick({DirectoryRecord::kActive, DirectoryRecord::kDeprovisioned});
    facts.invitation =
        pick({InvitationStanding::kNone, InvitationStanding::kNone, InvitationStanding::kOpen,
              InvitationStanding::kAccepted, InvitationStanding::kOtherAddress, InvitationStanding::kExpired});
    facts.invitationRole = pick({"member", "editor", "admin"});
    if (coin()) facts.addressProvenAt = kNow - seconds(mostly(true) ? 0 : number(-900, 2500));
    facts.tombstone = mostly(false);
    facts.identityKnown = coin();
    facts.identityOfThisOrganization = mostly(true);
    if (mostly(true)) facts.linked = account("linked");
    facts.linkedDormant = mostly(false);
    facts.linkedEmailOwned = coin();
    facts.emailDiffers = coin();
    facts.displayNameDiffers = coin();
    if (coin()) facts.holder = account("holder");
    facts.holderIdentities = pick({HolderIdentities::kNone, HolderIdentities::kNone, HolderIdentities::kSameConnection,
                                   HolderIdentities::kOtherConnection, HolderIdentities::kRetiredConnection});
    facts.holderElsewhere = mostly(false);
    facts.holderDormant = mostly(false);
    facts.holderByExternalId = mostly(false);
    if (coin()) facts.holderAddressProvenAt = kNow - seconds(mostly(true) ? 0 : number(-900, 2500));
    facts.externalIdContradicts = mostly(false);
    facts.externalIdAmbiguous = mostly(false);
    facts.migration = pick({Migration::kClosed, Migration::kAfterProof, Migration::kAutomatic});
    if (coin()) {
      facts.proof =
          proofFor(pick({"holder", "holder", "linked", ""}), kNow - seconds(mostly(true) ? 0 : number(-900, 900)));
    }
    return facts;
  }

 private:
  template <typename T>
  T pick(std::initializer_list<T> values) {
    return *(values.begin() + number(0, static_cast<int>(values.size()) - 1));
  }
  int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool coin() { return number(0, 1) == 1; }
  bool mostly(bool usual) { return number(0, 11) != 0 ? usual : !usual; }
  AccountFacts account(const char* id) {
    auto facts = memberAccount(id);
    facts.member = mostly(true);
    facts.emailVerified = mostly(true);
    facts.breakGlass = mostly(false);
    facts.privileged = coin();
    facts.state = pick({AccountState::kActive, AccountState::kActive, AccountState::kActive, AccountState::kSuspended,
                        AccountState::kDeprovisioned});
    return facts;
  }

  std::mt19937_64 random_{20240613};
};

}  // namespace sso::detail::test
