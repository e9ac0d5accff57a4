// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "records.h"
#include "scalekit_simulator/simulator.h"

/// The environment as plain structs: what a seed file describes. Names are those of Scalekit's API (CONTRACT.md 4).
namespace scalekit_simulator {

struct Domain {
  std::string id, domain;  ///< domain: lower case.
  std::string type = "ORGANIZATION_DOMAIN";
  std::string verificationStatus = "VERIFIED";
  std::string txtSecret;  ///< The UUID of the TXT record that proves ownership; empty: nobody asks for one.
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;

  bool routesLogins() const;  ///< Only a verified organization domain decides where a login goes (CONTRACT.md 7.4).
};

struct Connection {
  std::string id, provider = "IDP_SIMULATOR", type = "OIDC", status = "COMPLETED", buttonTitle;
  bool enabled = true;
  std::vector<std::string> domains;  ///< Own list: people outside get invalid_user_domain. Empty: anybody.
  std::vector<Person> people;
  ProviderSettings settings;
  Metadata attributeMapping;  ///< Claim or registered key -> the identity provider's name for it (CONTRACT.md 7.5).
  ConnectionTest test;
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;

  bool active() const { return enabled && status == "COMPLETED"; }
  const Person* findPerson(std::string_view email) const;  ///< Letter case ignored.
};

struct Organization {
  std::string id, displayName, externalId, slug, logoUrl, regionCode = "US";
  Metadata metadata;
  bool ssoEnabled = true, directoryEnabled = false;
  bool domainVerificationEnabled = false, sessionPolicyEnabled = false;
  SessionPolicy sessionPolicy;
  int maxUsers = 0;  ///< 0: no limit.
  std::vector<Domain> domains;
  std::vector<Connection> connections;
  std::vector<Directory> directories;
  std::vector<Role> roles;
  std::string defaultMemberRole;  ///< Empty: the environment's.
  std::vector<MachineClient> clients;
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;

  const Connection* firstActiveConnection() const;
  Connection* findConnection(std::string_view id);
  Domain* findDomain(std::string_view id);
};

/// The DNS that domains are looked up in: TXT values by name. A stub, so that no test depends on the internet.
using TxtRecords = std::map<std::string, std::set<std::string>>;

struct Client {
  std::string id, name;
  std::vector<std::string> secrets;  ///< Several while rotating; none makes it a public client.
  std::vector<std::string> redirectUris, postLogoutUris, audience;
  std::string initiateLoginUri;
  bool enforcePkce = false, active = true;

  bool isPublic() const { return secrets.empty(); }
};

enum class EnvironmentKind { kDevelopment, kProduction };  ///< Decides the redirect URI rules (CONTRACT.md 2.5).

struct Environment {
  std::string id = "env_59615193906282634", name = "Local Scalekit";
  EnvironmentKind kind = EnvironmentKind::kDevelopment;
  std::vector<std::string> customAttributes;  ///< Registered keys; others never reach a token (CONTRACT.md 7.5).
  std::vector<Client> clients;
  std::vector<Organization> organizations;
  std::vector<Permission> permissions;
  std::vector<Role> roles;
  std::string defaultCreatorRole, defaultMemberRole;
  std::vector<User> users;
  TxtRecords txtRecords;

  Client* findClient(std::string_view id);
  Organization* findOrganization(std::string_view id);
  Organization* findOrganizationByDomain(std::string_view domain);  ///< Exact, letter case ignored.
  /// The connection and its organization; both null when unknown.
  struct Located {
    Organization* organization = nullptr;
    Connection* connection = nullptr;
  };
  Located findConnection(std::string_view id);
  User* findUser(std::string_view id);
  User* findUserByEmail(std::string_view email);  ///< Letter case ignored.
};

/// The part behind the last '@', lower case; empty when there is none.
std::string domainOfEmail(std::string_view email);
/// The right part of sub: the person's own, or a UUID that depends on connection and e-mail alone.
std::string subjectOf(const Person& person, std::string_view connectionId);

}  // namespace scalekit_simulator
