// SPDX-License-Identifier: Apache-2.0
#include "stores/work_order_store.h"

#include "sso/db/kept_statement.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp::work_orders {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct ListOrders : KeptStatement {
  Text tenantId;
  int most = 0;
  WorkOrder out;
  long long createdAt = 0, doneAt = 0;
  explicit ListOrders(Session& session) : KeptStatement(session, "app.order.list") {
    prepare((session.prepare << "SELECT number, title, site, reported_by, created_at, COALESCE(done_at, 0) FROM "
                                "app_work_orders WHERE tenant_id = :tenant ORDER BY CASE WHEN done_at IS NULL THEN 0 "
                                "ELSE 1 END, number DESC LIMIT :most",
             soci::into(out.number), soci::into(out.title), soci::into(out.site), soci::into(out.reportedBy),
             soci::into(createdAt), soci::into(doneAt), soci::use(tenantId.bound(), "tenant"),
             soci::use(most, "most")));
  }
};

/// The tenant's row is the lock that keeps two new orders from taking one number.
struct NextNumber : KeptStatement {
  Text tenantId;
  int number = 0;
  explicit NextNumber(Session& session) : KeptStatement(session, "app.order.next_number") {
    prepare((session.prepare << "UPDATE app_tenants SET last_order_number = last_order_number + 1 WHERE id = :tenant "
                                "RETURNING last_order_number",
             soci::into(number), soci::use(tenantId.bound(), "tenant")));
  }
};

struct InsertOrder : KeptStatement {
  Text tenantId, title, site, reportedBy;
  int number = 0;
  long long createdAt = 0, doneAt = 0;
  explicit InsertOrder(Session& session) : KeptStatement(session, "app.order.insert") {
    prepare((session.prepare << "INSERT INTO app_work_orders (tenant_id, number, title, site, reported_by, "
                                "created_at, done_at) VALUES (:tenant, :number, :title, :site, :by, :created, "
                                "NULLIF(CAST(:done AS BIGINT), 0))",
             soci::use(tenantId.bound(), "tenant"), soci::use(number, "number"), soci::use(title.bound(), "title"),
             soci::use(site.bound(), "site"), soci::use(reportedBy.bound(), "by"), soci::use(createdAt, "created"),
             soci::use(doneAt, "done")));
  }
};

struct SetDone : KeptStatement {
  Text tenantId;
  int number = 0;
  long long doneAt = 0;
  explicit SetDone(Session& session) : KeptStatement(session, "app.order.set_done") {
    prepare(
        (session.prepare
             << "UPDATE app_work_orders SET done_at = NULLIF(CAST(:done AS BIGINT), 0) WHERE tenant_id = :tenant AND "
                "number = :number",
         soci::use(doneAt, "done"), soci::use(tenantId.bound(), "tenant"), soci::use(number, "number")));
  }
};

}  // namespace

std::vector<WorkOrder> list(Session& session, std::string_view tenantId, int most) {
  std::vector<WorkOrder> found;
  auto& statement = session.kept<ListOrders>();
  statement.tenantId = tenantId;
  statement.most = most;
  statement.each([&] {
    found.push_back(statement.out);
    found.back().createdAt = statement.createdAt;
    found.back().doneAt = statement.doneAt;
  });
  return found;
}

int add(Session& session, std::string_view tenantId, const WorkOrder& order) {
  auto& next = session.kept<NextNumber>();
  next.tenantId = tenantId;
  if (!next.row()) throw sso::Error(sso::ErrorCode::kNotFound, sso::reason::kHost, "no such tenant");
  auto& statement = session.kept<InsertOrder>();
  statement.tenantId = tenantId;
  statement.number = next.number;
  statement.title = order.title;
  statement.site = order.site;
  statement.reportedBy = order.reportedBy;
  statement.createdAt = order.createdAt;
  statement.doneAt = order.doneAt;
  statement.run();
  return next.number;
}

bool setDone(Session& session, std::string_view tenantId, int number, std::int64_t doneAt) {
  auto& statement = session.kept<SetDone>();
  statement.tenantId = tenantId;
  statement.number = number;
  statement.doneAt = doneAt;
  return statement.run() == 1;
}

}  // namespace hostapp::work_orders
