// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"

/// app_work_orders. Every statement names the tenant: a number alone finds nothing.
namespace hostapp::work_orders {

struct WorkOrder {
  int number = 0;
  std::string title, site, reportedBy;
  std::int64_t createdAt = 0;
  std::int64_t doneAt = 0;  ///< 0: open
};

/// Open ones first, newest first; at most `most`.
std::vector<WorkOrder> list(sso::db::Session& session, std::string_view tenantId, int most);
/// Adds it under the tenant's next number, which it returns. In a transaction.
int add(sso::db::Session& session, std::string_view tenantId, const WorkOrder& order);
/// Marks it done or open again; false when the tenant has no such order.
bool setDone(sso::db::Session& session, std::string_view tenantId, int number, std::int64_t doneAt);

}  // namespace hostapp::work_orders
