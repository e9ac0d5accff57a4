// SPDX-License-Identifier: Apache-2.0
#include "pages/status_routes.h"

#include "json_object.h"
#include "sso/error.h"
#include "sso/error_view.h"

namespace hostapp {
namespace {

JsonObject accountOf(const sessions::SignedIn& who) {
  return JsonObject()
      .text("id", who.accountId)
      .text("email", who.email)
      .truth("email_verified", who.emailVerified)
      .text("display_name", who.displayName);
}

JsonObject organizationOf(const sessions::SignedIn& who) {
  return JsonObject().text("id", who.tenantId).text("name", who.tenantName).text("role", who.role);
}

JsonObject sessionOf(const sessions::SignedIn& who) {
  return JsonObject()
      .text("method", who.method)
      .number("created_at", who.createdAt)
      .number("expires_at", who.expiresAt);
}

JsonObject identityOf(const sessions::SignedIn& who) {
  return JsonObject()
      .text("issuer", who.identityIssuer)
      .text("connection_id", who.identityConnection)
      .text("subject", who.identitySubject)
      .text("organization_id", who.organizationId);
}

}  // namespace

StatusRoutes::StatusRoutes(std::shared_ptr<const Parts> parts, std::shared_ptr<const std::atomic<bool>> stopping)
    : parts_(std::move(parts)), stopping_(std::move(stopping)) {}

void StatusRoutes::addTo(Router& router, const std::shared_ptr<StatusRoutes>& routes) {
  router.get("/me", Access::kVisitor, [routes](const Visit& visit) { return routes->me(visit); });
  router.get("/healthz", Access::kOpen, [](const Visit&) { return sso::WebResponse::json(200, R"({"status":"ok"})"); });
  router.get("/readyz", Access::kOpen, [routes](const Visit&) { return routes->ready(); });
}

sso::WebResponse StatusRoutes::me(const Visit& visit) const {
  if (!visit.session) {
    // An expected answer, asked for often: no exception, no log line.
    const sso::Error nobody(sso::ErrorCode::kUnauthorized, "host");
    return sso::errorAsJson(sso::viewOf(nobody, sso::newReference(*parts_->random)));
  }
  const auto& who = *visit.session;
  JsonObject body;
  body.object("account", accountOf(who)).object("organization", organizationOf(who)).object("session", sessionOf(who));
  if (who.method == "sso") {
    body.object("identity", identityOf(who));
  } else {
    body.null("identity");
  }
  return sso::WebResponse::json(200, body.str());
}

sso::WebResponse StatusRoutes::ready() const {
  const auto readiness = parts_->sso->readiness();
  const bool stopping = stopping_->load();
  const bool ready = readiness.ready && !stopping;
  return sso::WebResponse::json(ready ? 200 : 503, JsonObject()
                                                       .truth("ready", ready)
                                                       .truth("database", readiness.storage)
                                                       .truth("keys", readiness.keys)
                                                       .truth("stopping", stopping)
                                                       .str());
}

}  // namespace hostapp
