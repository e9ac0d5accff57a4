// SPDX-License-Identifier: Apache-2.0
#include "pages/requests_page.h"

#include "pages/settings_guard.h"
#include "sso/access_requests.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "text_rules.h"

namespace hostapp {
namespace {

View rowOf(const sso::AccessRequest& request, std::int64_t now) {
  const bool declined = request.state == sso::AccessRequestState::kDeclined;
  View row;
  row.set("id", request.id);
  row.set("name", request.displayName.empty() ? request.email : request.displayName);
  row.set("email", request.email);
  row.set("declined", declined);
  row.set("when", (declined ? "Declined " : "Asked ") +
                      formatAgo(sso::toEpochSeconds(declined ? request.decidedAt : request.requestedAt), now));
  return row;
}

std::string doneSentence(const std::string& done) {
  if (done == "approved") return "Approved. Their next sign-in makes the account.";
  if (done == "declined") return "Declined. You can still approve it later.";
  return "";
}

}  // namespace

RequestsPage::RequestsPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void RequestsPage::addTo(Router& router, const std::shared_ptr<RequestsPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get("/settings/requests", Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit, 200, ""); }));
  router.post("/settings/requests", Access::kMember,
              guard.behind([page](const Visit& visit) { return page->decide(visit); }));
}

sso::WebResponse RequestsPage::show(const Visit& visit, int status, const std::string& problem) const {
  const auto& tenantId = visit.session->tenantId;
  const auto requests = parts_->sso->accessRequests().list(tenantId);
  View rows(View::type::list);
  for (const auto& request : requests) rows << rowOf(request, parts_->sessions->now());
  const std::string done = problem.empty() ? doneSentence(queryOf(visit, "done")) : "";
  View view;
  view.set("requests", rows);
  view.set("has_requests", !requests.empty());
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  view.set("done", done);
  view.set("has_done", !done.empty());
  view.set("tab_requests", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem.empty() ? "Requests" : "Error: Requests";
  frame.current = "settings";
  return memberPage(*parts_, visit, status, "requests", frame, std::move(view));
}

sso::WebResponse RequestsPage::decide(const Visit& visit) const {
  const std::string word = fieldOf(visit, "decision");
  if (word != "approve" && word != "decline") {
    throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "no such decision");
  }
  const auto& who = *visit.session;
  const auto& requests = parts_->sso->accessRequests();
  const sso::Actor actor{who.accountId, visit.request.remoteAddress, ""};
  const std::string id = fieldOf(visit, "request");
  const bool decided =
      word == "approve" ? requests.approve(who.tenantId, id, actor) : requests.decline(who.tenantId, id, actor);
  if (!decided) return show(visit, 409, "Somebody has decided this one already, or it is gone. Nothing was changed.");
  return sso::WebResponse::redirect("/settings/requests?done=" +
                                    std::string(word == "approve" ? "approved" : "declined"));
}

}  // namespace hostapp
