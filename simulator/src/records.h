// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

/// What the management API keeps beside organizations: users, roles, directories, machine clients (CONTRACT.md 4.7 to
/// 4.10). Plain structs; names are those of Scalekit's API.
namespace scalekit_simulator {

/// Seconds since the epoch.
using EpochSeconds = long long;

/// What a seed gives no time for happened then.
constexpr EpochSeconds kSeedTime = 1'704'067'200;  // 2024-01-01T00:00:00Z

using Metadata = std::map<std::string, std::string>;

/// How long sessions of an organization's people last (CONTRACT.md 4.4).
struct SessionPolicy {
  bool custom = false;  ///< false: the application's; the rest then means nothing.
  int absoluteMinutes = 0;
  bool idleEnabled = false;
  int idleMinutes = 0;
};

/// What the customer's admin entered about their identity provider (CONTRACT.md 4.5, 5.3). Kept and shown, never asked:
/// people of this connection still sign in on the simulator's own page.
struct ProviderSettings {
  std::string metadataUrl, entityId, ssoUrl, certificate;  ///< SAML: the URL of the metadata, or the rest; PEM.
  std::string issuer, clientId, secretDigest;              ///< OIDC; of the secret only its SHA-256 in hexadecimal.
};

/// How the last test of a connection went.
struct ConnectionTest {
  std::string status;              ///< SUCCESS, FAILURE; empty: never tested since the settings changed.
  std::string error, description;  ///< Of a failure: a code of CONTRACT.md 2.6 and what it means.
  EpochSeconds at = 0;
};

struct Permission {
  std::string id, name, description;
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;
};

/// Of the environment, or of one organization.
struct Role {
  std::string id, name, displayName, description;
  std::string extends;                   ///< Name of the role whose permissions this one has as well; may be empty.
  std::vector<std::string> permissions;  ///< Names; own ones only.
};

struct Membership {
  std::string organizationId, status = "ACTIVE";  ///< ACTIVE, INACTIVE, PENDING_INVITE, INVITE_EXPIRED
  std::vector<std::string> roles;                 ///< Names.
  Metadata metadata;
  std::string inviterEmail;
  EpochSeconds createdAt = kSeedTime;
  std::optional<EpochSeconds> acceptedAt, inviteExpiresAt, resentAt;
  int resentCount = 0;
};

struct UserProfile {
  std::string id, givenName, familyName, name, preferredUsername, locale, phoneNumber, picture, gender;
  std::vector<std::string> groups;
  Metadata metadata, customAttributes;
};

struct User {
  std::string id, email, externalId;
  Metadata metadata;
  UserProfile profile;
  std::vector<Membership> memberships;
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;
  std::optional<EpochSeconds> lastLoginAt;

  Membership* membershipIn(const std::string& organizationId);
  const Membership* membershipIn(const std::string& organizationId) const;
};

struct DirectoryGroup {
  std::string id, displayName;
  nlohmann::json detail = nlohmann::json::object();  ///< What the identity provider sent; shown when asked for.
  EpochSeconds updatedAt = kSeedTime;
};

struct DirectoryUser {
  std::string id, email, preferredUsername, givenName, familyName;
  std::vector<std::string> groupIds;
  nlohmann::json detail = nlohmann::json::object();
  EpochSeconds updatedAt = kSeedTime;
};

struct RoleAssignment {
  std::string groupId, roleName;
};

struct Directory {
  std::string id, name, type = "SCIM", provider = "OKTA", status = "COMPLETED";
  bool enabled = true;
  std::vector<DirectoryUser> users;
  std::vector<DirectoryGroup> groups;
  std::vector<RoleAssignment> roleAssignments;
  std::optional<EpochSeconds> lastSyncedAt;

  const DirectoryGroup* findGroup(const std::string& groupId) const;
};

/// A secret of a machine client: its digest only, as the plain one is told once.
struct ClientSecret {
  std::string id, digest, suffix;  ///< digest: SHA-256 in hexadecimal.
  EpochSeconds createdAt = kSeedTime;
};

/// A client of one organization for calls between machines (`m2morg_`).
struct MachineClient {
  std::string id, name, description;
  std::vector<std::string> scopes, audience;
  std::vector<std::pair<std::string, std::string>> customClaims;
  long long expirySeconds = 3600;
  std::vector<ClientSecret> secrets;
  EpochSeconds createdAt = kSeedTime, updatedAt = kSeedTime;
};

}  // namespace scalekit_simulator
