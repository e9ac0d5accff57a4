// SPDX-License-Identifier: Apache-2.0
// The settings page's library, as another application links it.
#include <iostream>

#include "sso/admin_portal/admin_portal.h"
#include "sso/admin_portal/page_parts.h"

int main() {
  using namespace sso::admin_portal;
  if (asset("portal.js").empty() || fragment("status.html").empty()) return 1;
  std::cout << contentSecurityPolicy("https://env.example") << '\n' << toJson(SetupView{}) << '\n';
}
