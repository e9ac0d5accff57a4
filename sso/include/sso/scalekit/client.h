// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"
#include "sso/scalekit/api_error.h"
#include "sso/scalekit/authentication_logs.h"
#include "sso/scalekit/connections.h"
#include "sso/scalekit/directories.h"
#include "sso/scalekit/domains.h"
#include "sso/scalekit/memberships.h"
#include "sso/scalekit/organization_clients.h"
#include "sso/scalekit/organizations.h"
#include "sso/scalekit/portal_links.h"
#include "sso/scalekit/roles.h"
#include "sso/scalekit/sessions.h"
#include "sso/scalekit/users.h"

/// Scalekit's management API (CONTRACT.md 4), typed. docs/MANAGEMENT.md sets it beside Scalekit's own SDKs.
///
///   auto scalekit = sso::scalekit::Client::create(sso::SsoOptions::fromEnvironment());
///   auto acme = scalekit->organizations().create({.displayName = "Acme", .externalId = tenantId});
///   auto link = scalekit->portalLinks().create(acme.id);
namespace sso::scalekit {

/// What the client is built from; a null part gets its production default.
struct ClientDependencies {
  std::shared_ptr<HttpTransport> transport = nullptr;
  std::shared_ptr<Clock> clock = nullptr;
  std::shared_ptr<LogSink> log = nullptr;
};

/// The groups of calls, over one machine token and one set of connections. The token is obtained with the client's
/// credentials when first needed, renewed before it expires by one caller while the others go on with the old one, and
/// once after a 401. Calls that read, or that set absolute values, are repeated, at most three times within
/// requestTimeout, after 429 and 5xx, with jitter and no sooner than Retry-After says. Inside a request that the module
/// serves a call also keeps to what that request has left of SsoOptions::totalTimeout. Immutable after create();
/// thread-safe.
class Client {
 public:
  /// Of the options it reads environmentUrl, clientId, clientSecret, environment, the timeouts, maxResponseBytes,
  /// caFile and allowedEndpointOrigins. Makes no network call. Throws Error(kConfig) listing every problem of these.
  static std::shared_ptr<const Client> create(const SsoOptions& options, ClientDependencies dependencies = {});
  /// Over calls that exist already; SsoModule shares its own in this way.
  Client(const std::shared_ptr<const detail::RestApi>& api, const std::string& environmentUrl);

  const Organizations& organizations() const { return organizations_; }
  const Connections& connections() const { return connections_; }
  const Domains& domains() const { return domains_; }
  const PortalLinks& portalLinks() const { return portalLinks_; }
  const Users& users() const { return users_; }
  const Memberships& memberships() const { return memberships_; }
  const Roles& roles() const { return roles_; }
  const Permissions& permissions() const { return permissions_; }
  const Directories& directories() const { return directories_; }
  const Sessions& sessions() const { return sessions_; }
  const OrganizationClients& organizationClients() const { return organizationClients_; }
  const AuthenticationLogs& authenticationLogs() const { return authenticationLogs_; }

 private:
  Organizations organizations_;
  Connections connections_;
  Domains domains_;
  PortalLinks portalLinks_;
  Users users_;
  Memberships memberships_;
  Roles roles_;
  Permissions permissions_;
  Directories directories_;
  Sessions sessions_;
  OrganizationClients organizationClients_;
  AuthenticationLogs authenticationLogs_;
};

}  // namespace sso::scalekit
