// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace sso::test {
namespace {

constexpr int kPollMillis = 20;

std::size_t declaredLength(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

/// Waits in slices, so that a stopping server is noticed.
bool readable(int fd, const std::atomic<bool>& stopping) {
  while (!stopping) {
    pollfd entry{fd, POLLIN, 0};
    if (::poll(&entry, 1, kPollMillis) > 0) return true;
  }
  return false;
}

}  // namespace

ScriptedSession::ScriptedSession(int fd, SSL* ssl, const std::atomic<bool>& stopping, SSL_CTX* later)
    : fd_(fd), ssl_(ssl), stopping_(stopping), later_(later) {}

ScriptedSession::~ScriptedSession() {
  if (fd_ < 0) return;
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  ::close(fd_);
}

bool ScriptedSession::readSome(std::string& into) {
  if (fd_ < 0) return false;
  const bool buffered = ssl_ != nullptr && SSL_pending(ssl_) > 0;
  if (!buffered && !readable(fd_, stopping_)) return false;
  char buffer[4096];
  const auto got = ssl_ != nullptr ? static_cast<ssize_t>(SSL_read(ssl_, buffer, sizeof buffer))
                                   : ::recv(fd_, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  into.append(buffer, static_cast<std::size_t>(got));
  return true;
}

std::string ScriptedSession::readRequest() {
  std::string bytes;
  for (;;) {
    const auto end = bytes.find("\r\n\r\n");
    if (end != std::string::npos && bytes.size() >= end + 4 + declaredLength(bytes)) return bytes;
    if (!readSome(bytes)) return {};
  }
}

std::optional<std::string> ScriptedSession::readLine() {
  for (;;) {
    const auto end = lines_.find("\r\n");
    if (end != std::string::npos) {
      const std::string line = lines_.substr(0, end);
      lines_.erase(0, end + 2);
      return line;
    }
    if (!readSome(lines_)) return std::nullopt;
  }
}

bool ScriptedSession::startTls() {
  started_.reset(SSL_new(later_));
  SSL_set_fd(started_.get(), fd_);
  if (SSL_accept(started_.get()) != 1) return false;
  ssl_ = started_.get();
  return true;
}

bool ScriptedSession::updateKeys() {
  return !stopping_ && SSL_key_update(ssl_, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(ssl_) == 1;
}

bool ScriptedSession::send(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && !stopping_ && fd_ >= 0) {
    pollfd entry{fd_, POLLOUT, 0};
    if (::poll(&entry, 1, kPollMillis) == 0) continue;
    const auto sent =
        ssl_ != nullptr
            ? static_cast<ssize_t>(SSL_write(ssl_, bytes.data() + done, static_cast<int>(bytes.size() - done)))
            : ::send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    done += static_cast<std::size_t>(sent);
  }
  return done == bytes.size();
}

void ScriptedSession::drip(const std::string& bytes, std::chrono::milliseconds pause) {
  for (const char c : bytes) {
    if (stopping_ || !send(std::string(1, c))) return;
    std::this_thread::sleep_for(pause);
  }
}

bool ScriptedSession::answer(const std::string& body, const std::string& moreHeaders) {
  return send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + moreHeaders + "\r\n" +
              body);
}

void ScriptedSession::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  cut();
}

void ScriptedSession::cut() {
  ::close(fd_);
  fd_ = -1;
}

void ScriptedSession::awaitClose() {
  std::string ignored;
  while (readSome(ignored)) {
  }
}

ScriptedServer::ScriptedServer(Script script, const Tls* tls) : script_(std::move(script)) {
  std::signal(SIGPIPE, SIG_DFL);  // the client under test must never raise it
  if (tls != nullptr) {
    stallHandshake_ = tls->stallHandshake;
    onDemand_ = tls->onDemand;
    context_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    // Old versions need the lowest security level; the server is to offer what the client must refuse.
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
    if (tls->maxVersion != 0) SSL_CTX_set_max_proto_version(context_.get(), tls->maxVersion);
    SSL_CTX_use_certificate(context_.get(), tls->certificate.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), tls->certificate.key.get());
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("scripted server: no port");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { acceptLoop(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  acceptor_.join();
  ::close(listener_);
  for (auto& worker : workers_) worker.join();
}

std::string ScriptedServer::url(const std::string& host, const std::string& path) const {
  return (context_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

void ScriptedServer::acceptLoop() {
  while (readable(listener_, stopping_)) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++accepted_;
    workers_.emplace_back([this, fd] { serve(fd); });
  }
}

void ScriptedServer::serve(int fd) {
  // A peer that goes away must not kill the test: OpenSSL's own BIO writes without MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  if (!context_ || onDemand_) {
    ScriptedSession session(fd, nullptr, stopping_, context_.get());
    script_(session);
    return;
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
  SSL_set_fd(ssl.get(), fd);
  if (stallHandshake_) {
    ScriptedSession(fd, nullptr, stopping_).awaitClose();
    return;
  }
  // A client that is gone in the middle of the handshake ends SSL_accept; one that is silent is not ours to test.
  if (SSL_accept(ssl.get()) != 1) {
    ::close(fd);
    return;
  }
  ScriptedSession session(fd, ssl.get(), stopping_);
  script_(session);
}

}  // namespace sso::test
