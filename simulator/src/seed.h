// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model.h"

/// Seed files: the environment as JSON. The format is documented in simulator/README.md.
namespace scalekit_simulator {

struct SeedResult {
  Environment environment;
  std::vector<std::string> problems;  ///< Each begins with a JSON path: `organizations[0].id: ...`.
};

/// Strict: an unknown member, a repeated one, a repeated id or domain is a problem. Reports all of them at once.
SeedResult readSeedText(std::string_view text);
SeedResult readSeed(const nlohmann::json& document);
/// The inverse: readSeed(writeSeed(e)) is e again.
nlohmann::json writeSeed(const Environment& environment);

/// Why this person cannot exist; empty when they can.
std::string personProblem(const Person& person);
/// A person from the members of a seed's "people" entry; problems are appended with the path in front.
Person readPerson(const nlohmann::json& value, const std::string& path, std::vector<std::string>& problems);

/// Parses JSON text of at most 32 levels in which no object repeats a member; throws std::invalid_argument.
nlohmann::json parseStrictJson(std::string_view text);

}  // namespace scalekit_simulator
