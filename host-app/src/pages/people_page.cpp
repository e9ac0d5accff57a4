// SPDX-License-Identifier: Apache-2.0
#include "pages/people_page.h"

#include <algorithm>

#include "audit_trail.h"
#include "in_transaction.h"
#include "pages/settings_guard.h"
#include "roles.h"
#include "sso/dormancy.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "stores/membership_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

using sso::AccountState;

constexpr const char* kPeople = "/settings/people";
constexpr std::string_view kSuspend = "suspend", kRestore = "restore", kDisconnect = "disconnect";

/// A page begins after this account. Only what looks like an id of ours is carried along in addresses.
std::string placeIn(const std::string& text) {
  const bool isId =
      text.size() <= 64 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  return isId ? text : "";
}

people::Team teamOf(sso::db::Session& session, const std::string& tenantId) {
  people::Team team;
  team.activeOwners = members::countActiveOwners(session, tenantId);
  team.emergencyOwners = members::countBreakGlass(session, tenantId);
  team.ssoRequired = members::organizationOf(session, tenantId).required;
  return team;
}

/// Why a row offers nothing, or why nothing was done.
std::string peopleProblem(people::Obstacle obstacle) {
  switch (obstacle) {
    case people::Obstacle::kNone:
      return "";
    case people::Obstacle::kNotNow:
      return "Somebody has done this already.";
    case people::Obstacle::kYourself:
      return "This is your own account.";
    case people::Obstacle::kOwnersOnly:
      return "Only an owner can change an owner's account.";
    case people::Obstacle::kElsewhere:
      return "This account belongs to other teams, too, so it cannot be suspended or restored here.";
    case people::Obstacle::kLastOwner:
      return "This is the last active owner, and one has to stay.";
    case people::Obstacle::kLastEmergencyOwner:
      return "Your company's sign-in is required, so one emergency owner has to stay.";
  }
  return "";
}

std::string signInWords(const members::Person& person, const std::vector<sso::IdentityLink>& links, std::int64_t now) {
  std::string words;
  if (!links.empty()) {
    auto last = links.front().lastLoginAt;
    for (const auto& link : links) last = std::max(last, link.lastLoginAt);
    words = (links.size() == 1 ? "Company sign-in" : std::to_string(links.size()) + " company sign-ins") +
            std::string(", last used ") + formatAgo(sso::toEpochSeconds(last), now);
  }
  if (person.hasPassword) words += words.empty() ? "Password" : "; password";
  return words.empty() ? "No sign-in connected" : words;
}

std::string doneWords(const std::string& done) {
  if (done == kSuspend) return "Suspended. All their sessions have ended.";
  if (done == kRestore) return "Restored. They can sign in again.";
  if (done == kDisconnect)
    return "Disconnected. The sessions that it opened have ended; the next one is a first sign-in.";
  return "";
}

}  // namespace

PeoplePage::PeoplePage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void PeoplePage::addTo(Router& router, const std::shared_ptr<PeoplePage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get(kPeople, Access::kMember, guard.behind([page](const Visit& visit) {
    return page->show(visit, 200, placeIn(queryOf(visit, "after")), "");
  }));
  router.post(kPeople, Access::kMember, guard.behind([page](const Visit& visit) { return page->change(visit); }));
}

View PeoplePage::rowOf(const people::Asking& asking, const members::Person& person, const people::Team& team,
                       const Links& all) const {
  Links links;
  for (const auto& link : all) {
    if (link.accountId == person.accountId) links.push_back(link);
  }
  const bool active = person.state == AccountState::kActive;
  const auto obstacle = active ? people::toSuspend(asking, person, team) : people::toRestore(asking, person);
  const bool mayDisconnect = people::toDisconnect(asking, person) == people::Obstacle::kNone;
  View ways(View::type::list);
  for (const auto& link : links) {
    View way;
    way.set("link", link.id);
    way.set("connection", links.size() == 1 ? "" : " " + link.connectionId);
    ways << way;
  }
  View row;
  row.set("id", person.accountId);
  row.set("name", person.displayName);
  row.set("email", person.email);
  row.set("role", roleInWords(person.role));
  row.set("you", person.accountId == asking.accountId);
  row.set("emergency", person.breakGlass);
  row.set("suspended", person.state == AccountState::kSuspended);
  row.set("removed", person.state == AccountState::kDeprovisioned);
  row.set("how", signInWords(person, links, parts_->sessions->now()));
  row.set("ways", mayDisconnect ? ways : View(View::type::list));
  row.set("may_suspend", active && obstacle == people::Obstacle::kNone);
  row.set("may_restore", !active && obstacle == people::Obstacle::kNone);
  row.set("acts", obstacle == people::Obstacle::kNone || (mayDisconnect && !links.empty()));
  const bool saysWhy = obstacle != people::Obstacle::kNone && obstacle != people::Obstacle::kYourself;
  row.set("why_not", saysWhy ? peopleProblem(obstacle) : "");
  row.set("has_why_not", saysWhy);
  // What the account has with other teams is not known here.
  row.set("only_way", mayDisconnect && links.size() == 1 && !person.hasPassword && !person.elsewhere);
  return row;
}

sso::WebResponse PeoplePage::show(const Visit& visit, int status, const std::string& after,
                                  const std::string& problem) const {
  const auto& who = *visit.session;
  std::vector<members::Person> found;
  people::Team team;
  parts_->database->withSession([&](sso::db::Session& session) {
    found = members::page(session, who.tenantId, after, kOnAPage + 1);
    team = teamOf(session, who.tenantId);
  });
  const bool more = found.size() > kOnAPage;
  if (more) found.pop_back();
  std::vector<std::string> ids;
  for (const auto& person : found) ids.push_back(person.accountId);
  const auto links = parts_->sso->identityLinks().ofAll(who.tenantId, ids);
  View rows(View::type::list);
  for (const auto& person : found) rows << rowOf({who.accountId, who.role}, person, team, links);

  const std::string done = problem.empty() ? doneWords(queryOf(visit, "done")) : "";
  View view;
  view.set("people", rows);
  view.set("has_people", !found.empty());
  view.set("after", after);
  view.set("has_before", !after.empty());
  view.set("next", more ? found.back().accountId : "");
  view.set("has_next", more);
  view.set("has_pages", more || !after.empty());
  view.set("by_mail", parts_->mail != nullptr);
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  view.set("done", done);
  view.set("has_done", !done.empty());
  view.set("tab_people", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem.empty() ? "People" : "Error: People";
  frame.current = "settings";
  return memberPage(*parts_, visit, status, "people", frame, std::move(view));
}

sso::WebResponse PeoplePage::change(const Visit& visit) const {
  const std::string action = fieldOf(visit, "action");
  if (action != kSuspend && action != kRestore && action != kDisconnect) {
    throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "no such action");
  }
  // Read before: these reads lease a connection of their own.
  const auto organization = parts_->storage->organizations().findByTenant(visit.session->tenantId);
  const std::size_t seatLimit = organization ? organization->policy.seatLimit : 0;
  std::string problem;
  inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    problem = perform(visit, action, seatLimit, work, session);
  });
  const std::string after = placeIn(fieldOf(visit, "after"));
  if (!problem.empty()) return show(visit, 409, after, problem + " Nothing was changed.");
  return sso::WebResponse::redirect(std::string(kPeople) + "?done=" + action +
                                    (after.empty() ? "" : "&after=" + after));
}

std::string PeoplePage::perform(const Visit& visit, std::string_view action, std::size_t seatLimit,
                                sso::UnitOfWork& work, sso::db::Session& session) const {
  const auto& who = *visit.session;
  memberships::lockTenant(session, who.tenantId);  // administrators who change each other take turns
  const auto me = members::find(session, who.tenantId, who.accountId);
  if (!me || me->state != AccountState::kActive || !isAdministrator(me->role)) {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "no administrator any more");
  }
  const people::Asking asking{me->accountId, me->role};
  const auto person = members::findAndLock(session, who.tenantId, fieldOf(visit, "account"));
  if (!person) return "This person is not in the team any more.";
  if (action == kSuspend) return suspend(visit, asking, *person, work, session);
  if (action == kRestore) return restore(visit, asking, *person, seatLimit, work, session);
  return disconnect(visit, asking, *person, work, session);
}

std::string PeoplePage::suspend(const Visit& visit, const people::Asking& asking, const members::Person& person,
                                sso::UnitOfWork& work, sso::db::Session& session) const {
  const auto& tenantId = visit.session->tenantId;
  const auto obstacle = people::toSuspend(asking, person, teamOf(session, tenantId));
  if (obstacle != people::Obstacle::kNone) return peopleProblem(obstacle);
  if (!members::changeState(session, tenantId, person.accountId, AccountState::kActive, AccountState::kSuspended)) {
    return peopleProblem(people::Obstacle::kNotNow);
  }
  sessions::endAll(session, person.accountId, "", "");
  record(visit, "app.account.suspended", person, work, session);
  return "";
}

std::string PeoplePage::restore(const Visit& visit, const people::Asking& asking, const members::Person& person,
                                std::size_t seatLimit, sso::UnitOfWork& work, sso::db::Session& session) const {
  const auto& tenantId = visit.session->tenantId;
  const auto obstacle = people::toRestore(asking, person);
  if (obstacle != people::Obstacle::kNone) return peopleProblem(obstacle);
  // A suspended account has kept its seat, a deprovisioned one has not (JIT.md row 19).
  if (person.state == AccountState::kDeprovisioned && seatLimit > 0 &&
      memberships::countAndLock(session, tenantId) >= seatLimit) {
    return "Your organization has no seat left for this person.";
  }
  if (!members::changeState(session, tenantId, person.accountId, person.state, AccountState::kActive)) {
    return peopleProblem(people::Obstacle::kNotNow);
  }
  sessions::endAll(session, person.accountId, "", "");                // a restored account brings no old session back
  parts_->sso->dormancy().restart(work, tenantId, person.accountId);  // nor a long silence (JIT.md row 32)
  record(visit, "app.account.restored", person, work, session);
  return "";
}

std::string PeoplePage::disconnect(const Visit& visit, const people::Asking& asking, const members::Person& person,
                                   sso::UnitOfWork& work, sso::db::Session& session) const {
  const auto obstacle = people::toDisconnect(asking, person);
  if (obstacle != people::Obstacle::kNone) return peopleProblem(obstacle);
  const sso::Actor actor{asking.accountId, visit.request.remoteAddress, "", ""};
  const auto untied = parts_->sso->identityLinks().unlink(work, visit.session->tenantId, person.accountId,
                                                          fieldOf(visit, "identity"), actor);
  if (!untied) return peopleProblem(people::Obstacle::kNotNow);
  sessions::endOpenedByIdentity(session, person.accountId, *untied);
  return "";
}

void PeoplePage::record(const Visit& visit, std::string_view name, const members::Person& person, sso::UnitOfWork& work,
                        sso::db::Session& session) const {
  auto event = auditEvent(*parts_, name, visit.request);
  event.accountId = visit.session->accountId;
  event.organizationId = members::organizationOf(session, visit.session->tenantId).id;
  event.details = {{"tenant", visit.session->tenantId}, {"account", person.accountId}};
  parts_->storage->audit().record(work, event);
}

}  // namespace hostapp
