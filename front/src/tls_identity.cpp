// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <ctime>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "sso/front/tls.h"

namespace sso::front {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

void require(bool ok, const std::string& what) {
  if (ok) return;
  ERR_clear_error();  // OpenSSL's own words hold paths and line numbers of its sources
  throw std::invalid_argument(what);
}

/// A passphrase would be asked for on the terminal, and the server wait for an answer.
int noPassphrase(char*, int, int, void*) { return 0; }

/// RFC 7301 3.2: of what the client offers, http/1.1, or the connection is refused.
int chooseHttp11(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                 unsigned int offeredSize, void*) {
  constexpr std::string_view kHttp11 = "http/1.1";
  const std::string_view list(reinterpret_cast<const char*>(offered), offeredSize);
  for (std::size_t at = 0; at < list.size(); at += 1 + static_cast<unsigned char>(list[at])) {
    const auto length = static_cast<unsigned char>(list[at]);
    if (list.substr(at + 1, length) != kHttp11) continue;
    *chosen = offered + at + 1;
    *size = length;
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

ContextPtr newContext() {
  const ContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* raw = context.get();
  require(raw != nullptr && SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
              SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1,
          "TLS cannot be set up");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA);
  // A write that has to wait may be repeated from another address; buffers of a connection that is quiet are freed.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // A record without data (RFC 8446 4.6.3, KeyUpdate) ends a read: as long as a client sends more of them, OpenSSL
  // would go on by itself, past every deadline.
  SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
  // Sessions are resumed by tickets, which the client keeps (RFC 8446 4.6.1): nothing is kept for it here.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(raw, noPassphrase);
  SSL_CTX_set_alpn_select_cb(raw, chooseHttp11, nullptr);
  return context;
}

}  // namespace

TlsIdentity::TlsIdentity(TlsFiles files) : files_(std::move(files)) { load(); }

TlsIdentity::Stamp TlsIdentity::stampOfFiles() const {
  Stamp stamp{};
  std::size_t at = 0;
  for (const std::string* path : {&files_.certificateChain, &files_.privateKey}) {
    struct stat found {};
    require(::stat(path->c_str(), &found) == 0, *path + ": cannot be read");
    for (const std::int64_t part :
         {static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino), found.st_size,
          static_cast<std::int64_t>(found.st_mtim.tv_sec), static_cast<std::int64_t>(found.st_mtim.tv_nsec)}) {
      stamp[at++] = part;
    }
  }
  return stamp;
}

void TlsIdentity::load() {
  // Before they are read: what changes meanwhile is seen by the next call.
  const Stamp stamp = stampOfFiles();
  const ContextPtr context = newContext();
  require(SSL_CTX_use_certificate_chain_file(context.get(), files_.certificateChain.c_str()) == 1,
          files_.certificateChain + ": no certificate chain in PEM");
  require(SSL_CTX_use_PrivateKey_file(context.get(), files_.privateKey.c_str(), SSL_FILETYPE_PEM) == 1,
          files_.privateKey + ": no private key of the certificate, in PEM and without a passphrase");
  require(SSL_CTX_check_private_key(context.get()) == 1, files_.privateKey + ": not the key of the certificate");
  const std::lock_guard lock(mutex_);
  context_ = context;
  loaded_ = stamp;
}

bool TlsIdentity::reloadIfChanged() {
  {
    const Stamp now = stampOfFiles();
    const std::lock_guard lock(mutex_);
    if (now == loaded_) return false;
  }
  load();
  return true;
}

std::shared_ptr<SSL_CTX> TlsIdentity::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

std::chrono::system_clock::time_point TlsIdentity::expires() const {
  const auto held = context();
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(held.get())), &time) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&time));
}

}  // namespace sso::front
