// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "context.h"
#include "http_message.h"

/// An IT admin's session in the portal (CONTRACT.md 5.1, 5.2): a random cookie, kept as its digest, for one
/// organization and at most six hours.
namespace scalekit_simulator {

/// How long before its end a session warns (CONTRACT.md 5.4).
constexpr Seconds kPortalWarning{300};

/// What one request of the portal works with: copies, taken under the lock.
struct PortalVisit {
  std::string key;  ///< Of the session in the state.
  PortalSession session;
  Organization organization;
  std::string environmentName;
  std::vector<std::string> customAttributes;
  TxtRecords txtRecords;
  bool development = false;
  std::vector<std::string> origins;  ///< Whom the portal lets embed it.
  Instant now;
};

/// Opens a session for whoever came by this link; returns the response's Set-Cookie.
std::string beginPortalSession(Context& context, const PortalLink& link);

/// The visit of this request's cookie; nullopt without a session, once it is over, or when its organization is gone.
std::optional<PortalVisit> findPortalVisit(Context& context, const HttpRequest& http);

/// The digest that a request's cookie stands for; empty without a cookie.
std::string portalSessionKey(const HttpRequest& http);

/// When the session of this request ends, or ended not long ago; nullopt when nothing is known of it.
std::optional<Instant> portalSessionEnd(Context& context, const HttpRequest& http);

/// A name for the session that says nothing about its cookie: tells a page that another session took its place.
std::string portalSessionTag(const PortalSession& session);

/// Something for the next page of this session: a sentence for the admin, an event for the embedding page (or null).
void tellPortal(StateData& data, const std::string& key, std::string notice, bool bad, nlohmann::json event);

/// Ends or shortens the sessions of an organization, or all when it is empty: they last `left` from now. Returns how
/// many there were.
std::size_t limitPortalSessions(Context& context, const std::string& organizationId, Seconds left);

/// Origins of the callback URLs of the environment's active applications; `organization`, if any, fills their templates
/// (CONTRACT.md 2.5, 5.2).
std::vector<std::string> portalOrigins(const Environment& environment, const Organization* organization);

}  // namespace scalekit_simulator
