// SPDX-License-Identifier: Apache-2.0
#include "signing_keys.h"

#include <Poco/Crypto/RSADigestEngine.h>
#include <Poco/Exception.h>

#include <sstream>
#include <stdexcept>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

std::string textOf(const std::vector<unsigned char>& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

KeyPtr SigningKey::generate(std::string kid) {
  return KeyPtr(new SigningKey(std::move(kid),
                               Poco::Crypto::RSAKey(Poco::Crypto::RSAKey::KL_2048, Poco::Crypto::RSAKey::EXP_LARGE)));
}

KeyPtr SigningKey::fromPem(std::string kid, const std::string& pem) {
  try {
    std::istringstream stream(pem);
    Poco::Crypto::RSAKey key(nullptr, &stream, "");
    if (key.modulus().size() < 256) throw std::invalid_argument("key " + kid + " is shorter than 2048 bits");
    return KeyPtr(new SigningKey(std::move(kid), std::move(key)));
  } catch (const Poco::Exception&) {
    throw std::invalid_argument("key " + kid + " is not an RSA private key in PEM");
  }
}

std::string SigningKey::sign(std::string_view input) const {
  Poco::Crypto::RSADigestEngine engine(key_, "SHA256");
  engine.update(input.data(), input.size());
  return textOf(engine.signature());
}

bool SigningKey::verify(std::string_view input, std::string_view signature) const {
  Poco::Crypto::RSADigestEngine engine(key_, "SHA256");
  engine.update(input.data(), input.size());
  return engine.verify(Poco::DigestEngine::Digest(signature.begin(), signature.end()));
}

nlohmann::json SigningKey::jwk() const {
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", "RS256"},
          {"kid", kid_},
          {"n", base64Url(textOf(key_.modulus()))},
          {"e", base64Url(textOf(key_.encryptionExponent()))}};
}

std::string SigningKey::privatePem() const {
  std::ostringstream stream;
  key_.impl()->save(nullptr, &stream, "");
  return stream.str();
}

std::string SigningKey::publicPem() const {
  std::ostringstream stream;
  key_.impl()->save(&stream, nullptr, "");
  return stream.str();
}

void KeyRing::rotate(KeyPtr fresh, bool hard, Instant retiresAt) {
  if (hard) entries_.clear();
  for (auto& entry : entries_) {
    if (!entry.retiresAt) entry.retiresAt = retiresAt;
  }
  entries_.insert(entries_.begin(), {std::move(fresh), std::nullopt});
}

KeyPtr KeyRing::find(std::string_view kid, Instant now) const {
  for (const auto& entry : entries_) {
    if (entry.key->kid() == kid && (!entry.retiresAt || now < *entry.retiresAt)) return entry.key;
  }
  return nullptr;
}

nlohmann::json KeyRing::jwks(Instant now) const {
  nlohmann::json keys = nlohmann::json::array();
  for (const auto& entry : entries_) {
    if (!entry.retiresAt || now < *entry.retiresAt) keys.push_back(entry.key->jwk());
  }
  return {{"keys", std::move(keys)}};
}

}  // namespace scalekit_simulator
