// SPDX-License-Identifier: Apache-2.0
#include "oidc/rs256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>
#include <cstddef>

#include "oidc/kept_sha256.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

constexpr int kMinModulusBits = 2048, kMaxModulusBits = 8192, kMaxExponentBits = 64;

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void must(bool ok, std::string_view what) {
  if (ok) return;
  ERR_clear_error();
  throw Error(ErrorCode::kInternal, reason::kInternal, what);
}

/// What one thread keeps between verifications. The contexts hold a reference to their keys, so a key's address is not
/// used again while it stands here; they only save work and decide nothing.
class ThreadContexts {
 public:
  EVP_PKEY_CTX* of(EVP_PKEY* key) {
    for (const Slot& slot : slots_) {
      if (slot.key == key) return slot.context.get();
    }
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    must(context && EVP_PKEY_verify_init(context.get()) == 1 &&
             EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(context.get(), keptSha256Method()) == 1,
         "RSA verification is not available");
    Slot& slot = slots_[next_++ % slots_.size()];
    slot = {key, std::move(context)};
    return slot.context.get();
  }

 private:
  struct Slot {
    EVP_PKEY* key = nullptr;
    KeyContext context;
  };
  std::array<Slot, 8> slots_;
  std::size_t next_ = 0;
};

Number numberOf(std::string_view bigEndian) {
  return Number(BN_bin2bn(bytesOf(bigEndian), static_cast<int>(bigEndian.size()), nullptr));
}

}  // namespace

bool verifyRs256(EVP_PKEY* key, std::string_view signingInput, std::string_view signature) {
  thread_local ThreadContexts contexts;
  const Sha256 digest = keptSha256(signingInput);
  if (EVP_PKEY_verify(contexts.of(key), bytesOf(signature), signature.size(), digest.data(), digest.size()) == 1) {
    return true;
  }
  ERR_clear_error();  // an attacker's token leaves nothing behind for somebody else's error report
  return false;
}

std::shared_ptr<EVP_PKEY> rsaPublicKey(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kMaxModulusBits / 8 + 1 || exponent.size() > kMaxExponentBits / 8 + 1) return nullptr;
  const Number n = numberOf(modulus), e = numberOf(exponent);
  must(n && e, "out of memory");
  const int modulusBits = BN_num_bits(n.get());
  if (modulusBits < kMinModulusBits || modulusBits > kMaxModulusBits || !BN_is_odd(n.get())) return nullptr;
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_num_bits(e.get()) > kMaxExponentBits) return nullptr;

  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  must(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
           OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
       "RSA key parameters");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  must(params && context && EVP_PKEY_fromdata_init(context.get()) == 1, "RSA is not available");
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

}  // namespace sso::detail
