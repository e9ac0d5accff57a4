// SPDX-License-Identifier: Apache-2.0
#include "pages/settings_guard.h"

#include "roles.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "stores/member_store.h"

namespace hostapp {
namespace {

constexpr int kMostNamed = 5;

}  // namespace

SettingsGuard::SettingsGuard(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

Router::Page SettingsGuard::behind(Router::Page page) const {
  return [parts = parts_, page = std::move(page)](const Visit& visit) {
    return isAdministrator(visit.session->role) ? page(visit) : refuse(*parts, visit);
  };
}

sso::WebResponse SettingsGuard::refuse(const Parts& parts, const Visit& visit) {
  if (visit.request.wantsJson()) {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "settings are for owners and admins");
  }
  std::vector<members::Member> people;
  parts.database->withSession([&](sso::db::Session& session) {
    people = members::administrators(session, visit.session->tenantId, kMostNamed);
  });
  View rows(View::type::list);
  bool any = false;
  for (const auto& person : people) {
    if (!person.active) continue;
    View row;
    row.set("name", person.displayName);
    row.set("owner", person.role == "owner");
    rows << row;
    any = true;
  }
  View view;
  view.set("people", rows);
  view.set("has_people", any);
  Frame frame;
  frame.title = "For owners and admins";
  return memberPage(parts, visit, 403, "settings_refused", frame, std::move(view));
}

}  // namespace hostapp
