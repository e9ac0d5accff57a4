// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "sso/http_types.h"

namespace sso::test {

/// The production transport, which notes what passes below /api/v1/: the request as it leaves, and the answer. The
/// bearer token is not noted. For one thread.
class RecordingTransport : public HttpTransport {
 public:
  explicit RecordingTransport(std::shared_ptr<HttpTransport> inner) : inner_(std::move(inner)) {}

  HttpResponse send(const HttpRequest& request) override {
    const auto path = request.url.find("/api/v1/");
    if (path == std::string::npos) return inner_->send(request);
    exchanges_.push_back(
        {{"method", request.method}, {"target", request.url.substr(path)}, {"body", request.body}, {"status", 0}});
    auto& noted = exchanges_.back();
    for (const auto& [name, value] : request.headers) {
      if (name == "Content-Type") noted["content_type"] = value;
    }
    HttpResponse response = inner_->send(request);
    noted["status"] = response.status;
    noted["answer"] = response.body;
    noted["answer_type"] = std::string(response.header("content-type"));
    return response;
  }

  /// What was noted since the last call.
  nlohmann::json take() { return std::exchange(exchanges_, nlohmann::json::array()); }

 private:
  std::shared_ptr<HttpTransport> inner_;
  nlohmann::json exchanges_ = nlohmann::json::array();
};

}  // namespace sso::test
