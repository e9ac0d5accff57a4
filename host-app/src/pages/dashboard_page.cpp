// SPDX-License-Identifier: Apache-2.0
#include "pages/dashboard_page.h"

#include <charconv>

#include "in_transaction.h"
#include "sso/error.h"
#include "stores/work_order_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr int kMostOrders = 100;

View orderView(const work_orders::WorkOrder& order, std::int64_t now) {
  View row;
  row.set("number", std::to_string(order.number));
  row.set("order_title", order.title);
  row.set("site", order.site);
  row.set("reported_by", order.reportedBy);
  row.set("reported", formatAgo(order.createdAt, now));
  row.set("done", order.doneAt > 0);
  row.set("open", order.doneAt == 0);
  return row;
}

}  // namespace

DashboardPage::DashboardPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void DashboardPage::addTo(Router& router, const std::shared_ptr<DashboardPage>& page) {
  router.get("/", Access::kVisitor, [page](const Visit& visit) { return page->front(visit); });
  router.get("/dashboard", Access::kMember, [page](const Visit& visit) { return page->show(visit, 200, ""); });
  router.post("/work-orders", Access::kMember, [page](const Visit& visit) { return page->addOrder(visit); });
  router.post("/work-orders/done", Access::kMember, [page](const Visit& visit) { return page->setDone(visit); });
}

sso::WebResponse DashboardPage::front(const Visit& visit) const {
  if (visit.session) return sso::WebResponse::redirect("/dashboard");
  Frame frame;
  frame.title = "Work orders everybody can follow";
  return parts_->pages->page(200, "front", frame, View(View::type::object));
}

sso::WebResponse DashboardPage::show(const Visit& visit, int status, const std::string& problem) const {
  std::vector<work_orders::WorkOrder> orders;
  parts_->database->withSession(
      [&](sso::db::Session& session) { orders = work_orders::list(session, visit.session->tenantId, kMostOrders); });
  const std::int64_t now = parts_->sessions->now();
  View rows(View::type::list);
  int open = 0;
  int thisWeek = 0;
  for (const auto& order : orders) {
    if (order.doneAt == 0) ++open;
    if (order.doneAt > now - 7 * 86400) ++thisWeek;
    rows << orderView(order, now);
  }
  View view;
  view.set("orders", rows);
  view.set("has_orders", !orders.empty());
  view.set("open_count", std::to_string(open));
  view.set("done_count", std::to_string(thisWeek));
  view.set("has_problem", !problem.empty());
  view.set("problem", problem);
  view.set("typed_title", fieldOf(visit, "title"));
  view.set("typed_site", fieldOf(visit, "site"));
  Frame frame;
  frame.title = problem.empty() ? "Work orders" : "Error: Work orders";
  frame.current = "dashboard";
  return memberPage(*parts_, visit, status, "dashboard", frame, std::move(view));
}

sso::WebResponse DashboardPage::addOrder(const Visit& visit) const {
  const auto title = plainLine(fieldOf(visit, "title"), 120);
  const auto site = plainLine(fieldOf(visit, "site"), 80);
  if (!title || !site)
    return show(visit, 400, "Say what has to be done (at most 120 characters) and where (at most 80).");
  work_orders::WorkOrder order;
  order.title = *title;
  order.site = *site;
  order.reportedBy = visit.session->displayName;
  order.createdAt = parts_->sessions->now();
  inTransaction(*parts_->storage, [&](sso::UnitOfWork&, sso::db::Session& session) {
    work_orders::add(session, visit.session->tenantId, order);
  });
  return sso::WebResponse::redirect("/dashboard");
}

sso::WebResponse DashboardPage::setDone(const Visit& visit) const {
  const std::string text = fieldOf(visit, "number");
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw sso::Error(sso::ErrorCode::kInvalidRequest, "malformed", "number of a work order");
  }
  const bool done = fieldOf(visit, "done") == "1";
  bool found = false;
  parts_->database->withSession([&](sso::db::Session& session) {
    found = work_orders::setDone(session, visit.session->tenantId, number, done ? parts_->sessions->now() : 0);
  });
  if (!found) throw sso::Error(sso::ErrorCode::kNotFound, "host", "no such work order in this tenant");
  return sso::WebResponse::redirect("/dashboard");
}

}  // namespace hostapp
