// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "settings.h"

namespace hostapp {

/// What was asked for on the command line. Secrets are no options: they would show in the process list (SEC-CF-04).
struct CommandLine {
  std::optional<std::filesystem::path> configFile, seedFile;
  std::optional<std::string> listen;
  // At most one of these, instead of serving (review_commands.h).
  std::optional<std::string> replayReference;
  std::optional<std::filesystem::path> claimsFile, vectorsFile;
  std::string organizationId, connectionId;  ///< of claimsFile
  bool seedOnly = false, migrateOnly = false, printConfig = false;
  bool done = false;  ///< help or version were printed, or a mistake was explained
  int exitCode = 0;
};

/// Prints help, version and mistakes itself.
CommandLine parseCommandLine(int argc, const char* const* argv);

/// The settings of environment, --config, .env and --listen.
Settings readSettings(const CommandLine& command);
/// The text of the seed file, if one was named. Throws Error(kConfig) when it cannot be read.
std::optional<std::string> readSeed(const CommandLine& command);
/// The text of a file that the command line names, read no further than one byte beyond `most`. Throws Error(kConfig).
std::string readNamedFile(const std::filesystem::path& file, std::size_t most);

}  // namespace hostapp
