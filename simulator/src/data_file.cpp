// SPDX-License-Identifier: Apache-2.0
#include "data_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "encoding.h"
#include "seed.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::chrono::milliseconds kSaveInterval{250};

long long epoch(Instant instant) { return instant.time_since_epoch().count(); }

Json loginJson(const Login& login) {
  Environment carrier;  // Reuses the seed's form of a person.
  carrier.organizations.emplace_back().connections.emplace_back().people.push_back(login.person);
  return {{"person", writeSeed(carrier)["organizations"][0]["connections"][0]["people"][0]},
          {"connection_id", login.connectionId},
          {"organization_id", login.organizationId},
          {"sid", login.sessionId}};
}

Login loginFrom(const Json& json) {
  std::vector<std::string> problems;
  Login login{readPerson(json.at("person"), "person", problems), json.at("connection_id"), json.at("organization_id"),
              json.at("sid")};
  if (!problems.empty()) throw std::invalid_argument(problems.front());
  return login;
}

Json snapshot(StateData& data) {
  Json keys = Json::array();
  for (const auto& entry : data.keys.entries()) {
    Json key = {{"kid", entry.key->kid()}, {"pem", entry.key->privatePem()}};
    if (entry.retiresAt) key["retires_at"] = epoch(*entry.retiresAt);
    keys.push_back(std::move(key));
  }
  Json grants = Json::array();
  data.grants.forEach([&](const std::string& id, const Grant& grant, Instant expiresAt) {
    grants.push_back({{"id", id},
                      {"client_id", grant.clientId},
                      {"scope", grant.scope},
                      {"login", loginJson(grant.login)},
                      {"expires_at", epoch(expiresAt)}});
  });
  Json refreshTokens = Json::array();
  data.refreshTokens.forEach([&](const std::string& digest, const RefreshToken& token, Instant expiresAt) {
    refreshTokens.push_back(
        {{"digest", hex(digest)}, {"grant_id", token.grantId}, {"used", token.used}, {"expires_at", epoch(expiresAt)}});
  });
  return {{"version", kVersion},
          {"seed", writeSeed(data.environment)},
          {"keys", std::move(keys)},
          {"grants", std::move(grants)},
          {"refresh_tokens", std::move(refreshTokens)}};
}

std::string unhex(const std::string& digits) {
  std::string escaped;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) escaped += "%" + digits.substr(i, 2);
  return percentDecode(escaped, false).value_or("");
}

void restore(const Json& document, StateData& data) {
  if (document.at("version") != kVersion) throw std::invalid_argument("it was written by another version");
  SeedResult seed = readSeed(document.at("seed"));
  if (!seed.problems.empty()) throw std::invalid_argument(seed.problems.front());
  data.environment = std::move(seed.environment);
  const auto instant = [](const Json& value) { return Instant(Seconds(value.get<long long>())); };
  for (const auto& key : document.at("keys")) {
    KeyRing::Entry entry{SigningKey::fromPem(key.at("kid"), key.at("pem")), std::nullopt};
    if (key.contains("retires_at")) entry.retiresAt = instant(key["retires_at"]);
    data.keys.restore(std::move(entry));
  }
  if (data.keys.entries().empty()) throw std::invalid_argument("it holds no key");
  for (const auto& grant : document.at("grants")) {
    data.grants.put(grant.at("id"), {grant.at("client_id"), grant.at("scope"), loginFrom(grant.at("login")), {}},
                    instant(grant.at("expires_at")));
  }
  for (const auto& token : document.at("refresh_tokens")) {
    data.refreshTokens.put(unhex(token.at("digest")), {token.at("grant_id"), token.at("used")},
                           instant(token.at("expires_at")));
  }
}

/// Beside the target, then renamed over it: a reader sees the old file or the new one, whole.
bool replaceFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool complete = written == text.size() && ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  return complete && closed && std::rename(fresh.c_str(), path.c_str()) == 0;
}

}  // namespace

bool DataFile::load() {
  std::ifstream file(path_, std::ios::binary);
  if (!file) return false;
  std::ostringstream text;
  text << file.rdbuf();
  try {
    const Json document = parseStrictJson(text.str());
    context_.state.with([&](StateData& data) { restore(document, data); });
  } catch (const std::exception& error) {
    throw std::invalid_argument("the data file " + path_ + " cannot be used: " + error.what() +
                                ". Move it away to start from the seed.");
  }
  return true;
}

void DataFile::startSaving() {
  save();
  saver_ = std::thread([this] { saveLoop(); });
}

void DataFile::saveLoop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kSaveInterval, [this] { return closing_; })) {
    if (context_.state.version() != savedVersion_) save();
  }
}

void DataFile::save() {
  const std::uint64_t version = context_.state.version();
  const std::string text = context_.state.with([](StateData& data) { return snapshot(data); }).dump(1);
  if (replaceFile(path_, text)) {
    savedVersion_ = version;
  } else {
    std::cerr << "scalekit-simulator: cannot write " << path_ << '\n';
  }
}

void DataFile::close() {
  if (!saver_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  saver_.join();
  if (context_.state.version() != savedVersion_) save();
}

}  // namespace scalekit_simulator
