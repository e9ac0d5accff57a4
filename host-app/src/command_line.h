// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "settings.h"

namespace hostapp {

/// What was asked for on the command line. Secrets are no options: they would show in the process list (SEC-CF-04).
struct CommandLine {
  std::optional<std::filesystem::path> configFile, seedFile;
  std::optional<std::string> listen;
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

}  // namespace hostapp
