// SPDX-License-Identifier: Apache-2.0
#include "portal/portal_session.h"

#include <algorithm>
#include <set>

#include "encoding.h"
#include "redirect_rules.h"

namespace scalekit_simulator {
namespace {

constexpr std::string_view kCookie = "scalekit_portal_session";
constexpr Seconds kKept{24 * 3600};  // Longer than any session, so that a page can be told when its own ended.
constexpr std::size_t kMaxEvents = 20;

/// An iframe on another site gets the cookie with SameSite=None only, and that asks for https (CONTRACT.md 5.2).
std::string cookieHeader(const Context& context, const std::string& secret) {
  return std::string(kCookie) + "=" + secret + "; Path=/; HttpOnly; " +
         (context.https() ? "SameSite=None; Secure" : "SameSite=Lax");
}

PortalSession* liveSession(StateData& data, const std::string& key, Instant now) {
  PortalSession* session = key.empty() ? nullptr : data.portalSessions.find(key, now);
  return session == nullptr || now >= session->expiresAt ? nullptr : session;
}

}  // namespace

std::string beginPortalSession(Context& context, const PortalLink& link) {
  const std::string secret = base64Url(randomBytes(32));
  PortalSession session;
  session.organizationId = link.organizationId;
  session.features = link.features;
  session.csrfToken = base64Url(randomBytes(32));
  const Instant now = context.now();
  context.state.with([&](StateData& data) {
    session.expiresAt = now + data.portalSessionLifetime;
    data.sweep(now);
    data.portalSessions.put(sha256(secret), std::move(session), now + kKept);
  });
  return cookieHeader(context, secret);
}

std::string portalSessionKey(const HttpRequest& http) {
  const auto secret = http.cookie(kCookie);
  return secret && !secret->empty() ? sha256(*secret) : std::string{};
}

std::optional<PortalVisit> findPortalVisit(Context& context, const HttpRequest& http) {
  PortalVisit visit;
  visit.key = portalSessionKey(http);
  visit.now = context.now();
  const bool found = context.state.with([&](StateData& data) {
    Environment& environment = data.environment;
    const PortalSession* session = liveSession(data, visit.key, visit.now);
    const Organization* organization =
        session == nullptr ? nullptr : environment.findOrganization(session->organizationId);
    if (organization == nullptr) return false;
    visit.session = *session;
    visit.organization = *organization;
    visit.environmentName = environment.name;
    visit.customAttributes = environment.customAttributes;
    visit.txtRecords = environment.txtRecords;
    visit.development = environment.kind == EnvironmentKind::kDevelopment;
    visit.origins = portalOrigins(environment, organization);
    return true;
  });
  return found ? std::optional(std::move(visit)) : std::nullopt;
}

std::optional<Instant> portalSessionEnd(Context& context, const HttpRequest& http) {
  const std::string key = portalSessionKey(http);
  return context.state.with([&](StateData& data) -> std::optional<Instant> {
    const PortalSession* session = key.empty() ? nullptr : data.portalSessions.find(key, context.now());
    return session == nullptr ? std::nullopt : std::optional(session->expiresAt);
  });
}

std::string portalSessionTag(const PortalSession& session) { return hex(sha256(session.csrfToken)).substr(0, 16); }

void tellPortal(StateData& data, const std::string& key, std::string notice, bool bad, nlohmann::json event) {
  PortalSession* session = data.portalSessions.find(key, Instant::min());
  if (session == nullptr) return;
  session->notice = std::move(notice);
  session->noticeIsBad = bad;
  if (!event.is_null() && session->events.size() < kMaxEvents) session->events.push_back(std::move(event));
}

std::size_t limitPortalSessions(Context& context, const std::string& organizationId, Seconds left) {
  const Instant now = context.now();
  return context.state.with([&](StateData& data) {
    std::size_t count = 0;
    data.portalSessions.forEach([&](const std::string&, PortalSession& session, Instant) {
      const bool meant = organizationId.empty() || session.organizationId == organizationId;
      if (!meant || now >= session.expiresAt) return;
      session.expiresAt = std::min(session.expiresAt, now + left);
      ++count;
    });
    return count;
  });
}

std::vector<std::string> portalOrigins(const Environment& environment, const Organization* organization) {
  std::set<std::string> origins;
  for (const auto& client : environment.clients) {
    if (!client.active) continue;
    for (const auto& uri : client.redirectUris) {
      const std::string whole = organization == nullptr ? uri : expandTemplates(uri, *organization);
      const std::string source = cspSourceOf(whole);
      const bool web = source.starts_with("http://") || source.starts_with("https://");
      if (web && whole.find("{{") == std::string::npos) origins.insert(source);
    }
  }
  return {origins.begin(), origins.end()};
}

}  // namespace scalekit_simulator
