// SPDX-License-Identifier: Apache-2.0
#include "pages/invitation_page.h"

#include "roles.h"
#include "stores/member_store.h"
#include "stores/tenant_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr const char* kInvitationPath = "/invitation";
// Whoever guesses tokens is slowed down, hopeless as it is against 256 bits.
constexpr RateLimiter::Limit kOpenings{120, std::chrono::minutes(5)};

}  // namespace

InvitationPage::InvitationPage(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)),
      perNetwork_(kOpenings, parts_->clock, {parts_->rates, "invitations opened by a network"}) {}

void InvitationPage::addTo(Router& router, const std::shared_ptr<InvitationPage>& page) {
  router.get(kInvitationPath, Access::kVisitor, [page](const Visit& visit) { return page->open(visit); });
  router.post(kInvitationPath, Access::kVisitor, [page](const Visit& visit) { return page->submit(visit); });
}

sso::WebResponse InvitationPage::open(const Visit& visit) const {
  Frame frame;
  frame.title = "Your invitation";
  frame.bare = true;
  frame.script = "mail_link.js";
  return visitorPage(*parts_, visit, 200, "invitation_open", frame, View(View::type::object));
}

sso::WebResponse InvitationPage::submit(const Visit& visit) {
  if (const auto wait = perNetwork_.take(networkOf(visit.request.remoteAddress))) {
    Frame frame;
    frame.title = "Error: Your invitation";
    frame.bare = true;
    View view;
    view.set("problem", tooManyTries(*wait));
    view.set("has_problem", true);
    auto answer = visitorPage(*parts_, visit, 429, "invitation_open", frame, std::move(view));
    addRetryAfter(answer, *wait);
    return answer;
  }
  std::string token = fieldOf(visit, "token");
  if (const auto mark = token.rfind('#'); mark != std::string::npos) token.erase(0, mark + 1);
  const auto shared = parts_->sso->invitations().find(token);
  if (!shared) return dead(visit);
  return fieldOf(visit, "action") == "accept" ? accept(visit, token) : welcome(visit, token, *shared);
}

sso::WebResponse InvitationPage::welcome(const Visit& visit, const std::string& token,
                                         const sso::SharedInvitation& shared) const {
  const auto& invitation = shared.invitation;
  std::string team, inviter;
  parts_->database->withSession([&](sso::db::Session& session) {
    team = tenants::findName(session, invitation.tenantId).value_or(shared.organizationName);
    inviter = members::nameOf(session, invitation.tenantId, invitation.invitedBy).value_or("");
  });
  View view;
  view.set("token", token);
  view.set("team", team);
  view.set("inviter", inviter);
  view.set("has_inviter", !inviter.empty());
  view.set("organization", shared.organizationName);
  view.set("email", invitation.email);
  view.set("role", roleInWords(invitation.role));
  view.set("until", formatMoment(sso::toEpochSeconds(invitation.expiresAt)));
  Frame frame;
  frame.title = "Your invitation";
  frame.bare = true;
  return visitorPage(*parts_, visit, 200, "invitation", frame, std::move(view));
}

sso::WebResponse InvitationPage::accept(const Visit& visit, const std::string& token) const {
  sso::RequestInfo request = visit.request;
  request.secFetchSite = "same-origin";  // the form was checked (CsrfGuard), whether or not the browser says so
  return parts_->pages->leavePage(parts_->sso->acceptInvitation(request, token),
                                  "Taking you to your company's sign-in");
}

sso::WebResponse InvitationPage::dead(const Visit& visit) const {
  Frame frame;
  frame.title = "This invitation does not work any more";
  frame.bare = true;
  return visitorPage(*parts_, visit, 404, "invitation_dead", frame, View(View::type::object));
}

}  // namespace hostapp
