// SPDX-License-Identifier: Apache-2.0
#include "pages/switch_page.h"

namespace hostapp {

SwitchPage::SwitchPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void SwitchPage::addTo(Router& router, const std::shared_ptr<SwitchPage>& page) {
  router.get("/login/switch", Access::kVisitor, [page](const Visit& visit) { return page->show(visit); });
  router.post("/login/switch", Access::kVisitor, [page](const Visit& visit) { return page->submit(visit); });
}

sso::WebResponse SwitchPage::show(const Visit& visit) const {
  const auto pending = parts_->sso->pendingSwitch(visit.request);
  if (!pending) return stepGonePage(*parts_, visit);
  View view;
  const std::string newcomer = pending->email.empty() ? pending->displayName : pending->email;
  view.set("newcomer", newcomer.empty() ? std::string("the other account") : newcomer);
  view.set("organization", pending->organizationName);
  // The session may have ended while the question stood there.
  view.set("has_session", visit.session.has_value());
  view.set("present_email", visit.session ? visit.session->email : std::string());
  view.set("present_tenant", visit.session ? visit.session->tenantName : std::string());
  Frame frame;
  frame.title = "Sign in as somebody else?";
  frame.bare = true;
  return visitorPage(*parts_, visit, 200, "switch", frame, std::move(view));
}

sso::WebResponse SwitchPage::submit(const Visit& visit) const {
  if (fieldOf(visit, "action") == "switch") return parts_->sso->completeSwitch(visit.request);
  auto answer = sso::WebResponse::redirect("/dashboard");
  answer.cookies.push_back(parts_->sso->abandonSwitch());
  return answer;
}

}  // namespace hostapp
