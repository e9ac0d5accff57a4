// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <algorithm>

#include "encoding.h"

namespace scalekit_simulator {

bool Domain::routesLogins() const {
  return type == "ORGANIZATION_DOMAIN" && (verificationStatus == "VERIFIED" || verificationStatus == "AUTO_VERIFIED");
}

const Person* Connection::findPerson(std::string_view email) const {
  const std::string wanted = toLower(email);
  const auto found =
      std::find_if(people.begin(), people.end(), [&](const Person& person) { return toLower(person.email) == wanted; });
  return found == people.end() ? nullptr : &*found;
}

Membership* User::membershipIn(const std::string& organizationId) {
  const auto found = std::find_if(memberships.begin(), memberships.end(),
                                  [&](const Membership& one) { return one.organizationId == organizationId; });
  return found == memberships.end() ? nullptr : &*found;
}

const Membership* User::membershipIn(const std::string& organizationId) const {
  const auto found = std::find_if(memberships.begin(), memberships.end(),
                                  [&](const Membership& one) { return one.organizationId == organizationId; });
  return found == memberships.end() ? nullptr : &*found;
}

const DirectoryGroup* Directory::findGroup(const std::string& groupId) const {
  const auto found =
      std::find_if(groups.begin(), groups.end(), [&](const DirectoryGroup& group) { return group.id == groupId; });
  return found == groups.end() ? nullptr : &*found;
}

const Connection* Organization::firstActiveConnection() const {
  if (!ssoEnabled) return nullptr;
  const auto found = std::find_if(connections.begin(), connections.end(), [](const auto& c) { return c.active(); });
  return found == connections.end() ? nullptr : &*found;
}

Connection* Organization::findConnection(std::string_view wanted) {
  const auto found =
      std::find_if(connections.begin(), connections.end(), [&](const auto& c) { return c.id == wanted; });
  return found == connections.end() ? nullptr : &*found;
}

Domain* Organization::findDomain(std::string_view wanted) {
  const auto found = std::find_if(domains.begin(), domains.end(), [&](const auto& d) { return d.id == wanted; });
  return found == domains.end() ? nullptr : &*found;
}

Client* Environment::findClient(std::string_view wanted) {
  const auto found = std::find_if(clients.begin(), clients.end(), [&](const auto& c) { return c.id == wanted; });
  return found == clients.end() ? nullptr : &*found;
}

Organization* Environment::findOrganization(std::string_view wanted) {
  const auto found =
      std::find_if(organizations.begin(), organizations.end(), [&](const auto& o) { return o.id == wanted; });
  return found == organizations.end() ? nullptr : &*found;
}

Organization* Environment::findOrganizationByDomain(std::string_view domain) {
  const std::string wanted = toLower(domain);
  for (auto& organization : organizations) {
    for (const auto& candidate : organization.domains) {
      if (candidate.routesLogins() && candidate.domain == wanted) return &organization;
    }
  }
  return nullptr;
}

Environment::Located Environment::findConnection(std::string_view wanted) {
  for (auto& organization : organizations) {
    for (auto& connection : organization.connections) {
      if (connection.id == wanted) return {&organization, &connection};
    }
  }
  return {};
}

User* Environment::findUser(std::string_view wanted) {
  const auto found = std::find_if(users.begin(), users.end(), [&](const User& user) { return user.id == wanted; });
  return found == users.end() ? nullptr : &*found;
}

User* Environment::findUserByEmail(std::string_view email) {
  const std::string wanted = toLower(email);
  const auto found =
      std::find_if(users.begin(), users.end(), [&](const User& user) { return toLower(user.email) == wanted; });
  return found == users.end() ? nullptr : &*found;
}

std::string domainOfEmail(std::string_view email) {
  const auto at = email.rfind('@');
  return at == std::string_view::npos ? std::string{} : toLower(email.substr(at + 1));
}

std::string subjectOf(const Person& person, std::string_view connectionId) {
  return person.subject.empty() ? uuidOf(std::string(connectionId) + ";" + toLower(person.email)) : person.subject;
}

}  // namespace scalekit_simulator
