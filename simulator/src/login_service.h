// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "context.h"
#include "http_message.h"

/// What follows once it is known who signs in, or that nobody does: the redirect back to the application.
namespace scalekit_simulator {

/// The redirect with code and state, and the browser's session at the identity provider; or the error redirect when the
/// person is inactive, outside the connection's domains, or the connection was switched off meanwhile.
/// authenticatedAt: when a session that answers silently began; nullopt: the person was asked now.
HttpResponse finishLogin(Context& context, const HttpRequest& http, const AuthRequest& request, const Person& person,
                         std::optional<Instant> authenticatedAt = std::nullopt);

/// Does the connection's own list of domains keep this person out?
bool isOutsideDomains(const Connection& connection, const Person& person);

/// The redirect of CONTRACT.md 2.6.
HttpResponse failLogin(const std::string& redirectUri, const std::optional<std::string>& state, std::string_view code,
                       std::string_view description);

/// An IdP-initiated login: the person has a session at their identity provider, the application gets a token that is no
/// more than a hint (CONTRACT.md 7.2). fallbackUri: where to go when the client has no initiate login URL.
HttpResponse startAtIdp(Context& context, const HttpRequest& http, const std::string& clientId,
                        const std::string& connectionId, const Person& person, const std::string& relayState,
                        const std::string& fallbackUri);

/// The session that this browser has at a connection's identity provider. consumeIdpMark: forgets that it came from the
/// app tile, so that it makes one login silent and not every later one.
std::optional<IdpSession> idpSession(Context& context, const HttpRequest& http, const std::string& connectionId,
                                     bool consumeIdpMark);

constexpr std::string_view kSessionCookie = "scalekit_simulator_session";

/// Set-Cookie with the attributes that all of ours have; an empty value deletes.
std::string sessionCookie(const Context& context, const std::string& value);

}  // namespace scalekit_simulator
