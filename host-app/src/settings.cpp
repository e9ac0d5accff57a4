// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sso/reason.h"

namespace hostapp {
namespace {

[[noreturn]] void refuseSettings(const std::string& why) {
  throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig, why);
}

std::string_view withoutBlanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool isName(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// The value without its quotes or trailing comment; nullopt when a quote is not closed or text follows it.
std::optional<std::string> unquoted(std::string_view raw) {
  if (raw.empty() || (raw[0] != '"' && raw[0] != '\'')) {
    const auto comment = raw.find(" #");
    return std::string(withoutBlanks(raw.substr(0, comment)));
  }
  const auto end = raw.find(raw[0], 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = withoutBlanks(raw.substr(end + 1));
  if (!rest.empty() && rest[0] != '#') return std::nullopt;
  return std::string(raw.substr(1, end - 1));
}

bool isOurs(std::string_view name) { return name.starts_with("APP_") || name.starts_with("SCALEKIT_"); }

std::string readWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    if (in && std::filesystem::is_regular_file(path) && std::filesystem::file_size(path) == 0) return {};
    refuseSettings("cannot read " + path.string());
  }
  return text.str();
}

bool othersMayRead(const std::filesystem::path& path) {
  using std::filesystem::perms;
  std::error_code error;
  const auto mode = std::filesystem::status(path, error).permissions();
  return !error && (mode & (perms::group_read | perms::others_read)) != perms::none;
}

}  // namespace

std::map<std::string, std::string> parseEnvFile(std::string_view text, const std::string& fileName) {
  std::map<std::string, std::string> values;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = withoutBlanks(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("export ")) line = withoutBlanks(line.substr(7));
    const std::string place = fileName + ":" + std::to_string(number) + ": ";
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) refuseSettings(place + "expected NAME=value");
    const std::string name(withoutBlanks(line.substr(0, equals)));
    if (!isName(name)) refuseSettings(place + "not a name of a setting");
    const auto value = unquoted(withoutBlanks(line.substr(equals + 1)));
    if (!value) refuseSettings(place + name + ": the quotes do not match");
    if (!values.emplace(name, *value).second) refuseSettings(place + name + " is set twice");
  }
  return values;
}

std::string plainText(const sso::Error& error) {
  const std::string_view text = error.what();
  const std::string prefix = std::string(error.name()) + " (" + error.reason() + "): ";
  return std::string(text.substr(text.starts_with(prefix) ? prefix.size() : 0));
}

const std::vector<std::string_view>& knownSettings() {
  static const std::vector<std::string_view> kNames = {"SCALEKIT_ENVIRONMENT_URL",
                                                       "SCALEKIT_CLIENT_ID",
                                                       "SCALEKIT_CLIENT_SECRET",
                                                       "SCALEKIT_WEBHOOK_SECRET",
                                                       "SCALEKIT_CA_FILE",
                                                       "APP_BASE_URL",
                                                       "APP_LISTEN",
                                                       "APP_SECRET_KEYS",
                                                       "APP_ENV",
                                                       "APP_DATA",
                                                       "APP_SCALEKIT_LOGOUT",
                                                       "APP_TLS_CERTIFICATE",
                                                       "APP_TLS_KEY",
                                                       "APP_TRUSTED_PROXIES",
                                                       "APP_SMTP_URL",
                                                       "APP_MAIL_FROM",
                                                       "APP_SMTP_CA_FILE",
                                                       "SCALEKIT_ENV_URL",
                                                       "SCALEKIT_REDIRECT_URI",
                                                       "SCALEKIT_INTERCEPTOR_SECRET",
                                                       "SCALEKIT_RESOURCE_ID",
                                                       "DATABASE_URL"};
  return kNames;
}

bool isSecretSetting(std::string_view name) {
  return name.ends_with("_SECRET") || name == "APP_SECRET_KEYS" || name == "APP_SMTP_URL" || name == "DATABASE_URL";
}

Settings Settings::read(const Sources& sources) {
  Settings settings;
  std::error_code error;
  if (std::filesystem::is_regular_file(sources.envFile, error)) settings.addFile(sources.envFile);
  if (sources.configFile) settings.addFile(*sources.configFile);
  for (const auto& [name, value] : sources.environment) settings.values_[name] = value;

  std::string unknown;
  for (const auto& entry : settings.values_) {
    const auto& known = knownSettings();
    if (!isOurs(entry.first) || std::find(known.begin(), known.end(), entry.first) != known.end()) continue;
    unknown += (unknown.empty() ? "" : ", ") + entry.first;
  }
  if (!unknown.empty()) refuseSettings("unknown setting: " + unknown + " (misspelt? docs/CONFIG.md lists them all)");
  return settings;
}

void Settings::addFile(const std::filesystem::path& path) {
  bool holdsSecret = false;
  for (auto& [name, value] : parseEnvFile(readWhole(path), path.string())) {
    holdsSecret = holdsSecret || (isSecretSetting(name) && !value.empty());
    values_[name] = value;
  }
  if (holdsSecret && othersMayRead(path)) {
    warnings_.push_back(path.string() + " holds secrets and can be read by others: chmod 600 " + path.string());
  }
}

std::vector<std::string> Settings::debugSwitchWarnings() const {
  std::vector<std::string> warnings;
  if (get("SSLKEYLOGFILE")) warnings.emplace_back("SSLKEYLOGFILE is ignored: TLS keys are never written to a file");
  for (const std::string name : {"LD_PRELOAD", "LD_AUDIT"}) {
    if (get(name)) warnings.push_back(name + " is set: foreign code runs in this process and can read its secrets");
  }
  return warnings;
}

std::map<std::string, std::string> Settings::processEnvironment() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) values.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return values;
}

std::optional<std::string> Settings::get(std::string_view name) const {
  const auto found = values_.find(name);
  // An empty variable is an unset one: "APP_LISTEN=" in a compose file means the default.
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

}  // namespace hostapp
