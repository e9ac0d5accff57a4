// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace bench {

struct Answer {
  int status = 0;
  std::string location;
  std::map<std::string, std::string> cookies;  ///< of Set-Cookie lines, name -> value; empty value: cleared
  std::string body;
};

/// A kept HTTP/1.1 connection to 127.0.0.1, as cheap as a load driver wants it. Throws std::runtime_error. One thread.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : port_(port) {}
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  Answer get(std::string_view target, std::string_view cookies = {});
  Answer post(std::string_view target, std::string_view form, std::string_view cookies = {});

 private:
  Answer exchange(const std::string& request);
  void connect();
  void close();
  std::size_t readMore();
  Answer parseHead(std::size_t headEnd, std::size_t& length, bool& chunked, bool& keep);
  void readChunked(std::size_t at, Answer& answer);

  std::uint16_t port_;
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace bench
