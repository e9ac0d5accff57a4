// SPDX-License-Identifier: Apache-2.0
#include "pages/invitations_page.h"

#include <array>
#include <map>

#include "mails.h"
#include "pages/settings_guard.h"
#include "roles.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/scalekit/client.h"
#include "stores/member_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

using Obstacle = sso::InvitationObstacle;

constexpr const char* kInvitations = "/settings/invitations";
constexpr const char* kRenew = "/settings/invitations/renew";
constexpr const char* kRevoke = "/settings/invitations/revoke";
// Each one is a mail to somebody who did not ask for it.
constexpr RateLimiter::Limit kMails{100, std::chrono::hours(1)};

struct Lifetime {
  std::string_view word, label;
  std::chrono::seconds length;
};
constexpr std::array<Lifetime, 3> kInvitationLifetimes{{{"1d", "1 day", std::chrono::hours(24)},
                                                        {"7d", "7 days", std::chrono::hours(7 * 24)},
                                                        {"30d", "30 days", std::chrono::hours(30 * 24)}}};

const Lifetime& lifetimeNamed(std::string_view word) {
  for (const auto& lifetime : kInvitationLifetimes) {
    if (lifetime.word == word) return lifetime;
  }
  throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "no such lifetime of an invitation");
}

sso::Actor inviterOf(const Visit& visit) {
  sso::Actor actor;
  actor.accountId = visit.session->accountId;
  actor.remoteAddress = visit.request.remoteAddress;
  return actor;
}

std::string problemOf(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::kNone:
      return "";
    case Obstacle::kNotTied:
      return "Connect your company's sign-in first, under Single sign-on.";
    case Obstacle::kSsoOff:
      return "Your company's sign-in is off, so the link would lead nowhere. Switch it on first, under Single sign-on.";
    case Obstacle::kBadAddress:
      return "Enter a whole e-mail address, for example sam@partner.example.";
    case Obstacle::kBadRole:
      return "Choose a role that you can give.";
    case Obstacle::kNoConnection:
      return "That sign-in is not switched on. Switch it on first, under Single sign-on.";
    case Obstacle::kMember:
      return "Somebody with this address is a member already.";
    case Obstacle::kInvitedAlready:
      return "This address has an invitation. Send it again, or take it back first.";
    case Obstacle::kTooMany:
      return "There are 500 invitations, and that is the most. Take some back first.";
  }
  return "";
}

/// The field that the person has to look at.
const char* wrongField(Obstacle obstacle) {
  if (obstacle == Obstacle::kSsoOff || obstacle == Obstacle::kNotTied) return "";
  if (obstacle == Obstacle::kBadRole) return "role";
  return obstacle == Obstacle::kNoConnection ? "connection" : "email";
}

std::string doneOf(const std::string& word) {
  if (word == "sent") return "The invitation is on its way.";
  if (word == "again") return "Sent again. The link in the earlier mail does not work any more.";
  if (word == "revoked") return "Taken back. The link in the mail does not work any more.";
  if (word == "gone") return "That invitation was used or taken back already.";
  return "";
}

View optionOf(std::string_view value, std::string_view label, bool chosen) {
  View option;
  option.set("value", std::string(value));
  option.set("label", std::string(label));
  option.set("chosen", chosen);
  return option;
}

}  // namespace

InvitationsPage::InvitationsPage(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)), perAccount_(kMails, parts_->clock, {parts_->rates, "invitations of an inviter"}) {}

void InvitationsPage::addTo(Router& router, const std::shared_ptr<InvitationsPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get(kInvitations, Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit, 200, {}); }));
  const auto post = [&](const char* path, auto action) {
    router.post(path, Access::kMember,
                guard.behind([page, action](const Visit& visit) { return action(*page, visit); }));
  };
  post(kInvitations, [](InvitationsPage& self, const Visit& visit) { return self.invite(visit); });
  post(kRenew, [](InvitationsPage& self, const Visit& visit) { return self.renew(visit); });
  post(kRevoke, [](InvitationsPage& self, const Visit& visit) { return self.revoke(visit); });
}

/// The connections through which somebody can come in now; empty when Scalekit cannot be asked.
std::vector<InvitationsPage::Choice> InvitationsPage::connectionsOf(const std::string& tenantId) const {
  std::vector<Choice> choices;
  const auto organization = parts_->sso->tenants().find(tenantId);
  if (!organization || organization->policy.mode == sso::SsoMode::kOff) return choices;
  try {
    for (const auto& connection : parts_->sso->scalekit()->connections().list({organization->id})) {
      if (!connection.active()) continue;
      choices.push_back({connection.id, connection.provider + " (" + connection.id + ")"});
    }
  } catch (const sso::Error& error) {
    parts_->log->write(
        {sso::LogLevel::kWarning, "app.invitations.no_connections", {{"reason", std::string(error.reason())}}});
  }
  return choices;
}

void InvitationsPage::fillForm(const Visit& visit, const Form& form, View& view) const {
  const auto connections = connectionsOf(visit.session->tenantId);
  view.set("may_invite", parts_->mail != nullptr && !connections.empty());
  view.set("no_mail", parts_->mail == nullptr);
  view.set("no_connection", parts_->mail != nullptr && connections.empty());
  view.set("one_connection", connections.size() == 1);
  View ways(View::type::list), roles(View::type::list), lifetimes(View::type::list);
  for (const auto& one : connections) ways << optionOf(one.id, one.label, one.id == form.connection);
  for (const char* role : {"member", "admin"}) {
    if (std::string_view(role) == "admin" && !isOwner(visit.session->role)) continue;
    roles << optionOf(role, roleInWords(role), form.role == role);
  }
  const std::string chosen = form.lifetime.empty() ? "7d" : form.lifetime;
  for (const auto& one : kInvitationLifetimes) lifetimes << optionOf(one.word, one.label, one.word == chosen);
  view.set("connections", ways);
  view.set("roles", roles);
  view.set("lifetimes", lifetimes);
  view.set("email", form.email);
  view.set("problem", form.problem);
  view.set("has_problem", !form.problem.empty());
  view.set("wrong_email", std::string_view(form.wrong) == "email");
  view.set("wrong_role", std::string_view(form.wrong) == "role");
  view.set("wrong_connection", std::string_view(form.wrong) == "connection");
}

sso::WebResponse InvitationsPage::show(const Visit& visit, int status, const Form& form) const {
  const auto& tenantId = visit.session->tenantId;
  const auto invitations = parts_->sso->invitations().list(tenantId);
  std::map<std::string, std::string> names;  // people of this tenant alone
  parts_->database->withSession([&](sso::db::Session& session) {
    names.clear();
    for (const auto& one : invitations) {
      if (names.contains(one.invitedBy)) continue;
      names[one.invitedBy] = members::nameOf(session, tenantId, one.invitedBy).value_or("somebody who left");
    }
  });
  const auto now = parts_->sessions->now();
  View rows(View::type::list);
  for (const auto& one : invitations) {
    const auto until = sso::toEpochSeconds(one.expiresAt);
    View row;
    row.set("id", one.id);
    row.set("email", one.email);
    row.set("role", roleInWords(one.role));
    row.set("expired", until <= now);
    row.set("when", "Sent " + formatAgo(sso::toEpochSeconds(one.sentAt), now) + " by " + names[one.invitedBy] +
                        (until <= now ? ", ended " : ", works until ") + formatMoment(until));
    row.set("may_send", parts_->mail != nullptr);
    rows << row;
  }
  const std::string done = form.problem.empty() ? doneOf(queryOf(visit, "done")) : "";
  View view;
  view.set("invitations", rows);
  view.set("has_invitations", !invitations.empty());
  view.set("done", done);
  view.set("has_done", !done.empty());
  fillForm(visit, form, view);
  view.set("tab_invitations", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = form.problem.empty() ? "Invitations" : "Error: Invitations";
  frame.current = "settings";
  return memberPage(*parts_, visit, status, "invitations", frame, std::move(view));
}

sso::WebResponse InvitationsPage::invite(const Visit& visit) {
  Form form{fieldOf(visit, "email"), fieldOf(visit, "role"), fieldOf(visit, "connection"), fieldOf(visit, "lifetime"),
            ""};
  const auto refuse = [&](int status, std::string problem, const char* wrong) {
    form.problem = std::move(problem);
    form.wrong = wrong;
    return show(visit, status, form);
  };
  if (!parts_->mail) return refuse(409, "This application sends no mail, so nobody can be invited.", "");
  const auto lifetime = lifetimeNamed(form.lifetime).length;
  // The role is the inviter's to give, and never more than their own.
  if (form.role == "admin" && !isOwner(visit.session->role)) return refuse(403, problemOf(Obstacle::kBadRole), "role");
  if (const auto wait = perAccount_.take(visit.session->accountId)) {
    auto answer = refuse(429, tooManyTries(*wait), "");
    addRetryAfter(answer, *wait);
    return answer;
  }
  const auto outcome = parts_->sso->invitations().invite(
      visit.session->tenantId, {form.email, form.role, form.connection, lifetime}, inviterOf(visit));
  if (!outcome.made) return refuse(400, problemOf(outcome.obstacle), wrongField(outcome.obstacle));
  return send(visit, *outcome.made, "sent");
}

sso::WebResponse InvitationsPage::renew(const Visit& visit) {
  if (!parts_->mail) return sso::WebResponse::redirect(kInvitations);
  if (const auto wait = perAccount_.take(visit.session->accountId)) {
    Form form;
    form.problem = tooManyTries(*wait);
    auto answer = show(visit, 429, form);
    addRetryAfter(answer, *wait);
    return answer;
  }
  const auto made = parts_->sso->invitations().renew(visit.session->tenantId, fieldOf(visit, "invitation"),
                                                     lifetimeNamed("7d").length, inviterOf(visit));
  if (!made) return sso::WebResponse::redirect(std::string(kInvitations) + "?done=gone");
  return send(visit, *made, "again");
}

/// The invitation is there; what can still go wrong is the mail, and that can be tried again.
sso::WebResponse InvitationsPage::send(const Visit& visit, const sso::NewInvitation& made,
                                       std::string_view done) const {
  try {
    parts_->mail->send(mails::invitation(parts_->config.sso.baseUrl, parts_->sso->options().loginPath, made,
                                         visit.session->tenantName, visit.session->displayName));
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kMailUnavailable) throw;
    Form form;
    form.problem = "The invitation is made, but the mail could not be sent. Send it again in a minute.";
    return show(visit, 503, form);
  }
  return sso::WebResponse::redirect(std::string(kInvitations) + "?done=" + std::string(done));
}

sso::WebResponse InvitationsPage::revoke(const Visit& visit) const {
  const bool revoked =
      parts_->sso->invitations().revoke(visit.session->tenantId, fieldOf(visit, "invitation"), inviterOf(visit));
  return sso::WebResponse::redirect(std::string(kInvitations) + (revoked ? "?done=revoked" : "?done=gone"));
}

}  // namespace hostapp
