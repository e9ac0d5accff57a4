// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET / (the front page), GET /dashboard (the team's work orders), POST /work-orders and /work-orders/done.
class DashboardPage {
 public:
  explicit DashboardPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<DashboardPage>& page);

 private:
  sso::WebResponse front(const Visit& visit) const;
  sso::WebResponse show(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse addOrder(const Visit& visit) const;
  sso::WebResponse setDone(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
