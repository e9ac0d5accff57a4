// SPDX-License-Identifier: Apache-2.0
#include "sso/sealer.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>

#include "base/base64url.h"
#include "base/digest.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxKeys = 8;
constexpr std::size_t kMaxSealedBytes = 8192;  // of text
constexpr char kVersion = '\x01';
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kHeaderBytes = 1 + kKeyIdBytes;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kOverheadBytes = kHeaderBytes + kNonceBytes + kTagBytes;

constexpr std::string_view kSalt = "modular-sso/sealer/v1";
constexpr std::string_view kKeyIdInfo = "key-id";
constexpr std::string_view kPurposePrefix = "purpose:";

/// One key: its public id, and the HKDF pseudo-random key from which the key of each purpose is expanded.
struct RootKey {
  std::string id;
  Secret pseudoRandomKey;

  Secret keyFor(std::string_view purpose) const {
    std::string info(kPurposePrefix);
    info += purpose;
    return Secret(detail::hkdfExpand(pseudoRandomKey.reveal(), info));
  }
};

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(bool done) {
  if (!done) throw Error(ErrorCode::kInternal, reason::kInternal, "AES-256-GCM failed");
}

CipherContext newContext() {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  require(context != nullptr);
  return context;
}

/// The header and the context are authenticated but not encrypted. The header's length is fixed, so no two pairs of
/// them read the same.
std::string additionalData(std::string_view header, std::string_view context) {
  std::string data(header);
  data += context;
  return data;
}

}  // namespace

struct Sealer::Keys {
  std::vector<RootKey> roots;  // the first seals
  std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> cipher{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr),
                                                                 &EVP_CIPHER_free};

  std::optional<std::string> openWith(const RootKey& root, std::string_view purpose, std::string_view raw,
                                      std::string_view context) const;
};

Sealer::Sealer(const std::vector<Secret>& keys, std::shared_ptr<RandomSource> random)
    : keys_(std::make_unique<Keys>()), random_(std::move(random)) {
  if (keys.empty() || keys.size() > kMaxKeys) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "APP_SECRET_KEYS: 1 to 8 keys are needed");
  }
  require(keys_->cipher != nullptr);
  for (const Secret& key : keys) {
    if (key.reveal().size() != kKeyBytes) {
      throw Error(ErrorCode::kConfig, reason::kConfig, "APP_SECRET_KEYS: each key must have 32 bytes");
    }
    Secret pseudoRandomKey(detail::hkdfExtract(kSalt, key.reveal()));
    std::string id = detail::hkdfExpand(pseudoRandomKey.reveal(), kKeyIdInfo).substr(0, kKeyIdBytes);
    keys_->roots.push_back({std::move(id), std::move(pseudoRandomKey)});
  }
}

Sealer::~Sealer() = default;

std::string Sealer::seal(std::string_view purpose, std::string_view plaintext, std::string_view context) const {
  if ((plaintext.size() + kOverheadBytes) * 4 > kMaxSealedBytes * 3) {
    throw Error(ErrorCode::kInternal, reason::kInternal, "too large to seal");
  }
  const RootKey& root = keys_->roots.front();
  const Secret key = root.keyFor(purpose);

  std::string sealed;
  sealed.reserve(plaintext.size() + kOverheadBytes);
  sealed += kVersion;
  sealed += root.id;
  const std::string data = additionalData(sealed, context);
  sealed.resize(plaintext.size() + kOverheadBytes);
  unsigned char* const nonce = bytesOf(sealed) + kHeaderBytes;
  unsigned char* const ciphertext = nonce + kNonceBytes;
  unsigned char* const tag = ciphertext + plaintext.size();
  random_->fill(nonce, kNonceBytes);

  const CipherContext cipher = newContext();
  int written = 0;
  require(EVP_EncryptInit_ex2(cipher.get(), keys_->cipher.get(), bytesOf(key.reveal()), nonce, nullptr) == 1);
  require(EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytesOf(data), static_cast<int>(data.size())) == 1);
  require(EVP_EncryptUpdate(cipher.get(), ciphertext, &written, bytesOf(plaintext),
                            static_cast<int>(plaintext.size())) == 1);
  require(EVP_EncryptFinal_ex(cipher.get(), tag, &written) == 1);  // GCM is a stream: nothing is left to write
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes), tag) == 1);
  return detail::encodeBase64Url(sealed);
}

std::optional<std::string> Sealer::open(std::string_view purpose, std::string_view sealed,
                                        std::string_view context) const {
  if (sealed.size() > kMaxSealedBytes) return std::nullopt;
  const auto raw = detail::decodeBase64Url(sealed);
  if (!raw || raw->size() < kOverheadBytes || raw->front() != kVersion) return std::nullopt;
  const std::string_view keyId = std::string_view(*raw).substr(1, kKeyIdBytes);
  for (const RootKey& root : keys_->roots) {
    if (root.id != keyId) continue;
    if (auto plaintext = keys_->openWith(root, purpose, *raw, context)) return plaintext;
  }
  return std::nullopt;
}

std::optional<std::string> Sealer::Keys::openWith(const RootKey& root, std::string_view purpose, std::string_view raw,
                                                  std::string_view context) const {
  const std::string data = additionalData(raw.substr(0, kHeaderBytes), context);
  const std::string_view nonce = raw.substr(kHeaderBytes, kNonceBytes);
  const std::string_view ciphertext = raw.substr(kHeaderBytes + kNonceBytes, raw.size() - kOverheadBytes);
  std::string tag(raw.substr(raw.size() - kTagBytes));
  std::string plaintext(ciphertext.size(), '\0');

  const Secret key = root.keyFor(purpose);
  const CipherContext decryption = newContext();
  int written = 0;
  require(EVP_DecryptInit_ex2(decryption.get(), cipher.get(), bytesOf(key.reveal()), bytesOf(nonce), nullptr) == 1);
  require(EVP_DecryptUpdate(decryption.get(), nullptr, &written, bytesOf(data), static_cast<int>(data.size())) == 1);
  require(EVP_DecryptUpdate(decryption.get(), bytesOf(plaintext), &written, bytesOf(ciphertext),
                            static_cast<int>(ciphertext.size())) == 1);
  require(EVP_CIPHER_CTX_ctrl(decryption.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1);

  // The tag decides. Until it has, the plaintext is nobody's (SP 800-38D 7.2), and a refusal leaves no trace of it nor
  // of an error in OpenSSL's queue of this thread.
  std::array<unsigned char, kTagBytes> nothingMore{};
  ERR_set_mark();
  const bool authentic = EVP_DecryptFinal_ex(decryption.get(), nothingMore.data(), &written) == 1;
  ERR_pop_to_mark();
  if (!authentic) {
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace sso
