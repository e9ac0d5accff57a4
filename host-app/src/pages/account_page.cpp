// SPDX-License-Identifier: Apache-2.0
#include "pages/account_page.h"

#include "audit_trail.h"
#include "in_transaction.h"
#include "password_rules.h"
#include "roles.h"
#include "sso/error.h"
#include "stores/account_store.h"
#include "text_rules.h"

namespace hostapp {
AccountPage::AccountPage(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn)
    : parts_(std::move(parts)), signIn_(std::move(signIn)) {}

void AccountPage::addTo(Router& router, const std::shared_ptr<AccountPage>& page) {
  router.get("/account", Access::kMember, [page](const Visit& visit) { return page->show(visit, 200, ""); });
  router.post("/account/password", Access::kMember, [page](const Visit& visit) { return page->changePassword(visit); });
  router.post("/account/sessions/end", Access::kMember, [page](const Visit& visit) { return page->endSession(visit); });
  router.post("/account/sessions/end-all", Access::kMember,
              [page](const Visit& visit) { return page->endAllSessions(visit); });
}

sso::WebResponse AccountPage::show(const Visit& visit, int status, const std::string& problem) const {
  const auto& who = *visit.session;
  View view;
  view.set("email", who.email);
  view.set("email_verified", who.emailVerified);
  view.set("role", roleInWords(who.role));
  view.set("has_password", who.hasPassword);
  view.set("may_use_password", who.hasPassword && mayUsePassword(visit));
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  view.set("password_changed", queryOf(visit, "done") == "password");
  view.set("session_ended", queryOf(visit, "done") == "session");
  addIdentities(view, visit);
  addSessions(view, visit);
  Frame frame;
  frame.title = problem.empty() ? "Your account" : "Error: Your account";
  frame.current = "account";
  return memberPage(*parts_, visit, status, "account", frame, std::move(view));
}

void AccountPage::addSessions(View& view, const Visit& visit) const {
  const std::int64_t now = parts_->sessions->now();
  View rows(View::type::list);
  for (const auto& session : parts_->sessions->list(*visit.session)) {
    View row;
    row.set("handle", session.handle);
    row.set("user_agent", session.userAgent);
    row.set("address", session.address);
    row.set("by_company", session.method == "sso");
    row.set("seen", formatAgo(session.lastSeenAt, now));
    row.set("started", formatAgo(session.createdAt, now));
    row.set("current", session.handle == visit.session->handle);
    rows << row;
  }
  view.set("sessions", rows);
}

void AccountPage::addIdentities(View& view, const Visit& visit) const {
  View rows(View::type::list);
  // Given back before the organizations are looked up: a request that holds one connection while it waits for another
  // could, with enough of its kind, keep the pool empty for good.
  auto work = parts_->storage->begin();
  auto identities = parts_->storage->identities().identitiesOf(*work, visit.session->accountId);
  work.reset();
  // One company's sign-in shows nothing of another's (DESIGN promise 2).
  const auto& who = *visit.session;
  if (who.method == "sso") {
    std::erase_if(identities, [&](const auto& identity) { return identity.organizationId != who.organizationId; });
  }
  for (const auto& identity : identities) {
    const auto organization = parts_->storage->organizations().findOrganization(identity.organizationId);
    View row;
    row.set("organization", organization ? organization->displayName : std::string("Your company"));
    row.set("identity_email", identity.email);
    row.set("linked", formatDate(sso::toEpochSeconds(identity.linkedAt)));
    row.set("last_login", formatAgo(sso::toEpochSeconds(identity.lastLoginAt), parts_->sessions->now()));
    rows << row;
  }
  view.set("identities", rows);
  view.set("has_identities", !identities.empty());
}

bool AccountPage::mayUsePassword(const Visit& visit) const {
  const auto& who = *visit.session;
  return signIn_->passwordAllowed(who.email, {who.tenantId, who.tenantName, who.role, "", who.breakGlass});
}

sso::WebResponse AccountPage::changePassword(const Visit& visit) const {
  const auto& who = *visit.session;
  if (!mayUsePassword(visit)) {
    throw sso::Error(sso::ErrorCode::kSsoRequired, "sso_required",
                     "password change of an organization that requires SSO");
  }
  const std::string current = fieldOf(visit, "current_password");
  const std::string wanted = fieldOf(visit, "new_password");
  if (const auto problem = problemWithPassword(wanted, who.email, who.displayName)) return show(visit, 400, *problem);

  std::optional<accounts::Account> account;
  parts_->database->withSession(
      [&](sso::db::Session& session) { account = accounts::findById(session, who.accountId); });
  if (!account || account->passwordHash.empty()) {
    throw sso::Error(sso::ErrorCode::kNotAllowed, "host", "the account has no password to change");
  }
  switch (signIn_->prove(visit.request, who.accountId, current)) {
    case PasswordSignIn::Proof::kRight:
      break;
    case PasswordSignIn::Proof::kWrong:
      return show(visit, 401, "Your current password is not right. Nothing was changed.");
    case PasswordSignIn::Proof::kLimited:
      return show(visit, 429, tooManyTries(std::chrono::minutes(15)));
  }
  const std::string newHash = parts_->hasher->hash(wanted);
  bool changed = false;
  inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    changed = accounts::replacePassword(session, who.accountId, account->passwordHash, newHash);
    if (!changed) return;
    sessions::endAll(session, who.accountId, "", who.idHash);  // SEC-SE-13
    auto event = auditEvent(*parts_, "app.password.changed", visit.request);
    event.accountId = who.accountId;
    event.organizationId = who.organizationId;
    parts_->storage->audit().record(work, event);
  });
  if (!changed)
    return show(visit, 409, "Your password was changed somewhere else a moment ago. Nothing was changed here.");
  return sso::WebResponse::redirect("/account?done=password");
}

sso::WebResponse AccountPage::endSession(const Visit& visit) const {
  const std::string handle = fieldOf(visit, "session");
  if (handle == visit.session->handle) {
    return parts_->pages->leavePage(parts_->sso->logout(visit.request, false), kSigningOutHeading);
  }
  // Ended already is as good as ended now.
  if (parts_->sessions->endByHandle(*visit.session, handle)) tellSessionsEnded(visit, "one");
  return sso::WebResponse::redirect("/account?done=session");
}

sso::WebResponse AccountPage::endAllSessions(const Visit& visit) const {
  parts_->sessions->endAll(*visit.session);
  tellSessionsEnded(visit, "all");
  auto answer = sso::WebResponse::redirect("/login");
  answer.cookies.push_back(parts_->sessions->clearedCookie());
  return answer;
}

void AccountPage::tellSessionsEnded(const Visit& visit, const std::string& which) const {
  auto event = auditEvent(*parts_, "app.sessions.ended", visit.request);
  event.reason = "by_owner";
  event.accountId = visit.session->accountId;
  event.organizationId = visit.session->organizationId;
  event.details = {{"which", which}};
  recordAlone(*parts_, event);
}

}  // namespace hostapp
