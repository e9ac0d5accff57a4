// SPDX-License-Identifier: Apache-2.0
// client_calls [--timeout-ms N] [--only CALL]...
// Makes every call of the typed client against the environment that SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID and
// SCALEKIT_CLIENT_SECRET name, and writes each with its requests and answers as a line of JSON. simulator.test.mjs and
// answers.test.mjs start it and judge. It begins with objects of the local Scalekit's built-in seed and goes on with
// what it made itself.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>
#include <optional>

#include "http/poco_transport.h"
#include "openapi/call_log.h"
#include "sso/scalekit/client.h"

namespace sso::test {
namespace {

using namespace scalekit;
using namespace std::chrono;

constexpr std::string_view kOrganization = "org_59615193906282635", kConnection = "conn_59615193906282636",
                           kOther = "org_70000000000000001", kUser = "usr_59615193906282661",
                           kDirectory = "dir_59615193906282639";

template <class Listing>
void walk(const Listing& listing) {
  for ([[maybe_unused]] const auto& item : listing) continue;
}

void organizationCalls(CallLog& log, const Organizations& calls) {
  std::string id(kOther);
  log.call("organizations.create", [&] {
    id = calls
             .create({.displayName = "Äcme & Söhne",
                      .externalId = "tenant/7?x",
                      .slug = "aecme",
                      .logoUrl = "https://acme.example/logo.png",
                      .metadata = {{"plan", "pro"}}})
             .id;
  });
  log.call("organizations.create", [&] { calls.create({.displayName = "Only a name"}); });
  log.refused("organizations.create", [&] { calls.create({.displayName = std::string(201, 'x')}); });
  log.call("organizations.get", [&] { calls.get(id); });
  log.refused("organizations.get", [&] { calls.get("org_1"); });
  log.call("organizations.byExternalId", [&] { calls.byExternalId("test-organization"); });
  log.call("organizations.byExternalId", [&] { calls.byExternalId("tenant/7?x"); });
  log.call("organizations.list", [&] { walk(calls.list({.pageSize = 10})); });
  log.refused("organizations.list", [&] { calls.list().page("no token of a page"); });
  log.call("organizations.search", [&] { walk(calls.search("acme")); });
  log.call("organizations.update", [&] {
    calls.update(id, {.displayName = "Acme",
                      .externalId = "tenant-7",
                      .slug = "aecme-7",
                      .logoUrl = "https://acme.example/new.png",
                      .metadata = Metadata{{"seats", "25"}}});
  });
  log.call("organizations.setFeatures", [&] { calls.setFeatures(id, {{"sso", true}, {"dir_sync", false}}); });
  log.call("organizations.setSessionPolicy", [&] {
    calls.setSessionPolicy(id, {.custom = true, .absoluteTimeout = minutes(600), .idleTimeout = minutes(30)});
  });
  log.call("organizations.sessionPolicy", [&] { calls.sessionPolicy(id); });
  log.call("organizations.setSessionPolicy", [&] { calls.setSessionPolicy(id, {.custom = false}); });
  log.call("organizations.sessionPolicy", [&] { calls.sessionPolicy(id); });
  log.call("organizations.setMaxAllowedUsers", [&] { calls.setMaxAllowedUsers(id, 5); });
  log.call("organizations.remove", [&] { calls.remove(id); });
}

void portalAndDomainCalls(CallLog& log, const PortalLinks& links, const Domains& domains) {
  std::string link("lnk_1"), domain("dom_59615193906282637");
  log.call("portalLinks.create", [&] { link = links.create(kOrganization, {"sso", "dir_sync"}).id; });
  log.call("portalLinks.create", [&] { links.create(kOrganization); });
  log.call("portalLinks.revoke", [&] { links.revoke(kOrganization, link); });
  log.call("domains.create",
           [&] { domain = domains.create(kOrganization, "new.example", domain_type::kOrganization).id; });
  log.call("domains.create", [&] { domains.create(kOrganization, "guests.example", domain_type::kAllowedEmail); });
  log.refused("domains.create", [&] { domains.create(kOrganization, "gmail.com", domain_type::kOrganization); });
  log.call("domains.list", [&] {
    walk(domains.list(kOrganization, {.type = std::string(domain_type::kOrganization), .pageSize = 2}));
  });
  log.call("domains.get", [&] { domains.get(kOrganization, domain); });
  log.call("domains.remove", [&] { domains.remove(kOrganization, domain); });
}

void connectionCalls(CallLog& log, const Connections& calls) {
  log.call("connections.list", [&] { calls.list({.organizationId = std::string(kOrganization)}); });
  log.call("connections.list", [&] { calls.list({.domain = "example.org", .includeInactive = true}); });
  log.call("connections.get", [&] { calls.get(kOrganization, kConnection); });
  log.call("connections.get", [&] { calls.get("org_70000000000000011", "conn_70000000000000012"); });
  log.refused("connections.get", [&] { calls.get(kOther, kConnection); });
  log.call("connections.disable", [&] { calls.disable(kOrganization, kConnection); });
  log.call("connections.enable", [&] { calls.enable(kOrganization, kConnection); });
  log.call("connections.remove", [&] { calls.remove("org_70000000000000011", "conn_70000000000000012"); });
}

void directoryCalls(CallLog& log, const Directories& calls) {
  const DirectoryFilter changed = {.updatedAfter = sys_days(year(2024) / 1 / 1), .pageSize = 2};
  log.call("directories.list", [&] { calls.list(kOrganization); });
  log.call("directories.get", [&] { calls.get(kOrganization, kDirectory); });
  log.call("directories.users", [&] { walk(calls.users(kOrganization, kDirectory, {.pageSize = 2})); });
  log.call("directories.users", [&] { walk(calls.users(kOrganization, kDirectory, changed)); });
  log.call("directories.users",
           [&] { walk(calls.users(kOrganization, kDirectory, {.groupId = "dirgroup_59615193906282641"})); });
  log.call("directories.groups", [&] { walk(calls.groups(kOrganization, kDirectory, changed)); });
  log.call("directories.disable", [&] { calls.disable(kOrganization, kDirectory); });
  log.call("directories.enable", [&] { calls.enable(kOrganization, kDirectory); });
}

NewUser mia() {
  NewUser user{.email = "mia@example.com", .externalId = "user-mia", .metadata = {{"desk", "12"}}};
  user.membership = {.roles = {"member"},
                     .metadata = {{"team", "north"}},
                     .inviterEmail = "ada.lovelace@example.com",
                     .sendInvitationEmail = true};
  user.profile.givenName = "Mia";
  user.profile.familyName = "Lee";
  user.profile.name = "Mia Lee";
  user.profile.preferredUsername = "mia";
  user.profile.locale = "en-GB";
  user.profile.phoneNumber = "+4912345678";
  user.profile.picture = "https://example.com/mia.png";
  user.profile.gender = "female";
  user.profile.metadata = Metadata{{"pronouns", "she"}};
  user.profile.customAttributes = Metadata{{"badge", "A7"}};
  return user;
}

void userCalls(CallLog& log, const Users& users, const Memberships& memberships) {
  std::string id(kUser);
  log.call("users.create", [&] { id = users.create(kOrganization, mia()).id; });
  log.call("users.get", [&] { users.get(id); });
  log.call("users.byExternalId", [&] { users.byExternalId("user-ada"); });
  log.call("users.list", [&] { walk(users.list()); });
  log.call("users.listOf", [&] { walk(users.listOf(kOrganization)); });
  log.call("users.search", [&] { walk(users.search("mia@")); });
  log.call("users.searchIn", [&] { walk(users.searchIn(kOrganization, "mia@")); });
  log.call("users.roles", [&] { users.roles(kOrganization, id); });
  log.call("users.permissions", [&] { users.permissions(kOrganization, kUser); });
  log.call("users.update", [&] {
    UserChange change{.externalId = "user-mia-2", .metadata = Metadata{{"desk", "14"}}, .profile = mia().profile};
    users.update(id, change);
  });
  log.call("memberships.resendInvitation", [&] { memberships.resendInvitation(kOrganization, id); });
  log.call("memberships.add", [&] {
    memberships.add(kOther, id, {.roles = {"admin"}, .metadata = {{"team", "south"}}, .inviterEmail = "a@example.com"});
  });
  log.refused("memberships.add", [&] { memberships.add(kOther, id); });
  log.call("memberships.update", [&] {
    memberships.update(kOther, id, {.roles = {"member"}, .metadata = {{"team", "east"}}});
  });
  log.call("memberships.remove", [&] { memberships.remove(kOther, id); });
  log.call("users.remove", [&] { users.remove(id); });
}

void roleCalls(CallLog& log, const Roles& roles, const Permissions& permissions) {
  const std::optional<std::string_view> scopes[] = {std::nullopt, kOrganization};
  log.call("permissions.create", [&] { permissions.create("orders:write", "Write orders"); });
  log.call("permissions.get", [&] { permissions.get("orders:write"); });
  log.call("permissions.list", [&] { walk(permissions.list()); });
  log.call("permissions.update", [&] { permissions.update("orders:write", "Write all orders"); });
  for (const auto& scope : scopes) {
    const std::string name = scope ? "night_shift" : "dispatcher";
    log.call("roles.create", [&] {
      roles.create({.name = name,
                    .displayName = "Dispatcher",
                    .description = "Sends crews",
                    .extends = "member",
                    .permissions = {"orders:write"}},
                   scope);
    });
    log.call("roles.get", [&] { roles.get(name, scope); });
    log.call("roles.list", [&] { roles.list(scope); });
    log.call("roles.update", [&] {
      roles.update(
          name,
          {.displayName = "Crews", .description = "x", .extends = "member", .permissions = std::vector<std::string>{}},
          scope);
    });
  }
  log.call("roles.addPermissions", [&] { roles.addPermissions("dispatcher", {"orders:write"}); });
  log.call("roles.permissions", [&] { roles.permissions("dispatcher"); });
  log.call("roles.removePermission", [&] { roles.removePermission("dispatcher", "orders:write"); });
  log.call("roles.setDefaults", [&] { roles.setDefaults("admin", "member"); });
  log.call("roles.setDefaultMemberRole", [&] { roles.setDefaultMemberRole(kOther, "member"); });
  log.call("roles.remove", [&] { roles.remove("night_shift", "member", kOrganization); });
  log.call("roles.remove", [&] { roles.remove("dispatcher", "member"); });
  log.call("permissions.remove", [&] { permissions.remove("orders:write"); });
}

void sessionCalls(CallLog& log, const Sessions& sessions, const AuthenticationLogs& logins) {
  std::string id("ses_1");
  log.call("sessions.listOf", [&] {
    for (const auto& session : sessions.listOf(kUser)) id = session.id;
  });
  log.call("sessions.listOf", [&] { walk(sessions.listOf(kUser, "active")); });
  log.call("sessions.get", [&] { sessions.get(id); });
  log.call("sessions.revoke", [&] { sessions.revoke(id); });
  log.call("sessions.revokeAllOf", [&] { sessions.revokeAllOf(kUser); });
  log.call("authenticationLogs.list", [&] { walk(logins.list()); });
  log.call("authenticationLogs.list", [&] {
    walk(logins.list({.email = "ada.lovelace@example.com",
                      .clientId = "skc_70000000000000000",
                      .statuses = {"SUCCESS", "FAILED"},
                      .from = sys_days(year(2024) / 1 / 1),
                      .until = sys_days(year(2100) / 1 / 1)}));
  });
}

void organizationClientCalls(CallLog& log, const OrganizationClients& calls) {
  std::string id("m2morg_1"), secret("sks_1");
  const NewOrganizationClient robot{.name = "Robot",
                                    .description = "Nightly import",
                                    .scopes = {"orders:read"},
                                    .audience = {"https://api.example.com"},
                                    .customClaims = {{"tier", "gold"}},
                                    .accessTokenLifetime = seconds(600)};
  log.call("organizationClients.create", [&] { id = calls.create(kOrganization, robot).client.id; });
  log.call("organizationClients.create", [&] { calls.create(kOrganization, {.name = "Only a name"}); });
  log.call("organizationClients.list", [&] { walk(calls.list(kOrganization)); });
  log.call("organizationClients.get", [&] { calls.get(kOrganization, id); });
  log.call("organizationClients.update", [&] { calls.update(kOrganization, id, robot); });
  log.call("organizationClients.createSecret", [&] { secret = calls.createSecret(kOrganization, id).secret.id; });
  log.call("organizationClients.removeSecret", [&] { calls.removeSecret(kOrganization, id, secret); });
  log.call("organizationClients.remove", [&] { calls.remove(kOrganization, id); });
}

int run(const std::optional<milliseconds>& timeout, std::set<std::string, std::less<>> only) {
  auto options = SsoOptions::fromEnvironment();
  if (timeout) options.requestTimeout = *timeout;
  const auto transport = std::make_shared<RecordingTransport>(makePocoTransport(options, systemClock()));
  CallLog log(transport, std::move(only));
  const auto client = Client::create(options, {.transport = transport});
  organizationCalls(log, client->organizations());
  portalAndDomainCalls(log, client->portalLinks(), client->domains());
  directoryCalls(log, client->directories());
  userCalls(log, client->users(), client->memberships());
  roleCalls(log, client->roles(), client->permissions());
  sessionCalls(log, client->sessions(), client->authenticationLogs());
  organizationClientCalls(log, client->organizationClients());
  connectionCalls(log, client->connections());
  return 0;
}

}  // namespace
}  // namespace sso::test

int main(int argc, char** argv) {
  std::optional<std::chrono::milliseconds> timeout;
  std::set<std::string, std::less<>> only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--only") only.emplace(value);
    if (name != "--timeout-ms") continue;
    int number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    timeout = std::chrono::milliseconds(number);
  }
  try {
    return sso::test::run(timeout, std::move(only));
  } catch (const std::exception& error) {
    std::cerr << "client_calls: " << error.what() << '\n';
    return 1;
  }
}
