// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/organization_clients.h"

#include "oidc/upstream_answer.h"
#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

constexpr std::uint64_t kMostSeconds = 366ULL * 24 * 3600;  // a longer token life is a broken answer

ClientSecret secretFrom(const json& object) {
  ClientSecret secret;
  secret.id = idField(object);
  secret.suffix = textField(object, "secret_suffix");
  secret.status = textField(object, "status");
  secret.createTime = timeField(object, "create_time");
  secret.expiryTime = timeField(object, "expire_time");
  secret.lastUsedTime = timeField(object, "last_used_time");
  return secret;
}

/// [{"key":…,"value":…}]
std::pair<std::string, std::string> claimFrom(const json& object) {
  return {idField(object, "key"), textField(object, "value")};
}

OrganizationClient clientFrom(const json& object) {
  OrganizationClient client;
  client.id = object.contains("client_id") ? idField(object, "client_id") : idField(object);
  client.organizationId = textField(object, "organization_id");
  client.name = textField(object, "name");
  client.description = textField(object, "description");
  client.scopes = textsField(object, "scopes");
  client.audience = textsField(object, "audience");
  for (auto& claim : listField(object, "custom_claims", claimFrom)) client.customClaims.insert(std::move(claim));
  const std::uint64_t lifetime = countField(object, "expiry");
  if (lifetime > kMostSeconds) rejectAnswer("the life of a client's tokens is out of range");
  client.accessTokenLifetime = std::chrono::seconds(lifetime);
  client.secrets = listField<ClientSecret>(object, "secrets", secretFrom);
  client.createTime = timeField(object, "create_time");
  client.updateTime = timeField(object, "update_time");
  return client;
}

json bodyOf(const NewOrganizationClient& client) {
  json body = {{"name", client.name},
               {"description", client.description},
               {"scopes", client.scopes},
               {"audience", client.audience},
               {"custom_claims", json::array()}};
  for (const auto& [key, value] : client.customClaims) {
    body["custom_claims"].push_back({{"key", key}, {"value", value}});
  }
  // A 64-bit number travels as text (CONTRACT.md 4.1).
  if (client.accessTokenLifetime) body["expiry"] = std::to_string(client.accessTokenLifetime->count());
  return body;
}

ApiPath clientsOf(std::string_view organizationId) {
  return ApiPath("organizations").id(organizationId).word("clients");
}

Secret plainSecretIn(const json& answer) {
  Secret secret(textField(answer, "plain_secret"));
  if (secret.empty()) rejectAnswer("a new secret was not told");
  return secret;
}

}  // namespace

CreatedClient OrganizationClients::create(std::string_view organizationId, const NewOrganizationClient& client) const {
  const json answer = api_->once("organizationClients.create", "POST", clientsOf(organizationId), bodyOf(client));
  return {clientFrom(requiredObject(answer, "client")), plainSecretIn(answer)};
}

Listing<OrganizationClient> OrganizationClients::list(std::string_view organizationId) const {
  return Listing<OrganizationClient>([api = api_, path = clientsOf(organizationId)](const std::string& pageToken) {
    return pageOf<OrganizationClient>(api->get("organizationClients.list", path, pageQuery(kSmallPage, pageToken)),
                                      "clients", clientFrom);
  });
}

OrganizationClient OrganizationClients::get(std::string_view organizationId, std::string_view id) const {
  OrganizationClient client =
      clientFrom(requiredObject(api_->get("organizationClients.get", clientsOf(organizationId).id(id)), "client"));
  requireAsked(client.id, id);
  requireAsked(client.organizationId, organizationId);
  return client;
}

OrganizationClient OrganizationClients::update(std::string_view organizationId, std::string_view id,
                                               const NewOrganizationClient& client) const {
  const json answer =
      api_->change("organizationClients.update", "PATCH", clientsOf(organizationId).id(id), bodyOf(client));
  return clientFrom(requiredObject(answer, "client"));
}

void OrganizationClients::remove(std::string_view organizationId, std::string_view id) const {
  api_->once("organizationClients.remove", "DELETE", clientsOf(organizationId).id(id));
}

CreatedSecret OrganizationClients::createSecret(std::string_view organizationId, std::string_view id) const {
  const json answer =
      api_->once("organizationClients.createSecret", "POST", clientsOf(organizationId).id(id).word("secrets"));
  return {secretFrom(requiredObject(answer, "secret")), plainSecretIn(answer)};
}

void OrganizationClients::removeSecret(std::string_view organizationId, std::string_view id,
                                       std::string_view secretId) const {
  api_->once("organizationClients.removeSecret", "DELETE",
             clientsOf(organizationId).id(id).word("secrets").id(secretId));
}

}  // namespace sso::scalekit
