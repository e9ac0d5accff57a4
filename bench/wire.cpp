// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

/// As a proxy writes it: a load of many people comes from many networks, each of which has limits of its own.
std::string ofAnotherClient() {
  thread_local unsigned count = static_cast<unsigned>(std::hash<std::thread::id>{}(std::this_thread::get_id()));
  const unsigned n = ++count;
  return "X-Forwarded-For: 10." + std::to_string(n >> 16 & 255) + "." + std::to_string(n >> 8 & 255) + "." +
         std::to_string(n & 255) + "\r\n";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

bool isName(std::string_view name, std::string_view expected) {
  return name.size() == expected.size() && strncasecmp(name.data(), expected.data(), name.size()) == 0;
}

void noteCookie(std::string_view line, Answer& answer) {
  const std::string_view pair = line.substr(0, line.find(';'));
  const std::size_t cut = pair.find('=');
  if (cut != std::string_view::npos) answer.cookies[std::string(pair.substr(0, cut))] = pair.substr(cut + 1);
}

}  // namespace

Wire::~Wire() { close(); }

void Wire::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  buffer_.clear();
}

void Wire::connect() {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  const timeval limit{30, 0};
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close();
    throw std::runtime_error("cannot connect to port " + std::to_string(port_));
  }
}

std::size_t Wire::readMore() {
  char chunk[16384];
  const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
  if (got <= 0) throw std::runtime_error("connection ended in the middle of an answer");
  buffer_.append(chunk, static_cast<std::size_t>(got));
  return static_cast<std::size_t>(got);
}

Answer Wire::parseHead(std::size_t headEnd, std::size_t& length, bool& chunked, bool& keep) {
  Answer answer;
  answer.status = static_cast<int>(std::strtol(buffer_.c_str() + 9, nullptr, 10));  // after "HTTP/1.1 "
  const std::string_view head(buffer_.data(), headEnd);
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
    const std::string_view line = head.substr(at + 2, end - at - 2);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
      if (isName(name, "content-length")) length = std::strtoul(std::string(value).c_str(), nullptr, 10);
      if (isName(name, "transfer-encoding")) chunked = true;
      if (isName(name, "connection") && isName(value, "close")) keep = false;
      if (isName(name, "location")) answer.location = value;
      if (isName(name, "set-cookie")) noteCookie(value, answer);
    }
    at = end == head.size() ? std::string_view::npos : end;
  }
  return answer;
}

void Wire::readChunked(std::size_t at, Answer& answer) {
  for (;;) {
    std::size_t lineEnd;
    while ((lineEnd = buffer_.find("\r\n", at)) == std::string::npos) readMore();
    const std::size_t size = std::strtoul(buffer_.c_str() + at, nullptr, 16);
    while (buffer_.size() < lineEnd + 2 + size + 2) readMore();
    if (size == 0) return;
    answer.body.append(buffer_, lineEnd + 2, size);
    at = lineEnd + 2 + size + 2;
  }
}

Answer Wire::exchange(const std::string& request) {
  if (fd_ < 0) connect();
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    close();
    throw std::runtime_error("cannot send");
  }
  std::size_t headEnd;
  while ((headEnd = buffer_.find("\r\n\r\n")) == std::string::npos) readMore();
  std::size_t length = 0;
  bool chunked = false, keep = true;
  Answer answer = parseHead(headEnd, length, chunked, keep);
  if (chunked) {
    readChunked(headEnd + 4, answer);
  } else {
    while (buffer_.size() < headEnd + 4 + length) readMore();
    answer.body = buffer_.substr(headEnd + 4, length);
  }
  buffer_.clear();  // no pipelining: what is left belongs to nothing
  if (!keep) close();
  return answer;
}

Answer Wire::get(std::string_view target, std::string_view cookies) {
  std::string request = "GET " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                        "\r\n" + ofAnotherClient();
  if (!cookies.empty()) request.append("Cookie: ").append(cookies).append("\r\n");
  return exchange(request.append("\r\n"));
}

Answer Wire::post(std::string_view target, std::string_view form, std::string_view cookies) {
  const std::string host = "127.0.0.1:" + std::to_string(port_);
  std::string request =
      "POST " + std::string(target) + " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
      "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(form.size()) + "\r\n" +
      ofAnotherClient();
  if (!cookies.empty()) request.append("Cookie: ").append(cookies).append("\r\n");
  return exchange(request.append("\r\n").append(form));
}

}  // namespace bench
