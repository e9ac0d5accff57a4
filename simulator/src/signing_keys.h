// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Crypto/RSAKey.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The environment's RSA keys, with Poco::Crypto (the library under test verifies with OpenSSL's EVP directly).
namespace scalekit_simulator {

using Seconds = std::chrono::seconds;
using Instant = std::chrono::sys_seconds;

/// One RSA-2048 key. Immutable; thread-safe.
class SigningKey {
 public:
  static std::shared_ptr<const SigningKey> generate(std::string kid);
  /// Throws std::invalid_argument when the PEM holds no RSA private key of 2048 bits or more.
  static std::shared_ptr<const SigningKey> fromPem(std::string kid, const std::string& pem);

  const std::string& kid() const { return kid_; }
  std::string sign(std::string_view input) const;  ///< RSASSA-PKCS1-v1_5 with SHA-256, raw bytes.
  bool verify(std::string_view input, std::string_view signature) const;
  nlohmann::json jwk() const;
  std::string privatePem() const;
  std::string publicPem() const;

 private:
  SigningKey(std::string kid, Poco::Crypto::RSAKey key) : kid_(std::move(kid)), key_(std::move(key)) {}
  std::string kid_;
  Poco::Crypto::RSAKey key_;
};

using KeyPtr = std::shared_ptr<const SigningKey>;

/// Which keys are published and which one signs. Not thread-safe: lives inside State.
class KeyRing {
 public:
  struct Entry {
    KeyPtr key;
    std::optional<Instant> retiresAt;  ///< Published until then.
  };

  void add(KeyPtr key) { entries_.push_back({std::move(key), std::nullopt}); }
  /// The first key signs.
  const KeyPtr& current() const { return entries_.front().key; }
  /// Makes a new key current. Hard: all others are gone; else the old one stays until `retiresAt`.
  void rotate(KeyPtr fresh, bool hard, Instant retiresAt);
  KeyPtr find(std::string_view kid, Instant now) const;
  nlohmann::json jwks(Instant now) const;
  const std::vector<Entry>& entries() const { return entries_; }
  void restore(Entry entry) { entries_.push_back(std::move(entry)); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace scalekit_simulator
