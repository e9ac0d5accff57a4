// SPDX-License-Identifier: Apache-2.0
#include "pages/sign_up_page.h"

#include "audit_trail.h"
#include "crypto.h"
#include "in_transaction.h"
#include "password_rules.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "stores/account_store.h"
#include "stores/membership_store.h"
#include "stores/tenant_store.h"
#include "text_rules.h"

namespace hostapp {

SignUpPage::SignUpPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void SignUpPage::addTo(Router& router, const std::shared_ptr<SignUpPage>& page) {
  router.get("/signup", Access::kVisitor, [page](const Visit& visit) { return page->show(visit); });
  router.post("/signup", Access::kVisitor, [page](const Visit& visit) { return page->submit(visit); });
}

sso::WebResponse SignUpPage::show(const Visit& visit) const {
  if (visit.session) return sso::WebResponse::redirect("/dashboard");
  return form(visit, 200, {});
}

sso::WebResponse SignUpPage::form(const Visit& visit, int status, const Problems& problems) const {
  View view;
  for (const char* field : {"company", "name", "email"}) view.set(field, fieldOf(visit, field));
  const auto setProblem = [&view](const std::string& field, const std::string& text) {
    view.set(field + "_problem", text);
    view.set("has_" + field + "_problem", !text.empty());
  };
  setProblem("company", problems.company);
  setProblem("name", problems.name);
  setProblem("email", problems.email);
  setProblem("password", problems.password);
  setProblem("general", problems.general);
  Frame frame;
  frame.title = problems.any() ? "Error: Start a team" : "Start a team";
  frame.bare = true;
  return visitorPage(*parts_, visit, status, "sign_up", frame, std::move(view));
}

sso::WebResponse SignUpPage::submit(const Visit& visit) const {
  const auto company = plainLine(fieldOf(visit, "company"), 80);
  const auto name = plainLine(fieldOf(visit, "name"), 80);
  const auto email = sso::canonicalEmail(fieldOf(visit, "email"));
  const std::string password = fieldOf(visit, "password");

  Problems problems;
  if (!company) problems.company = "Enter the name of your company or team, at most 80 characters.";
  if (!name) problems.name = "Enter your name, at most 80 characters.";
  if (!email) problems.email = "Enter your whole work e-mail address, for example ada@example.com.";
  if (auto problem = problemWithPassword(password, email.value_or(""), name.value_or(""))) problems.password = *problem;
  if (problems.any()) return form(visit, 400, problems);

  if (const auto wait = parts_->limits->trySignUp(visit.request.remoteAddress)) {
    problems.general = tooManyTries(*wait);
    auto answer = form(visit, 429, problems);
    addRetryAfter(answer, *wait);
    return answer;
  }
  // An organization with its own sign-in decides who gets an account under its domain (SEC-MP-19). Otherwise anybody
  // could take a colleague's address first and keep them out: an unconfirmed account is never linked (JIT.md row 7).
  const auto route = parts_->sso->routeFor(*email);
  if (route.sso || !route.passwordAllowed) {
    throw sso::Error(sso::ErrorCode::kSsoRequired, "sso_required", "sign-up under a domain that has single sign-on");
  }

  accounts::Account account;
  account.id = "acc_" + randomHex(*parts_->random, 16);
  account.email = *email;
  account.displayName = *name;
  account.passwordHash = parts_->hasher->hash(password);
  const std::string tenantId = "ten_" + randomHex(*parts_->random, 16);
  const std::int64_t now = parts_->sessions->now();
  std::optional<sso::Cookie> cookie;
  auto event = auditEvent(*parts_, "app.sign_up.completed", visit.request);
  event.accountId = account.id;
  event.details = {{"tenant", tenantId}};
  inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    cookie.reset();
    if (!accounts::insert(session, account, now)) return;
    tenants::save(session, tenantId, *company, now);
    memberships::save(session, account.id, {tenantId, "", "owner", "signup", false}, now);
    cookie = parts_->sessions->open(session, {account.id, tenantId}, visit.request);
    parts_->storage->audit().record(work, event);
  });
  if (!cookie) {
    // Without mail there is no quiet way to say this; the limit above keeps it from being asked in bulk.
    problems.email = "There is an account for this address already. Sign in instead.";
    return form(visit, 409, problems);
  }
  parts_->log->write({sso::LogLevel::kInfo, "app.sign_up.completed", {{"account", account.id}, {"tenant", tenantId}}});
  auto answer = sso::WebResponse::redirect("/dashboard");
  answer.cookies.push_back(*cookie);
  return answer;
}

}  // namespace hostapp
