// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/error.h"

namespace hostapp {

/// The values of a .env file: NAME=value lines, '#' comments, optional "export ", single or double quotes around the
/// whole value, nothing expanded. Throws Error(kConfig) naming file and line, never the value.
std::map<std::string, std::string> parseEnvFile(std::string_view text, const std::string& fileName);

/// The text of an error without its name and reason in front, which are for log lines.
std::string plainText(const sso::Error& error);

/// The names this program knows (docs/CONFIG.md).
const std::vector<std::string_view>& knownSettings();
bool isSecretSetting(std::string_view name);

/// Where each setting comes from: the environment first, then the file given with --config, then .env.
class Settings {
 public:
  struct Sources {
    std::map<std::string, std::string> environment;
    std::optional<std::filesystem::path> configFile;  ///< must exist
    std::filesystem::path envFile = ".env";           ///< read when it exists
  };
  /// Throws Error(kConfig) for a file that cannot be read and for an APP_ or SCALEKIT_ name that nobody knows: a
  /// misspelt setting must not silently fall back to its default (SEC-CF-07).
  static Settings read(const Sources& sources);
  /// The variables of this process.
  static std::map<std::string, std::string> processEnvironment();

  std::optional<std::string> get(std::string_view name) const;
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  /// Remarks for the operator, e.g. a file with secrets that others may read (SEC-CF-04).
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// The same for variables of the environment that are for debugging: who sets one in production is told what it is
  /// for, in case it was left there (SEC-CF-12).
  std::vector<std::string> debugSwitchWarnings() const;

 private:
  void addFile(const std::filesystem::path& path);
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> warnings_;
};

}  // namespace hostapp
