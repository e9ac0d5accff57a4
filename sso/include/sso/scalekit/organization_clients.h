// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"
#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

struct ClientSecret {
  std::string id;      ///< "sks_..."
  std::string suffix;  ///< its last characters, to tell one from another
  std::string status;  ///< "ACTIVE", "INACTIVE", or a word we do not know
  Time createTime, expiryTime, lastUsedTime;
};

/// An organization's own API client: machine to machine, by client credentials (CONTRACT.md 4.10).
struct OrganizationClient {
  std::string id;  ///< "m2morg_..."
  std::string organizationId, name, description;
  std::vector<std::string> scopes, audience;
  Metadata customClaims;
  std::chrono::seconds accessTokenLifetime{0};
  std::vector<ClientSecret> secrets;
  Time createTime, updateTime;
};

struct NewOrganizationClient {
  std::string name = {};
  std::string description = {};
  std::vector<std::string> scopes = {}, audience = {};
  Metadata customClaims = {};
  std::optional<std::chrono::seconds> accessTokenLifetime = std::nullopt;
};

/// What a client or secret is born with. Scalekit tells plainSecret this once and never again.
struct CreatedClient {
  OrganizationClient client;
  Secret plainSecret;
};
struct CreatedSecret {
  ClientSecret secret;
  Secret plainSecret;
};

/// Calls on organization clients. Threads, errors and ids as with Organizations.
class OrganizationClients {
 public:
  explicit OrganizationClients(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// POST /api/v1/organizations/{organization_id}/clients. Never repeated by itself.
  CreatedClient create(std::string_view organizationId, const NewOrganizationClient& client) const;
  /// GET /api/v1/organizations/{organization_id}/clients
  Listing<OrganizationClient> list(std::string_view organizationId) const;
  /// GET …/clients/{client_id}
  OrganizationClient get(std::string_view organizationId, std::string_view id) const;
  /// PATCH …/clients/{client_id}: all members are sent; whether Scalekit takes an empty one for none or for no
  /// change it does not say, so look at what comes back.
  OrganizationClient update(std::string_view organizationId, std::string_view id,
                            const NewOrganizationClient& client) const;
  /// DELETE …/clients/{client_id}
  void remove(std::string_view organizationId, std::string_view id) const;
  /// POST …/clients/{client_id}/secrets: one more, so that the old one can be replaced. Never repeated by itself.
  CreatedSecret createSecret(std::string_view organizationId, std::string_view id) const;
  /// DELETE …/clients/{client_id}/secrets/{secret_id}
  void removeSecret(std::string_view organizationId, std::string_view id, std::string_view secretId) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
