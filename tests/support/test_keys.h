// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace sso::test {

/// base64url without padding, made with OpenSSL's own encoder, so that a fault in ours cannot hide itself.
std::string testBase64Url(std::string_view bytes);
/// header.payload.signature from verbatim texts: nothing is checked, so any malformed token can be made.
std::string compactJws(std::string_view header, std::string_view payload, std::string_view signature);

/// How to sign, whatever the header claims.
enum class TestAlg { kRs256, kRs512, kPs256, kEs256, kEs256Der };

/// One fresh signing key (RSA-2048 unless told otherwise) that signs tokens from verbatim header and claims text.
/// Making one takes some milliseconds: share it within a test suite. Immutable; thread-safe.
class TestKeys {
 public:
  explicit TestKeys(std::string kid = "snk_58345499702329874", unsigned bits = 2048);
  /// A P-256 key, for tokens that must be refused.
  static TestKeys ec(std::string kid);

  const std::string& kid() const { return kid_; }
  /// {"alg":"RS256","kid":"...","typ":"JWT"}
  std::string header() const;
  /// Signs RS256: sign(keys.header(), R"({"iss":...})").
  std::string sign(std::string_view header, std::string_view claims) const {
    return sign(TestAlg::kRs256, header, claims);
  }
  std::string sign(TestAlg alg, std::string_view header, std::string_view claims) const;
  /// Signs RS256 under header().
  std::string sign(std::string_view claims) const { return sign(header(), claims); }
  /// The raw signature of these bytes.
  std::string signature(TestAlg alg, std::string_view signingInput) const;

  /// This key as one JWK, with use=sig and alg=RS256; extra is put in verbatim, e.g. R"("x5c":["..."])".
  std::string jwk(std::string_view extra = {}) const;
  /// {"keys":[ jwk() ]}
  std::string jwks() const;
  /// base64url of modulus and exponent (RSA keys).
  std::string modulus() const;
  std::string exponent() const;
  /// The public key as PEM, as an attacker would use it for an HMAC.
  std::string publicPem() const;
  std::string publicDer() const;

 private:
  TestKeys(std::string kid, std::shared_ptr<EVP_PKEY> key);
  std::string kid_;
  std::shared_ptr<EVP_PKEY> key_;
};

/// A token with an HMAC-SHA256 signature.
std::string signHs256(std::string_view header, std::string_view claims, std::string_view secret);

}  // namespace sso::test
