// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>

#include <memory>
#include <string_view>

namespace sso::detail {

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3), the one algorithm of this library. True when the signature is good;
/// false for any other signature, whatever is wrong with it. Throws Error(kInternal) when OpenSSL itself fails.
/// Keeps a context per thread for the last few keys: setting one up costs a fifth of the verification.
bool verifyRs256(EVP_PKEY* key, std::string_view signingInput, std::string_view signature);

/// The public key with this big-endian modulus and exponent (RFC 7518 6.3.1). Null unless the modulus is odd and has
/// 2048 to 8192 bits and the exponent is odd, at least 3 and at most 64 bits long.
std::shared_ptr<EVP_PKEY> rsaPublicKey(std::string_view modulus, std::string_view exponent);

}  // namespace sso::detail
