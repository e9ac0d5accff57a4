// SPDX-License-Identifier: Apache-2.0
#include "password_sign_in.h"

#include <algorithm>

#include "audit_trail.h"
#include "in_transaction.h"
#include "password_rules.h"
#include "sso/error.h"
#include "sso/identity.h"

namespace hostapp {
namespace {

using Kind = PasswordOutcome::Kind;

std::string_view nameOf(Kind kind) {
  switch (kind) {
    case Kind::kSignedIn:
      return "signed_in";
    case Kind::kWrong:
      return "wrong";
    case Kind::kSsoRequired:
      return "sso_required";
    case Kind::kDisabled:
      return "account_disabled";
    case Kind::kNoOrganization:
      return "no_organization";
    case Kind::kLimited:
      return "rate_limited";
  }
  return "";
}

}  // namespace

PasswordOutcome PasswordSignIn::signIn(const sso::RequestInfo& request, std::string_view typedEmail,
                                       std::string_view password) const {
  const auto email = sso::canonicalEmail(typedEmail);
  const std::string key = email.value_or(std::string(typedEmail.substr(0, 254)));
  if (const auto wait = parts_->limits->tryPassword(key, request.remoteAddress)) {
    return {Kind::kLimited, std::nullopt, *wait};
  }

  std::optional<accounts::Account> account;
  std::vector<accounts::Membership> memberships;
  parts_->database->withSession([&](sso::db::Session& session) {
    // Asked for a name nobody can have, so that a malformed address takes the same road as an unknown one.
    account = accounts::findByEmail(session, email.value_or("-"));
    memberships = accounts::membershipsOf(session, account ? account->id : "-");
  });
  // Always one hash, whatever we know by now: how long the answer takes must tell nothing (SEC-MP-19).
  const bool right = isPasswordOf(account, password, key, request);

  const auto allowed = std::find_if(memberships.begin(), memberships.end(), [&](const accounts::Membership& one) {
    return passwordAllowed(email.value_or(""), one);
  });
  const bool required = !parts_->sso->routeFor(email.value_or("")).passwordAllowed;

  PasswordOutcome outcome;
  if (required && (!right || allowed == memberships.end())) {
    // The same for every address of the domain, known or not: routeFor says no more to anybody.
    outcome.kind = Kind::kSsoRequired;
  } else if (!right) {
    outcome.kind = Kind::kWrong;
  } else if (account->state != sso::AccountState::kActive) {
    outcome.kind = Kind::kDisabled;
  } else if (allowed == memberships.end()) {
    outcome.kind = memberships.empty() ? Kind::kNoOrganization : Kind::kSsoRequired;
  } else {
    outcome = openSession(request, *account, *allowed, password);
  }

  if (right) {
    parts_->limits->passwordWasRight(key, request.remoteAddress);
  } else {
    parts_->limits->passwordWasWrong(key);
  }
  tell(request, outcome, account);
  return outcome;
}

bool PasswordSignIn::isPasswordOf(const std::optional<accounts::Account>& account, std::string_view password,
                                  std::string_view email, const sso::RequestInfo& request) const {
  const bool tooLong = password.size() > kLongestPassword;
  try {
    return parts_->hasher->verify(account ? account->passwordHash : "", tooLong ? "" : password) && !tooLong;
  } catch (const sso::Error&) {
    // Otherwise a flood from anywhere would use up what an honest network may do wrong.
    parts_->limits->passwordWasNotChecked(email, request.remoteAddress);
    throw;
  }
}

bool PasswordSignIn::passwordAllowed(std::string_view email, const accounts::Membership& membership) const {
  if (membership.breakGlass) return true;
  return parts_->sso->routeFor(email).passwordAllowed &&
         parts_->sso->routeForTenant(membership.tenantId).passwordAllowed;
}

PasswordOutcome PasswordSignIn::openSession(const sso::RequestInfo& request, const accounts::Account& account,
                                            const accounts::Membership& membership, std::string_view password) const {
  // Hashed before the transaction: nothing slow happens inside one.
  std::string newHash;
  if (parts_->hasher->needsRehash(account.passwordHash)) newHash = parts_->hasher->hash(password);

  PasswordOutcome outcome;
  const std::int64_t now = parts_->sessions->now();
  auto event = auditEvent(*parts_, "app.sign_in.completed", request);
  event.accountId = account.id;
  event.organizationId = parts_->sso->routeForTenant(membership.tenantId).organizationId;
  event.details = {{"tenant", membership.tenantId}};
  if (membership.breakGlass) event.details["break_glass"] = "yes";  // the way around single sign-on: to be looked at
  inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    outcome = {};
    if (!accounts::recordPasswordSignIn(session, account.id, account.passwordHash, now)) {
      outcome.kind = Kind::kWrong;  // changed or suspended while it was being checked
      return;
    }
    if (!newHash.empty() && !accounts::replacePassword(session, account.id, account.passwordHash, newHash)) return;
    outcome.kind = Kind::kSignedIn;
    outcome.cookie = parts_->sessions->open(session, {account.id, membership.tenantId}, request);
    parts_->storage->audit().record(work, event);
  });
  return outcome;
}

PasswordSignIn::Proof PasswordSignIn::prove(const sso::RequestInfo& request, std::string_view accountId,
                                            std::string_view password) const {
  std::optional<accounts::Account> account;
  parts_->database->withSession([&](sso::db::Session& session) { account = accounts::findById(session, accountId); });
  const std::string email = account ? account->email : std::string(accountId);
  if (parts_->limits->tryPassword(email, request.remoteAddress)) return Proof::kLimited;
  if (!isPasswordOf(account, password, email, request)) {
    parts_->limits->passwordWasWrong(email);
    auto event = auditEvent(*parts_, "app.proof.refused", request);
    event.reason = "wrong";
    if (account) event.accountId = account->id;
    recordAlone(*parts_, event);
    return Proof::kWrong;
  }
  parts_->limits->passwordWasRight(email, request.remoteAddress);
  return Proof::kRight;
}

/// The log of every outcome, the audit trail of a refusal. Never the address that was typed: it may be a password.
void PasswordSignIn::tell(const sso::RequestInfo& request, const PasswordOutcome& outcome,
                          const std::optional<accounts::Account>& account) const {
  const bool signedIn = outcome.kind == Kind::kSignedIn;
  const std::string_view name = signedIn ? "app.sign_in.completed" : "app.sign_in.refused";
  sso::LogEvent line{sso::LogLevel::kInfo, name, {}};
  line.fields = {{"outcome", std::string(nameOf(outcome.kind))}, {"client", request.remoteAddress}};
  if (account) line.fields.emplace_back("account", account->id);
  parts_->log->write(line);
  if (signedIn) return;  // its event was committed with the session
  auto event = auditEvent(*parts_, name, request);
  event.reason = nameOf(outcome.kind);
  if (account) event.accountId = account->id;
  recordAlone(*parts_, event);
}

}  // namespace hostapp
