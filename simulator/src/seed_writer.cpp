// SPDX-License-Identifier: Apache-2.0
#include "seed.h"

#include "encoding.h"
#include "seed_parts.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

Json personJson(const Person& person) {
  Json json = {{"email", person.email}, {"active", person.active}, {"attributes", Json::object()}};
  if (!person.givenName.empty()) json["given_name"] = person.givenName;
  if (!person.familyName.empty()) json["family_name"] = person.familyName;
  if (!person.name.empty()) json["name"] = person.name;
  if (!person.subject.empty()) json["subject"] = person.subject;
  if (person.emailVerified) json["email_verified"] = *person.emailVerified;
  if (person.groups) json["groups"] = *person.groups;
  for (const auto& [key, value] : person.attributes) json["attributes"][key] = value;
  return json;
}

Json connectionJson(const Connection& connection) {
  Json people = Json::array();
  for (const auto& person : connection.people) people.push_back(personJson(person));
  Json json = {{"id", connection.id},
               {"provider", connection.provider},
               {"type", connection.type},
               {"status", connection.status},
               {"enabled", connection.enabled},
               {"ui_button_title", connection.buttonTitle},
               {"domains", connection.domains},
               {"create_time", rfc3339(connection.createdAt)},
               {"update_time", rfc3339(connection.updatedAt)},
               {"people", std::move(people)}};
  writeProvider(connection, json);
  return json;
}

template <typename Item>
Json listOf(const std::vector<Item>& items, Json (*write)(const Item&)) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

Json organizationJson(const Organization& organization) {
  Json domains = Json::array();
  for (const auto& domain : organization.domains) {
    domains.push_back({{"id", domain.id},
                       {"domain", domain.domain},
                       {"domain_type", domain.type},
                       {"verification_status", domain.verificationStatus},
                       {"create_time", rfc3339(domain.createdAt)},
                       {"update_time", rfc3339(domain.updatedAt)}});
    if (!domain.txtSecret.empty()) domains.back()["txt_record_secret"] = domain.txtSecret;
  }
  Json connections = Json::array();
  for (const auto& connection : organization.connections) connections.push_back(connectionJson(connection));
  Json json = {{"id", organization.id},
               {"display_name", organization.displayName},
               {"external_id", organization.externalId},
               {"slug", organization.slug},
               {"logo_url", organization.logoUrl},
               {"region_code", organization.regionCode},
               {"metadata", organization.metadata},
               {"sso", organization.ssoEnabled},
               {"dir_sync", organization.directoryEnabled},
               {"domain_verification", organization.domainVerificationEnabled},
               {"session_policy", organization.sessionPolicyEnabled},
               {"max_allowed_users", organization.maxUsers},
               {"create_time", rfc3339(organization.createdAt)},
               {"update_time", rfc3339(organization.updatedAt)},
               {"domains", std::move(domains)},
               {"connections", std::move(connections)},
               {"directories", listOf(organization.directories, writeDirectory)},
               {"roles", listOf(organization.roles, writeRole)},
               {"default_member_role", organization.defaultMemberRole},
               {"machine_clients", listOf(organization.clients, writeMachineClient)}};
  const SessionPolicy& policy = organization.sessionPolicy;
  if (policy.custom) {
    json["custom_session_policy"] = {{"absolute_minutes", policy.absoluteMinutes},
                                     {"idle_minutes", policy.idleEnabled ? policy.idleMinutes : 0}};
  }
  return json;
}

Json clientJson(const Client& client) {
  return {{"client_id", client.id},
          {"name", client.name},
          {"client_secrets", client.secrets},
          {"redirect_uris", client.redirectUris},
          {"post_logout_redirect_uris", client.postLogoutUris},
          {"initiate_login_uri", client.initiateLoginUri},
          {"audience", client.audience},
          {"enforce_pkce", client.enforcePkce},
          {"active", client.active}};
}

}  // namespace

Json writeSeed(const Environment& environment) {
  Json clients = Json::array();
  for (const auto& client : environment.clients) clients.push_back(clientJson(client));
  Json organizations = Json::array();
  for (const auto& organization : environment.organizations) organizations.push_back(organizationJson(organization));
  return {{"environment",
           {{"id", environment.id},
            {"name", environment.name},
            {"kind", environment.kind == EnvironmentKind::kProduction ? "production" : "development"},
            {"custom_attributes", environment.customAttributes},
            {"default_creator_role", environment.defaultCreatorRole},
            {"default_member_role", environment.defaultMemberRole}}},
          {"clients", std::move(clients)},
          {"organizations", std::move(organizations)},
          {"permissions", listOf(environment.permissions, writePermission)},
          {"roles", listOf(environment.roles, writeRole)},
          {"users", listOf(environment.users, writeUser)},
          {"dns", writeTxtRecords(environment.txtRecords)}};
}

}  // namespace scalekit_simulator
