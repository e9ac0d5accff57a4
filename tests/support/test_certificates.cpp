// SPDX-License-Identifier: Apache-2.0
#include "support/test_certificates.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <stdexcept>

namespace sso::test {
namespace {

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("test certificate: ") + what);
}

void addExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

/// Everything but the signature.
Certificate unsignedCertificate(const std::string& name, long from, long length) {
  Certificate made;
  made.key.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
  made.certificate.reset(X509_new(), X509_free);
  X509* certificate = made.certificate.get();
  require(made.key && certificate, "allocation");
  std::int64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 7) == 1, "serial");
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), from + length);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

void sign(const Certificate& made, X509* issuer, EVP_PKEY* issuerKey) {
  X509_set_issuer_name(made.certificate.get(), X509_get_subject_name(issuer));
  require(X509_sign(made.certificate.get(), issuerKey, EVP_sha256()) > 0, "signature");
}

}  // namespace

std::string Certificate::pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(out.get(), certificate.get());
  char* data = nullptr;
  const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &data);
  return {data, static_cast<std::size_t>(size)};
}

TestAuthority::TestAuthority() : root_(unsignedCertificate("Test authority", -3600, 86400)) {
  X509* certificate = root_.certificate.get();
  addExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  addExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(root_, certificate, root_.key.get());
  static std::atomic<int> count{0};
  file_ = std::make_shared<File>();
  file_->path = std::filesystem::temp_directory_path() /
                ("modular-sso-ca-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".pem");
  std::ofstream(file_->path) << root_.pem();
}

TestAuthority::File::~File() {
  std::error_code ignored;  // a file left in the temporary folder harms nobody
  std::filesystem::remove(path, ignored);
}

Certificate TestAuthority::issue(const CertificateRequest& request) const {
  Certificate leaf = unsignedCertificate(request.commonName, request.validFromSeconds, request.validForSeconds);
  if (!request.subjectAltName.empty()) {
    addExtension(leaf.certificate.get(), root_.certificate.get(), NID_subject_alt_name, request.subjectAltName);
  }
  addExtension(leaf.certificate.get(), root_.certificate.get(), NID_ext_key_usage, "serverAuth");
  sign(leaf, root_.certificate.get(), root_.key.get());
  return leaf;
}

Certificate selfSigned(const CertificateRequest& request) {
  Certificate leaf = unsignedCertificate("Self-signed", request.validFromSeconds, request.validForSeconds);
  addExtension(leaf.certificate.get(), leaf.certificate.get(), NID_subject_alt_name, request.subjectAltName);
  sign(leaf, leaf.certificate.get(), leaf.key.get());
  return leaf;
}

}  // namespace sso::test
