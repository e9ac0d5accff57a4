// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>

#include "base/base64url.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso {
namespace {

constexpr std::size_t kSha256Bytes = 32;
using Digest = std::array<unsigned char, kSha256Bytes>;

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string toString(const Digest& digest) {
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

/// Fetched once: EVP_sha256() is only a name, for which each digest would look through OpenSSL's providers again.
const EVP_MD* sha256Method() {
  static const std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> method(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  return method.get();
}

}  // namespace

std::string sha256(std::string_view data) {
  Digest digest{};
  // Without a method EVP_Digest fails, too.
  if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, sha256Method(), nullptr) != 1) {
    throw Error(ErrorCode::kInternal, reason::kInternal, "SHA-256 failed");
  }
  return toString(digest);
}

std::string sha256Hex(std::string_view data) { return toHex(sha256(data)); }

std::string hmacSha256(std::string_view key, std::string_view data) {
  // A null key would mean "the one of the call before" to OpenSSL; an empty view may well hold null.
  if (key.empty()) key = "";
  Digest digest{};
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(data), data.size(), digest.data(),
           nullptr) == nullptr) {
    throw Error(ErrorCode::kInternal, reason::kInternal, "HMAC-SHA-256 failed");
  }
  return toString(digest);
}

std::string toHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0x0F];
  }
  return text;
}

bool equalsConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

namespace detail {

std::string hkdfExtract(std::string_view salt, std::string_view key) { return hmacSha256(salt, key); }

std::string hkdfExpand(std::string_view pseudoRandomKey, std::string_view info) {
  // RFC 5869 2.3: T(1) = HMAC(PRK, T(0) | info | 0x01), T(0) empty; one block is the whole output.
  std::string block(info);
  block += '\x01';
  return hmacSha256(pseudoRandomKey, block);
}

std::string randomToken(RandomSource& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill(reinterpret_cast<unsigned char*>(raw.data()), raw.size());
  std::string token = encodeBase64Url(raw);
  OPENSSL_cleanse(raw.data(), raw.size());
  return token;
}

}  // namespace detail
}  // namespace sso
