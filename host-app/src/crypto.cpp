// SPDX-License-Identifier: Apache-2.0
#include "crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

#include "sso/error.h"

namespace hostapp {
namespace {

std::string hexOf(const unsigned char* bytes, std::size_t size) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0x0FU];
  }
  return text;
}

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string randomHex(sso::RandomSource& random, std::size_t bytes) {
  std::vector<unsigned char> buffer(bytes);
  random.fill(buffer.data(), buffer.size());
  return hexOf(buffer.data(), buffer.size());
}

std::string sha256Hex(std::string_view data) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(bytesOf(data), data.size(), digest.data());
  return hexOf(digest.data(), digest.size());
}

std::string hmacSha256Hex(std::string_view key, std::string_view data) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(data), data.size(), digest.data(), &size) ==
          nullptr ||
      size != digest.size()) {
    throw sso::Error(sso::ErrorCode::kInternal, "internal", "HMAC failed");
  }
  return hexOf(digest.data(), digest.size());
}

bool equalsConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string encodeBase64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock writes a final NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytesOf(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace hostapp
