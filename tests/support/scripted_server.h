// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/test_certificates.h"

namespace sso::test {

/// One accepted connection of a ScriptedServer: raw bytes in and out, TLS or not.
class ScriptedSession {
 public:
  /// later: what startTls() speaks with; null when there is no TLS to start.
  ScriptedSession(int fd, SSL* ssl, const std::atomic<bool>& stopping, SSL_CTX* later = nullptr);
  ~ScriptedSession();
  ScriptedSession(const ScriptedSession&) = delete;
  ScriptedSession& operator=(const ScriptedSession&) = delete;

  /// One whole request, head and declared body; empty when the peer closed first.
  std::string readRequest();
  /// One line without its CRLF; nullopt when the peer closed first. Not to be mixed with readRequest.
  std::optional<std::string> readLine();
  /// Shakes hands in the middle of the conversation; what has been read before stays as it is. False when it fails.
  bool startTls();
  bool underTls() const { return ssl_ != nullptr; }
  /// Sends a new key and nothing else (RFC 8446 4.6.3). Under TLS 1.3. False when the peer is gone.
  bool updateKeys();
  /// False when the peer is gone.
  bool send(const std::string& bytes);
  /// One byte at a time, with this pause between them: the attack itself, not a way to wait.
  void drip(const std::string& bytes, std::chrono::milliseconds pause);
  /// An answer of 200 with its length.
  bool answer(const std::string& body, const std::string& moreHeaders = "");
  /// RST instead of FIN.
  void reset();
  /// Blocks until the peer closes or the server stops.
  void awaitClose();
  /// Ends the TCP connection without TLS's close_notify.
  void cut();

 private:
  bool readSome(std::string& into);
  int fd_;
  SSL* ssl_;
  const std::atomic<bool>& stopping_;
  SSL_CTX* later_;
  std::unique_ptr<SSL, decltype(&SSL_free)> started_{nullptr, &SSL_free};
  std::string lines_;
};

/// A server that does what its script says, on 127.0.0.1 (and localhost) and a free port; one thread per connection.
/// Ends with its scope.
class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedSession&)>;
  struct Tls {
    Certificate certificate;
    int maxVersion = 0;           ///< e.g. TLS1_1_VERSION; 0: the newest
    bool stallHandshake = false;  ///< accept, and never say a word
    bool onDemand = false;        ///< begin in the clear, the script calls startTls()
  };

  explicit ScriptedServer(Script script) : ScriptedServer(std::move(script), nullptr) {}
  ScriptedServer(Script script, const Tls& tls) : ScriptedServer(std::move(script), &tls) {}
  ~ScriptedServer();

  int port() const { return port_; }
  std::string url(const std::string& host, const std::string& path = "/") const;
  std::string url() const { return url("127.0.0.1"); }
  /// TCP connections accepted so far.
  int accepted() const { return accepted_; }

 private:
  ScriptedServer(Script script, const Tls* tls);
  void acceptLoop();
  void serve(int fd);

  Script script_;
  bool stallHandshake_ = false, onDemand_ = false;
  std::shared_ptr<SSL_CTX> context_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> accepted_{0};
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

}  // namespace sso::test
