// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace simulator_test {

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

/// A plain HTTP client with cookies and one kept connection; follows no redirect.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : session_("127.0.0.1", port) {
    session_.setKeepAlive(true);
    session_.setTimeout(Poco::Timespan(10, 0));
  }

  Answer get(const std::string& target) { return send("GET", target, "", ""); }
  Answer post(const std::string& target, const std::string& form) {
    return send("POST", target, form, "application/x-www-form-urlencoded");
  }
  Answer postJson(const std::string& target, const std::string& json) {
    return send("POST", target, json, "application/json");
  }
  Answer send(const std::string& method, const std::string& target, const std::string& body, const std::string& type) {
    Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    if (!cookie_.empty()) request.set("Cookie", cookie_);
    if (!bearer.empty()) request.set("Authorization", "Bearer " + bearer);
    if (!type.empty()) request.setContentType(type);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session_.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::istream& stream = session_.receiveResponse(response);
    Answer answer;
    answer.status = response.getStatus();
    for (const auto& [name, value] : response) answer.headers[name] = value;
    Poco::StreamCopier::copyToString(stream, answer.body);
    const std::string setCookie = answer.header("Set-Cookie");
    if (!setCookie.empty()) cookie_ = setCookie.substr(0, setCookie.find(';'));
    return answer;
  }

  std::string bearer;

 private:
  Poco::Net::HTTPClientSession session_;
  std::string cookie_;
};

/// Sends raw bytes and returns all that comes back until the server closes.
inline std::string sendRaw(std::uint16_t port, const std::string& bytes) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  socket.setReceiveTimeout(Poco::Timespan(20, 0));
  socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string all;
  char buffer[4096];
  for (int count = 0; (count = socket.receiveBytes(buffer, sizeof buffer)) > 0;) {
    all.append(buffer, static_cast<std::size_t>(count));
  }
  return all;
}

inline std::string parameterOf(const std::string& url, const std::string& name) {
  const auto start = url.find(name + "=");
  if (start == std::string::npos) return {};
  const auto from = start + name.size() + 1;
  return url.substr(from, url.find('&', from) - from);
}

}  // namespace simulator_test
