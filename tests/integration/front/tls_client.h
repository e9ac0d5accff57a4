// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "socket_bio.h"
#include "sso/front/tls.h"
#include "support/test_certificates.h"

namespace sso::front::test {

/// A folder with a certificate and its key, as an operator would lay them down.
class TlsFolder {
 public:
  TlsFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "front-tls-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~TlsFolder() { std::filesystem::remove_all(folder_); }
  TlsFolder(const TlsFolder&) = delete;
  TlsFolder& operator=(const TlsFolder&) = delete;

  TlsFiles files() const { return {(folder_ / "chain.pem").string(), (folder_ / "key.pem").string()}; }
  void write(const sso::test::Certificate& certificate) {
    write("chain.pem", certificate.pem());
    write("key.pem", keyOf(certificate));
  }
  /// Under another name first: the file is another one afterwards.
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / (name + ".new"), std::ios::binary) << text;
    std::filesystem::rename(folder_ / (name + ".new"), folder_ / name);
  }
  static std::string keyOf(const sso::test::Certificate& certificate, const char* passphrase = nullptr) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PKCS8PrivateKey(out.get(), certificate.key.get(), passphrase ? EVP_aes_128_cbc() : nullptr,
                                  passphrase, passphrase ? static_cast<int>(std::string_view(passphrase).size()) : 0,
                                  nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  std::filesystem::path folder_;
};

/// How a client begins.
struct TlsHello {
  int oldest = TLS1_2_VERSION, newest = TLS1_3_VERSION;
  std::string ciphers = {};              ///< of TLS 1.2; empty: OpenSSL's default
  std::string protocols = {};            ///< ALPN, each with its length in front
  std::string serverName = "localhost";  ///< SNI; empty: none
};

/// A client that speaks TLS and verifies the server. Whatever it waits for ends after 10 s at the latest.
class TlsRawClient {
 public:
  TlsRawClient(std::uint16_t port, const std::string& caFile, const TlsHello& hello = {})
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_security_level(context_.get(), 0);  // so that only the server's choice decides
    SSL_CTX_set_min_proto_version(context_.get(), hello.oldest);
    SSL_CTX_set_max_proto_version(context_.get(), hello.newest);
    SSL_CTX_load_verify_file(context_.get(), caFile.c_str());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (!hello.ciphers.empty()) SSL_CTX_set_cipher_list(context_.get(), hello.ciphers.c_str());
    socket_.connect(Poco::Net::SocketAddress("127.0.0.1", port));
    socket_.setReceiveTimeout(Poco::Timespan(10, 0));
    socket_.setNoDelay(true);
    ssl_.reset(SSL_new(context_.get()));
    BIO* bio = detail::socketBio(static_cast<int>(socket_.impl()->sockfd()));
    SSL_set_bio(ssl_.get(), bio, bio);
    if (!hello.serverName.empty()) {
      std::string name = hello.serverName;
      SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
      SSL_set1_host(ssl_.get(), hello.serverName.c_str());
    }
    if (!hello.protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(hello.protocols.data()),
                          static_cast<unsigned>(hello.protocols.size()));
    }
    ERR_clear_error();
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
  }
  /// The name in the certificate that the server showed.
  std::string shown() const {
    char name[256] = "";
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl_.get()), &X509_free);
    if (certificate) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    }
    return name;
  }
  bool send(std::string_view bytes) {
    ERR_clear_error();
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }
  /// One answer with a Content-Length.
  std::string readAnswer() {
    while (received_.find("\r\n\r\n") == std::string::npos && receive()) {
    }
    const auto head = received_.find("\r\n\r\n");
    const auto length = received_.find("Content-Length: ");
    std::size_t size = received_.size();
    if (length < head) size = head + 4 + std::stoul(received_.substr(length + 16));
    while (received_.size() < size && receive()) {
    }
    const std::string answer = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }
  std::string readAll() {
    while (receive()) {
    }
    return received_;
  }
  /// The server ended in order, and was not cut off.
  bool saidGoodbye() const { return SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN; }
  /// Asks for new keys; false when the server will not.
  bool renegotiate() {
    ERR_clear_error();
    return SSL_renegotiate(ssl_.get()) == 1 && SSL_do_handshake(ssl_.get()) == 1;
  }
  /// Sends a new key and nothing else (RFC 8446 4.6.3).
  bool updateKeys() {
    ERR_clear_error();
    return SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(ssl_.get()) == 1;
  }
  /// Past TLS. False when the server has closed.
  bool sendRaw(const std::string& bytes) {
    return ::send(static_cast<int>(socket_.impl()->sockfd()), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  bool readable(std::chrono::milliseconds within) {
    return socket_.poll(Poco::Timespan(std::chrono::microseconds(within).count()), Poco::Net::Socket::SELECT_READ);
  }
  /// Goes away without a word.
  void cut() { socket_.close(); }
  void shutdownSend() { socket_.shutdownSend(); }

 private:
  bool receive() {
    char buffer[16384];
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (got > 0) received_.append(buffer, static_cast<std::size_t>(got));
    if (got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ) ADD_FAILURE() << "nothing came for 10 s";
    return got > 0;
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  Poco::Net::StreamSocket socket_;
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string received_;
  bool connected_ = false;
};

}  // namespace sso::front::test
