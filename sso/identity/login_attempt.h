// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "identity/facts.h"
#include "sso/identity.h"

namespace sso::detail {

/// A login whose ID token passed every check, on its way to an account.
struct LoginAttempt {
  VerifiedIdentity identity;
  LoginOrigin origin = LoginOrigin::kServiceProvider;
  bool stateReturned = false;  ///< the login transaction of this browser was opened with the returned state
  std::string expectedOrganizationId, expectedConnectionId;  ///< empty: none was named at the start
  ConnectionStanding connection = ConnectionStanding::kUnknown;
  TimePoint verifiedAt;
  std::optional<LinkProof> proof;
  std::optional<EmailProof> emailProof;
  std::string invitationHash;  ///< digest of the token with which this login began; empty: it began without one
  Reauthentication reauthentication = Reauthentication::kNotAsked;
  std::string reference, remoteAddress;  ///< for the audit trail
};

}  // namespace sso::detail
