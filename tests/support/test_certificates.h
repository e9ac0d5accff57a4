// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sso::test {

/// A certificate with its private key (P-256), made on the spot.
struct Certificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
  std::string pem() const;
};

/// What a leaf certificate says.
struct CertificateRequest {
  std::string subjectAltName = "IP:127.0.0.1,DNS:localhost";  ///< as OpenSSL's configuration writes it; empty: none
  std::string commonName = "Test server";
  long validFromSeconds = -3600, validForSeconds = 86400;  ///< relative to now
};

/// A certificate authority of one test.
class TestAuthority {
 public:
  TestAuthority();
  Certificate issue(const CertificateRequest& request = {}) const;
  /// The authority's own certificate in a file that is removed with this object.
  std::string caFile() const { return file_->path.string(); }

 private:
  struct File {
    std::filesystem::path path;
    ~File();
  };
  Certificate root_;
  std::shared_ptr<File> file_;
};

/// Signed by its own key: trusted by nobody.
Certificate selfSigned(const CertificateRequest& request = {});

}  // namespace sso::test
