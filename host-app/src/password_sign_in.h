// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parts.h"
#include "stores/account_store.h"

namespace hostapp {

/// How a try to sign in with a password ended.
struct PasswordOutcome {
  enum class Kind {
    kSignedIn,
    kWrong,           ///< unknown address or wrong password: one answer, one time (SEC-MP-19)
    kSsoRequired,     ///< the organization signs in through its identity provider only
    kDisabled,        ///< right password, but the account is not active
    kNoOrganization,  ///< right password, but a member of nothing
    kLimited,         ///< too many tries; wait
  };
  Kind kind = Kind::kWrong;
  std::optional<sso::Cookie> cookie = std::nullopt;  ///< kSignedIn
  std::chrono::seconds wait{0};                      ///< kLimited
};

/// Checks passwords and opens sessions for them. Each try that was checked is one audit event; what was over a limit is
/// only counted (SignInLimits), so that guessing does not fill the trail. Thread-safe.
class PasswordSignIn {
 public:
  explicit PasswordSignIn(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  /// typedEmail as it came from the form.
  PasswordOutcome signIn(const sso::RequestInfo& request, std::string_view typedEmail, std::string_view password) const;

  /// Is this the password of exactly this account? For proofs by somebody whose account is known. Limited as signing
  /// in.
  enum class Proof { kRight, kWrong, kLimited };
  Proof prove(const sso::RequestInfo& request, std::string_view accountId, std::string_view password) const;

  /// May this account use its password, as the rules of its tenants are now? (SEC-MP-19)
  bool passwordAllowed(std::string_view email, const accounts::Membership& membership) const;

 private:
  bool isPasswordOf(const std::optional<accounts::Account>& account, std::string_view password, std::string_view email,
                    const sso::RequestInfo& request) const;
  PasswordOutcome openSession(const sso::RequestInfo& request, const accounts::Account& account,
                              const accounts::Membership& membership, std::string_view password) const;
  void tell(const sso::RequestInfo& request, const PasswordOutcome& outcome,
            const std::optional<accounts::Account>& account) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
