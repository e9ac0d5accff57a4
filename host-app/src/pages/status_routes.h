// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>

#include "pages/page_helpers.h"

namespace hostapp {

/// What programs ask: GET /me, /healthz, /readyz.
class StatusRoutes {
 public:
  /// stopping: set when the server is about to go, so that a load balancer looks elsewhere first.
  StatusRoutes(std::shared_ptr<const Parts> parts, std::shared_ptr<const std::atomic<bool>> stopping);
  static void addTo(Router& router, const std::shared_ptr<StatusRoutes>& routes);

 private:
  sso::WebResponse me(const Visit& visit) const;
  sso::WebResponse ready() const;

  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const std::atomic<bool>> stopping_;
};

}  // namespace hostapp
