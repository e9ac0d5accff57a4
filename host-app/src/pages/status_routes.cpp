// SPDX-License-Identifier: Apache-2.0
#include "pages/status_routes.h"

#include <nlohmann/json.hpp>

#include "sso/error.h"
#include "sso/error_view.h"

namespace hostapp {
namespace {

using nlohmann::json;

json identityOf(const sessions::SignedIn& who) {
  if (who.method != "sso") return nullptr;
  return {{"issuer", who.identityIssuer},
          {"connection_id", who.identityConnection},
          {"subject", who.identitySubject},
          {"organization_id", who.organizationId}};
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
  const json body = {
      {"account",
       {{"id", who.accountId},
        {"email", who.email},
        {"email_verified", who.emailVerified},
        {"display_name", who.displayName}}},
      {"organization", {{"id", who.tenantId}, {"name", who.tenantName}, {"role", who.role}}},
      {"session", {{"method", who.method}, {"created_at", who.createdAt}, {"expires_at", who.expiresAt}}},
      {"identity", identityOf(who)}};
  return sso::WebResponse::json(200, body.dump());
}

sso::WebResponse StatusRoutes::ready() const {
  const auto readiness = parts_->sso->readiness();
  const bool stopping = stopping_->load();
  const bool ready = readiness.ready && !stopping;
  const json body = {
      {"ready", ready}, {"database", readiness.storage}, {"keys", readiness.keys}, {"stopping", stopping}};
  return sso::WebResponse::json(ready ? 200 : 503, body.dump());
}

}  // namespace hostapp
