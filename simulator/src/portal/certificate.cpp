// SPDX-License-Identifier: Apache-2.0
#include "portal/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxPem = 16 * 1024;

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string shownName(const X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (index >= 0) {
    const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, text);
    if (length > 0) {
      const std::string found(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
      OPENSSL_free(utf8);
      return found.substr(0, 200);
    }
  }
  char line[200] = "";
  X509_NAME_oneline(name, line, sizeof line);
  return line;
}

EpochSeconds epochOf(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<EpochSeconds>(::timegm(&parts)) : 0;
}

X509Ptr parse(BIO* from) { return {PEM_read_bio_X509(from, nullptr, nullptr, nullptr), &X509_free}; }

}  // namespace

CertificateFacts readCertificate(std::string_view pem, EpochSeconds now) {
  CertificateFacts facts;
  if (pem.size() > kMaxPem) {
    facts.problem = "This is too long for one certificate.";
    return facts;
  }
  const BioPtr bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const X509Ptr certificate = bytes ? parse(bytes.get()) : X509Ptr{nullptr, &X509_free};
  ERR_clear_error();
  if (!certificate || X509_get0_pubkey(certificate.get()) == nullptr) {
    facts.problem = "This cannot be read. Paste the whole certificate, from -----BEGIN CERTIFICATE----- to the end.";
    return facts;
  }
  const bool another = static_cast<bool>(parse(bytes.get()));
  ERR_clear_error();
  facts.subject = shownName(X509_get_subject_name(certificate.get()));
  facts.issuer = shownName(X509_get_issuer_name(certificate.get()));
  facts.notBefore = epochOf(X509_get0_notBefore(certificate.get()));
  facts.notAfter = epochOf(X509_get0_notAfter(certificate.get()));
  if (another) facts.problem = "Paste one certificate only: the one that signs.";
  if (now >= facts.notAfter)
    facts.problem = "This certificate has expired. Ask your identity provider for the new one.";
  if (now < facts.notBefore) facts.problem = "This certificate is not valid yet.";
  return facts;
}

}  // namespace scalekit_simulator
