// SPDX-License-Identifier: Apache-2.0
#include "support/test_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace sso::test {
namespace {

void must(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("test key: ") + what);
}

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string numberOf(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &number) == 1, name);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return bytes;
}

/// RFC 7518 3.4: r and s, 32 bytes each, instead of OpenSSL's DER.
std::string rawEcdsa(std::string_view der) {
  const unsigned char* at = bytesOf(der);
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  must(pair != nullptr, "ecdsa");
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
  ECDSA_SIG_free(pair);
  return raw;
}

std::string textOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

}  // namespace

std::string testBase64Url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytesOf(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string compactJws(std::string_view header, std::string_view payload, std::string_view signature) {
  return testBase64Url(header) + "." + testBase64Url(payload) + "." + testBase64Url(signature);
}

TestKeys::TestKeys(std::string kid, std::shared_ptr<EVP_PKEY> key) : kid_(std::move(kid)), key_(std::move(key)) {}

TestKeys::TestKeys(std::string kid, unsigned bits)
    : TestKeys(std::move(kid), std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(bits), EVP_PKEY_free)) {
  must(key_ != nullptr, "RSA key generation");
}

TestKeys TestKeys::ec(std::string kid) {
  TestKeys keys(std::move(kid), std::shared_ptr<EVP_PKEY>(EVP_EC_gen("P-256"), EVP_PKEY_free));
  must(keys.key_ != nullptr, "EC key generation");
  return keys;
}

std::string TestKeys::header() const { return R"({"alg":"RS256","kid":")" + kid_ + R"(","typ":"JWT"})"; }

std::string TestKeys::sign(TestAlg alg, std::string_view header, std::string_view claims) const {
  const std::string input = testBase64Url(header) + "." + testBase64Url(claims);
  return input + "." + testBase64Url(signature(alg, input));
}

std::string TestKeys::signature(TestAlg alg, std::string_view signingInput) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  const EVP_MD* digest = alg == TestAlg::kRs512 ? EVP_sha512() : EVP_sha256();
  must(EVP_DigestSignInit(context.get(), &options, digest, nullptr, key_.get()) == 1, "sign init");
  if (alg == TestAlg::kPs256) must(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1, "PSS");
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, bytesOf(signingInput), signingInput.size()) == 1, "sign size");
  std::string raw(size, '\0');
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(raw.data()), &size, bytesOf(signingInput),
                      signingInput.size()) == 1,
       "sign");
  raw.resize(size);
  return alg == TestAlg::kEs256 ? rawEcdsa(raw) : raw;
}

std::string TestKeys::modulus() const { return testBase64Url(numberOf(key_.get(), OSSL_PKEY_PARAM_RSA_N)); }

std::string TestKeys::exponent() const { return testBase64Url(numberOf(key_.get(), OSSL_PKEY_PARAM_RSA_E)); }

std::string TestKeys::jwk(std::string_view extra) const {
  std::string text;
  if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC) {
    text = R"({"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":")" + kid_ + R"(","x":")" +
           testBase64Url(numberOf(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X)) + R"(","y":")" +
           testBase64Url(numberOf(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y)) + "\"";
  } else {
    text = R"({"kty":"RSA","use":"sig","alg":"RS256","kid":")" + kid_ + R"(","n":")" + modulus() + R"(","e":")" +
           exponent() + "\"";
  }
  if (!extra.empty()) text += "," + std::string(extra);
  return text + "}";
}

std::string TestKeys::jwks() const { return R"({"keys":[)" + jwk() + "]}"; }

std::string TestKeys::publicPem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_PUBKEY(bio, key_.get()) == 1, "PEM");
  return textOf(bio);
}

std::string TestKeys::publicDer() const {
  BIO* bio = BIO_new(BIO_s_mem());
  must(i2d_PUBKEY_bio(bio, key_.get()) == 1, "DER");
  return textOf(bio);
}

std::string signHs256(std::string_view header, std::string_view claims, std::string_view secret) {
  const std::string input = testBase64Url(header) + "." + testBase64Url(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  must(HMAC(EVP_sha256(), secret.empty() ? "" : secret.data(), static_cast<int>(secret.size()), bytesOf(input),
            input.size(), mac, &size) != nullptr,
       "HMAC");
  return input + "." + testBase64Url(std::string_view(reinterpret_cast<const char*>(mac), size));
}

}  // namespace sso::test
