// SPDX-License-Identifier: Apache-2.0
#include "management/organization_clients.h"

#include <array>

#include "encoding.h"
#include "management/field_reader.h"
#include "management/limits.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr PageLimits kClientPage{10, 1, 100};
constexpr std::size_t kMaxScopes = 100, kMaxAudience = 20, kMaxClaims = 20;
constexpr long long kMaxExpiry = 30LL * 86400;

Json secretJson(const ClientSecret& secret) {
  return {{"id", secret.id},
          {"secret_suffix", secret.suffix},
          {"status", "ACTIVE"},
          {"create_time", rfc3339(secret.createdAt)},
          {"update_time", rfc3339(secret.createdAt)}};
}

Json clientJson(const Organization& organization, const MachineClient& client) {
  Json claims = Json::array();
  for (const auto& [key, value] : client.customClaims) claims.push_back({{"key", key}, {"value", value}});
  Json secrets = Json::array();
  for (const auto& secret : client.secrets) secrets.push_back(secretJson(secret));
  return {{"client_id", client.id},
          {"name", client.name},
          {"description", client.description},
          {"organization_id", organization.id},
          {"scopes", client.scopes},
          {"audience", client.audience},
          {"custom_claims", std::move(claims)},
          {"expiry", std::to_string(client.expirySeconds)},  // 64 bits travel as text (CONTRACT.md 4.1).
          {"secrets", std::move(secrets)},
          {"create_time", rfc3339(client.createdAt)},
          {"update_time", rfc3339(client.updatedAt)}};
}

/// What was sent, read into a copy of the client.
MachineClient readClient(const Json& body, MachineClient client, bool fresh) {
  std::vector<FieldViolation> violations;
  FieldReader reader(body, "client", violations);
  if (fresh) reader.requiredText("name", {1, 128});
  client.name = reader.text("name", {1, 128}).value_or(client.name);
  client.description = reader.text("description", {0, 2000}).value_or(client.description);
  // A scope is a token of RFC 6749 section 3.3.
  client.scopes =
      reader.texts("scopes", kMaxScopes, {1, 128, "[\\x21\\x23-\\x5B\\x5D-\\x7E]+"}).value_or(client.scopes);
  client.audience = reader.texts("audience", kMaxAudience, {1, 1024}).value_or(client.audience);
  client.expirySeconds = reader.number("expiry", 1, kMaxExpiry).value_or(client.expirySeconds);
  if (const Json* claims = reader.array("custom_claims", kMaxClaims)) {
    client.customClaims.clear();
    for (std::size_t i = 0; i < claims->size(); ++i) {
      FieldReader item((*claims)[i], "client.custom_claims[" + std::to_string(i) + "]", violations);
      std::string key = item.requiredText("key", {1, 128});
      std::string value = item.requiredText("value", {0, 1024});
      item.finish();
      for (const auto& [known, unused] : client.customClaims) {
        static_cast<void>(unused);
        if (known == key) item.violation("key", "the claim is named twice", "repeated.unique");
      }
      client.customClaims.emplace_back(std::move(key), std::move(value));
    }
  }
  reader.finish();
  throwIfAny(std::move(violations));
  return client;
}

/// Adds a secret; returns it in plain, for this answer and never again.
std::string addSecret(ApiCall& call, MachineClient& client) {
  if (client.secrets.size() >= limits::kSecrets) throw resourceExhausted("the client has too many secrets");
  std::string plain = "test_" + base64Url(randomBytes(32));
  client.secrets.push_back({call.context.ids.next("sks"), digestOf(plain), plain.substr(plain.size() - 4), call.now});
  return plain;
}

MachineClient& theClient(const ApiCall& call) {
  for (auto& client : call.organization().clients) {
    if (client.id == call.argument(1)) return client;
  }
  throw notFound("client");
}

Json createClient(ApiCall& call) {
  Organization& organization = call.organization();
  MachineClient client = readClient(call.body(), {}, true);
  if (organization.clients.size() >= limits::kMachineClients) throw resourceExhausted("there are too many clients");
  client.id = call.context.ids.next("m2morg");
  client.createdAt = client.updatedAt = call.now;
  const std::string plain = addSecret(call, client);
  organization.clients.push_back(std::move(client));
  call.changed();
  return {{"client", clientJson(organization, organization.clients.back())}, {"plain_secret", plain}};
}

Json listClients(ApiCall& call) {
  const Organization& organization = call.organization();
  std::vector<const MachineClient*> clients;
  for (const auto& client : organization.clients) clients.push_back(&client);
  return pagedAnswer(call, kClientPage, "clients", clients,
                     [&](const MachineClient& client) { return clientJson(organization, client); });
}

Json getClient(ApiCall& call) {
  const MachineClient& client = theClient(call);
  return {{"client", clientJson(call.organization(), client)}};
}

Json updateClient(ApiCall& call) {
  MachineClient& client = theClient(call);
  client = readClient(call.body(), client, false);
  client.updatedAt = call.now;
  call.changed();
  return {{"client", clientJson(call.organization(), client)}};
}

Json deleteClient(ApiCall& call) {
  const std::string id = theClient(call).id;
  std::erase_if(call.organization().clients, [&](const MachineClient& one) { return one.id == id; });
  call.changed();
  return Json::object();
}

Json createSecret(ApiCall& call) {
  MachineClient& client = theClient(call);
  const std::string plain = addSecret(call, client);
  client.updatedAt = call.now;
  call.changed();
  return {{"plain_secret", plain}, {"secret", secretJson(client.secrets.back())}};
}

Json deleteSecret(ApiCall& call) {
  MachineClient& client = theClient(call);
  const auto gone =
      std::erase_if(client.secrets, [&](const ClientSecret& secret) { return secret.id == call.argument(2); });
  if (gone == 0) throw notFound("secret");
  client.updatedAt = call.now;
  call.changed();
  return Json::object();
}

constexpr std::array kOrganizationClientRoutes = {
    ApiRoute{"POST", "organizations/{id}/clients", createClient, 201},
    ApiRoute{"GET", "organizations/{id}/clients", listClients},
    ApiRoute{"GET", "organizations/{id}/clients/{id}", getClient},
    ApiRoute{"PATCH", "organizations/{id}/clients/{id}", updateClient},
    ApiRoute{"DELETE", "organizations/{id}/clients/{id}", deleteClient},
    ApiRoute{"POST", "organizations/{id}/clients/{id}/secrets", createSecret, 201},
    ApiRoute{"DELETE", "organizations/{id}/clients/{id}/secrets/{id}", deleteSecret},
};

}  // namespace

std::span<const ApiRoute> organizationClientRoutes() { return kOrganizationClientRoutes; }

}  // namespace scalekit_simulator
