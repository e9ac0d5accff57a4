// SPDX-License-Identifier: Apache-2.0
#include "seed.h"

#include <regex>
#include <set>
#include <stdexcept>

#include "domain_rules.h"
#include "encoding.h"
#include "redirect_rules.h"
#include "seed_parts.h"
#include "seed_reader.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 32;

void readUris(ObjectReader& object, const std::string& key, EnvironmentKind kind, std::vector<std::string>& uris) {
  uris = object.texts(key);
  for (std::size_t i = 0; i < uris.size(); ++i) {
    const std::string problem = redirectUriProblem(uris[i], kind);
    if (!problem.empty()) object.problem(key + "[" + std::to_string(i) + "]", problem);
  }
}

Client readClient(const Json& value, const std::string& path, EnvironmentKind kind, Problems& problems) {
  ObjectReader object(value, path, problems);
  Client client;
  client.id = object.id("client_id", "skc|prd_skc");
  client.name = object.text("name", client.id);
  client.secrets = object.texts("client_secrets");
  for (std::size_t i = 0; i < client.secrets.size(); ++i) {
    if (client.secrets[i].empty()) object.problem("client_secrets[" + std::to_string(i) + "]", "must not be empty");
  }
  readUris(object, "redirect_uris", kind, client.redirectUris);
  readUris(object, "post_logout_redirect_uris", kind, client.postLogoutUris);
  client.initiateLoginUri = object.text("initiate_login_uri");
  if (!client.initiateLoginUri.empty()) {
    const std::string problem = redirectUriProblem(client.initiateLoginUri, kind);
    if (!problem.empty()) object.problem("initiate_login_uri", problem);
  }
  client.audience = object.texts("audience");
  client.enforcePkce = object.flag("enforce_pkce", false);
  client.active = object.flag("active", true);
  object.finish();
  return client;
}

Domain readDomain(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Domain domain;
  domain.id = object.id("id", "dom");
  domain.domain = toLower(object.requiredText("domain"));
  if (!domain.domain.empty() && !isDomainName(domain.domain)) object.problem("domain", "must be a domain name");
  domain.type = object.oneOf("domain_type", {"ORGANIZATION_DOMAIN", "ALLOWED_EMAIL_DOMAIN"}, "ORGANIZATION_DOMAIN");
  domain.verificationStatus =
      object.oneOf("verification_status", {"PENDING", "VERIFIED", "FAILED", "AUTO_VERIFIED"}, "VERIFIED");
  domain.txtSecret = object.text("txt_record_secret");
  domain.createdAt = object.time("create_time");
  domain.updatedAt = object.time("update_time");
  unique.add("id", domain.id, object.at("id"));
  // One organization per domain and environment (CONTRACT.md 7.4).
  if (domain.type == "ORGANIZATION_DOMAIN") unique.add("domain", domain.domain, object.at("domain"));
  object.finish();
  return domain;
}

Connection readConnection(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Connection connection;
  connection.id = object.id("id", "conn");
  unique.add("id", connection.id, object.at("id"));
  connection.provider = object.oneOf("provider",
                                     {"OKTA", "GOOGLE", "MICROSOFT_AD", "AUTH0", "ONELOGIN", "PING_IDENTITY",
                                      "JUMPCLOUD", "CUSTOM", "IDP_SIMULATOR", "ADFS"},
                                     "IDP_SIMULATOR");
  connection.type = object.oneOf("type", {"OIDC", "SAML"}, "OIDC");
  connection.status = object.oneOf("status", {"DRAFT", "IN_PROGRESS", "COMPLETED"}, "COMPLETED");
  connection.enabled = object.flag("enabled", true);
  connection.createdAt = object.time("create_time");
  connection.updatedAt = object.time("update_time");
  connection.buttonTitle = object.text("ui_button_title");
  for (const auto& domain : object.texts("domains")) connection.domains.push_back(toLower(domain));
  readProvider(object, problems, connection);
  object.each("people", [&](const Json& item, const std::string& where) {
    connection.people.push_back(readPerson(item, where, problems));
    unique.add("e-mail in " + connection.id, toLower(connection.people.back().email), where + ".email");
  });
  object.finish();
  return connection;
}

SessionPolicy readSessionPolicy(const Json& value, const std::string& path, Problems& problems) {
  constexpr long long kYear = 366LL * 24 * 60;
  ObjectReader object(value, path, problems);
  SessionPolicy policy;
  policy.custom = true;
  policy.absoluteMinutes = static_cast<int>(object.number("absolute_minutes", 60, 1, kYear));
  policy.idleMinutes = static_cast<int>(object.number("idle_minutes", 0, 0, kYear));
  policy.idleEnabled = policy.idleMinutes > 0;
  object.finish();
  return policy;
}

Organization readOrganization(const Json& value, const std::string& path, Unique& unique, Problems& problems) {
  ObjectReader object(value, path, problems);
  Organization organization;
  organization.id = object.id("id", "org");
  unique.add("id", organization.id, object.at("id"));
  organization.displayName = object.requiredText("display_name");
  organization.externalId = object.text("external_id");
  unique.add("external id", organization.externalId, object.at("external_id"));
  organization.slug = object.text("slug");
  unique.add("slug", organization.slug, object.at("slug"));
  organization.logoUrl = object.text("logo_url");
  organization.regionCode = object.oneOf("region_code", {"US", "EU"}, "US");
  organization.metadata = object.textMap("metadata");
  organization.ssoEnabled = object.flag("sso", true);
  organization.directoryEnabled = object.flag("dir_sync", false);
  organization.domainVerificationEnabled = object.flag("domain_verification", false);
  organization.sessionPolicyEnabled = object.flag("session_policy", false);
  if (const Json* policy = object.find("custom_session_policy")) {
    organization.sessionPolicy = readSessionPolicy(*policy, object.at("custom_session_policy"), problems);
  }
  organization.maxUsers = static_cast<int>(object.number("max_allowed_users", 0, 0, 2'147'483'647));
  organization.createdAt = object.time("create_time");
  organization.updatedAt = object.time("update_time");
  object.each("domains", [&](const Json& item, const std::string& where) {
    organization.domains.push_back(readDomain(item, where, unique, problems));
  });
  object.each("connections", [&](const Json& item, const std::string& where) {
    organization.connections.push_back(readConnection(item, where, unique, problems));
  });
  object.each("directories", [&](const Json& item, const std::string& where) {
    organization.directories.push_back(readDirectory(item, where, unique, problems));
  });
  object.each("roles", [&](const Json& item, const std::string& where) {
    organization.roles.push_back(readRole(item, where, "role name in " + organization.id, unique, problems));
  });
  organization.defaultMemberRole = object.text("default_member_role");
  object.each("machine_clients", [&](const Json& item, const std::string& where) {
    organization.clients.push_back(readMachineClient(item, where, unique, problems));
  });
  object.finish();
  return organization;
}

void readEnvironmentMembers(const Json& value, Environment& environment, Problems& problems) {
  ObjectReader object(value, "environment", problems);
  environment.id = object.text("id", environment.id);
  environment.name = object.text("name", environment.name);
  environment.kind = object.oneOf("kind", {"development", "production"}, "development") == "production"
                         ? EnvironmentKind::kProduction
                         : EnvironmentKind::kDevelopment;
  environment.defaultCreatorRole = object.text("default_creator_role");
  environment.defaultMemberRole = object.text("default_member_role");
  environment.customAttributes = object.texts("custom_attributes");
  static const std::regex kKey("[a-zA-Z][a-zA-Z0-9_-]{2,24}");  // CONTRACT.md 7.5
  for (std::size_t i = 0; i < environment.customAttributes.size(); ++i) {
    if (!std::regex_match(environment.customAttributes[i], kKey)) {
      object.problem("custom_attributes[" + std::to_string(i) + "]", "must be 3 to 25 letters, digits, - or _");
    }
  }
  object.finish();
}

/// Rebuilds nothing: watches the parser's events for depth and repeated members.
class StrictEvents {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    if (static_cast<std::size_t>(depth) > kMaxDepth) throw std::invalid_argument("JSON is nested too deeply");
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key && !open_.back().insert(value.get<std::string>()).second) {
      throw std::invalid_argument("a JSON object repeats the member " + value.dump());
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

}  // namespace

Json parseStrictJson(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw std::invalid_argument("JSON must not hold a NUL byte");
  auto events = std::make_shared<StrictEvents>();
  try {
    return Json::parse(
        text, [events](int depth, Json::parse_event_t event, Json& value) { return (*events)(depth, event, value); });
  } catch (const Json::parse_error& error) {
    throw std::invalid_argument("not JSON, near byte " + std::to_string(error.byte));
  }
}

std::string personProblem(const Person& person) {
  const auto at = person.email.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == person.email.size()) return "email must be an e-mail address";
  if (person.email.size() > 320) return "email must be at most 320 characters";
  for (const char c : person.email) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return "email must not hold spaces or control characters";
  }
  return {};
}

Person readPerson(const Json& value, const std::string& path, Problems& problems) {
  ObjectReader object(value, path, problems);
  Person person;
  person.email = object.requiredText("email");
  const std::string problem = personProblem(person);
  if (!problem.empty() && !person.email.empty()) object.problem("email", problem.substr(problem.find(' ') + 1));
  person.givenName = object.text("given_name");
  person.familyName = object.text("family_name");
  person.name = object.text("name");
  person.subject = object.text("subject");
  if (object.find("email_verified") != nullptr) person.emailVerified = object.flag("email_verified", false);
  if (object.find("groups") != nullptr) person.groups = object.texts("groups");
  person.attributes = object.textMap("attributes");
  person.active = object.flag("active", true);
  object.finish();
  return person;
}

SeedResult readSeedText(std::string_view text) {
  try {
    return readSeed(parseStrictJson(text));
  } catch (const std::invalid_argument& error) {
    return {{}, {std::string("(document): ") + error.what()}};
  }
}

SeedResult readSeed(const Json& document) {
  SeedResult result;
  Problems& problems = result.problems;
  Environment& environment = result.environment;
  ObjectReader object(document, "", problems);
  if (const Json* members = object.find("environment")) readEnvironmentMembers(*members, environment, problems);
  Unique unique(problems);
  object.each("clients", [&](const Json& item, const std::string& where) {
    environment.clients.push_back(readClient(item, where, environment.kind, problems));
    unique.add("id", environment.clients.back().id, where + ".client_id");
  });
  if (environment.clients.empty()) object.problem("clients", "at least one is required");
  object.each("organizations", [&](const Json& item, const std::string& where) {
    environment.organizations.push_back(readOrganization(item, where, unique, problems));
  });
  object.each("permissions", [&](const Json& item, const std::string& where) {
    environment.permissions.push_back(readPermission(item, where, unique, problems));
  });
  object.each("roles", [&](const Json& item, const std::string& where) {
    environment.roles.push_back(readRole(item, where, "role name", unique, problems));
  });
  object.each("users", [&](const Json& item, const std::string& where) {
    environment.users.push_back(readUser(item, where, unique, problems));
  });
  object.each("dns", [&](const Json& item, const std::string& where) {
    readTxtRecords(item, where, environment.txtRecords, problems);
  });
  checkReferences(environment, problems);
  object.finish();
  return result;
}

}  // namespace scalekit_simulator
