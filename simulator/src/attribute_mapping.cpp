// SPDX-License-Identifier: Apache-2.0
#include "attribute_mapping.h"

#include <sstream>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

std::vector<std::string> groupsFrom(const std::string& text) {
  std::vector<std::string> groups;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) {
    const auto first = item.find_first_not_of(" \t");
    if (first != std::string::npos) groups.push_back(item.substr(first, item.find_last_not_of(" \t") - first + 1));
  }
  return groups;
}

void replaceStandard(Person& person, const std::string& key, const std::string& value) {
  if (key == "email") person.email = value;
  if (key == "given_name") person.givenName = value;
  if (key == "family_name") person.familyName = value;
  if (key == "groups") person.groups = groupsFrom(value);
}

bool isStandard(const std::string& key) {
  return key == "email" || key == "given_name" || key == "family_name" || key == "groups";
}

}  // namespace

Person mappedPerson(const Person& person, const Connection& connection) {
  Person mapped = person;
  for (const auto& [key, name] : connection.attributeMapping) {
    const auto sent = person.attributes.find(name);
    const bool found = sent != person.attributes.end() && !sent->second.empty();
    if (isStandard(key)) {
      if (found) replaceStandard(mapped, key, sent->second);
    } else if (found) {
      mapped.attributes[key] = sent->second;
    } else {
      mapped.attributes.erase(key);
    }
  }
  // Another address does not make another person.
  if (mapped.email != person.email) mapped.subject = subjectOf(person, connection.id);
  return mapped;
}

std::optional<Person> findMappedPerson(const Connection& connection, std::string_view email) {
  const std::string wanted = toLower(email);
  for (const auto& person : connection.people) {
    Person mapped = mappedPerson(person, connection);
    if (toLower(mapped.email) == wanted) return mapped;
  }
  return std::nullopt;
}

}  // namespace scalekit_simulator
