// SPDX-License-Identifier: Apache-2.0
#include "pages/emergency_page.h"

#include "audit_trail.h"
#include "in_transaction.h"
#include "pages/settings_guard.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "step_up.h"
#include "stores/membership_store.h"

namespace hostapp {
namespace {

constexpr int kMostOwners = 100;

}  // namespace

EmergencyPage::EmergencyPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void EmergencyPage::addTo(Router& router, const std::shared_ptr<EmergencyPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get("/settings/emergency", Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit, 200, ""); }));
  router.post("/settings/emergency", Access::kMember,
              guard.behind([page](const Visit& visit) { return page->change(visit); }));
}

std::string EmergencyPage::whyNot(const Visit& visit, const members::Member& owner) const {
  if (!owner.active) return "the account is not active";
  if (!owner.hasPassword) return "has no password";
  if (owner.breakGlass) return "";
  if (owner.accountId == visit.session->accountId && visit.session->method == "sso")
    return "that is you, signed in through your company";
  auto work = parts_->storage->begin();
  const auto identities = parts_->storage->identities().identitiesOf(*work, owner.accountId);
  return identities.empty() ? "" : "uses the company's sign-in already";
}

sso::WebResponse EmergencyPage::show(const Visit& visit, int status, const std::string& problem) const {
  const auto& who = *visit.session;
  std::vector<members::Member> people;
  parts_->database->withSession(
      [&](sso::db::Session& session) { people = members::administrators(session, who.tenantId, kMostOwners); });
  const bool fresh = isFresh(who, sso::toEpochSeconds(parts_->clock->now()));
  View rows(View::type::list);
  for (const auto& person : people) {
    if (person.role != "owner") continue;
    const std::string why = whyNot(visit, person);
    View row;
    row.set("id", person.accountId);
    row.set("name", person.displayName);
    row.set("email", person.email);
    row.set("marked", person.breakGlass);
    row.set("why_not", why);
    row.set("has_why_not", !why.empty());
    row.set("may_change", who.role == "owner" && fresh && why.empty());
    rows << row;
  }
  View view;
  view.set("owners", rows);
  view.set("is_owner", who.role == "owner");
  view.set("asks_again", who.role == "owner" && !fresh);
  view.set("step_up_path", stepUpPath(who, parts_->sso->options().loginPath, "/settings/emergency"));
  view.set("changed", queryOf(visit, "done") == "1" && problem.empty());
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  view.set("tab_emergency", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem.empty() ? "Emergency access" : "Error: Emergency access";
  frame.current = "settings";
  return memberPage(*parts_, visit, status, "emergency", frame, std::move(view));
}

sso::WebResponse EmergencyPage::change(const Visit& visit) const {
  const auto& who = *visit.session;
  if (who.role != "owner") {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "emergency access is for owners to change");
  }
  if (!isFresh(who, sso::toEpochSeconds(parts_->clock->now()))) {
    return show(visit, 403, "Confirm first that it is you. Nothing was changed.");
  }
  const std::string account = fieldOf(visit, "account");
  const bool marked = fieldOf(visit, "marked") == "1";
  std::string problem;
  inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    problem.clear();
    memberships::lockTenant(session,
                            who.tenantId);  // against a colleague who takes the other one away at this very moment
    const auto organization = members::organizationOf(session, who.tenantId);
    if (marked && !parts_->storage->identities().identitiesOf(work, account).empty()) {
      problem = "This owner uses the company's sign-in already. Nothing was changed.";
    } else if (!marked && organization.required && members::countBreakGlass(session, who.tenantId) <= 1) {
      problem = "Your company's sign-in is required, so one emergency owner has to stay. Nothing was changed.";
    } else if (!members::setBreakGlass(session, who.tenantId, account, marked)) {
      problem = "This owner cannot be one: an active account with a password is needed. Nothing was changed.";
    }
    if (!problem.empty()) return;
    auto event = auditEvent(*parts_, "app.emergency.changed", visit.request);
    event.accountId = who.accountId;
    event.organizationId = organization.id;
    event.details = {{"tenant", who.tenantId}, {"owner", account}, {"marked", marked ? "yes" : "no"}};
    parts_->storage->audit().record(work, event);
  });
  if (!problem.empty()) return show(visit, 409, problem);
  return sso::WebResponse::redirect("/settings/emergency?done=1");
}

}  // namespace hostapp
