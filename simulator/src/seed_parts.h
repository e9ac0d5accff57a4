// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "model.h"
#include "seed_reader.h"

/// The parts of a seed file that only the management API serves, read and written. For seed.cpp and seed_writer.cpp.
namespace scalekit_simulator {

Permission readPermission(const nlohmann::json& value, const std::string& path, Unique& unique, Problems& problems);
/// `kind`: what must be unique, such as "role name".
Role readRole(const nlohmann::json& value, const std::string& path, const std::string& kind, Unique& unique,
              Problems& problems);
User readUser(const nlohmann::json& value, const std::string& path, Unique& unique, Problems& problems);
Directory readDirectory(const nlohmann::json& value, const std::string& path, Unique& unique, Problems& problems);
MachineClient readMachineClient(const nlohmann::json& value, const std::string& path, Unique& unique,
                                Problems& problems);

/// What the admin portal made of a connection: provider, attribute_mapping, last_test.
void readProvider(ObjectReader& connection, Problems& problems, Connection& into);
/// A name of the stub of the DNS.
void readTxtRecords(const nlohmann::json& value, const std::string& path, TxtRecords& records, Problems& problems);

/// Names that refer to something: permissions and bases of roles, roles and organizations of members, default roles,
/// groups of directory users.
void checkReferences(const Environment& environment, Problems& problems);

void writeProvider(const Connection& connection, nlohmann::json& into);
nlohmann::json writeTxtRecords(const TxtRecords& records);
nlohmann::json writePermission(const Permission& permission);
nlohmann::json writeRole(const Role& role);
nlohmann::json writeUser(const User& user);
nlohmann::json writeDirectory(const Directory& directory);
nlohmann::json writeMachineClient(const MachineClient& client);

}  // namespace scalekit_simulator
