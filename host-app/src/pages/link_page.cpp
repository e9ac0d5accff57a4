// SPDX-License-Identifier: Apache-2.0
#include "pages/link_page.h"

namespace hostapp {

LinkPage::LinkPage(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn)
    : parts_(std::move(parts)), signIn_(std::move(signIn)) {}

void LinkPage::addTo(Router& router, const std::shared_ptr<LinkPage>& page) {
  router.get("/login/link", Access::kVisitor, [page](const Visit& visit) { return page->show(visit); });
  router.post("/login/link", Access::kVisitor, [page](const Visit& visit) { return page->submit(visit); });
}

sso::WebResponse LinkPage::show(const Visit& visit) const {
  const auto pending = parts_->sso->pendingLink(visit.request);
  return pending ? form(visit, 200, *pending, "") : stepGonePage(*parts_, visit);
}

sso::WebResponse LinkPage::submit(const Visit& visit) const {
  if (fieldOf(visit, "action") == "decline") {
    auto answer = sso::WebResponse::redirect("/login");
    answer.cookies.push_back(parts_->sso->abandonLink());
    return answer;
  }
  const auto pending = parts_->sso->pendingLink(visit.request);
  if (!pending) return stepGonePage(*parts_, visit);
  // Exactly the account that waits, whatever the form or the browser's session say.
  switch (signIn_->prove(visit.request, pending->accountId, fieldOf(visit, "password"))) {
    case PasswordSignIn::Proof::kRight:
      return parts_->sso->completeLink(visit.request, pending->accountId);
    case PasswordSignIn::Proof::kWrong:
      return form(visit, 401, *pending, "That is not the password of this account. Try again.");
    case PasswordSignIn::Proof::kLimited:
      break;
  }
  const std::chrono::seconds wait{15 * 60};
  auto answer = form(visit, 429, *pending, tooManyTries(wait));
  addRetryAfter(answer, wait);
  return answer;
}

sso::WebResponse LinkPage::form(const Visit& visit, int status, const sso::PendingLink& pending,
                                const std::string& problem) const {
  View view;
  view.set("email", pending.email);
  view.set("organization", pending.organizationName);
  view.set("by_mail", pending.byMail);
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  Frame frame;
  frame.title = problem.empty() ? "Connect your account" : "Error: Connect your account";
  frame.bare = true;
  return visitorPage(*parts_, visit, status, "link", frame, std::move(view));
}

}  // namespace hostapp
