// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "sso/error.h"
#include "sso/http_types.h"

namespace sso::test {

/// Answers outgoing requests from rules by URL path; records each. A request without a rule fails the test.
/// Thread-safe.
class FakeTransport : public HttpTransport {
 public:
  using Reply = std::function<HttpResponse(const HttpRequest&)>;

  /// The rule for URLs that contain this text; a later rule for the same text replaces it.
  void on(const std::string& urlPart, Reply reply) {
    std::lock_guard lock(mutex_);
    for (auto& rule : rules_) {
      if (rule.first == urlPart) {
        rule.second = std::move(reply);
        return;
      }
    }
    rules_.emplace_back(urlPart, std::move(reply));
  }
  void onJson(const std::string& urlPart, std::string body, int status = 200) {
    on(urlPart, [body = std::move(body), status](const HttpRequest&) {
      return HttpResponse{status, {{"content-type", "application/json"}}, body};
    });
  }
  void failWith(const std::string& urlPart, ErrorCode code = ErrorCode::kUpstreamUnavailable) {
    on(urlPart, [code](const HttpRequest&) -> HttpResponse { throw Error(code, "upstream", "scripted failure"); });
  }

  HttpResponse send(const HttpRequest& request) override {
    Reply reply;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      for (const auto& rule : rules_) {
        if (request.url.find(rule.first) != std::string::npos) reply = rule.second;
      }
    }
    if (!reply) {
      ADD_FAILURE() << "unscripted request: " << request.method << " " << request.url;
      throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "unscripted");
    }
    return reply(request);
  }
  std::vector<HttpRequest> requests(const std::string& urlPart = "") const {
    std::lock_guard lock(mutex_);
    std::vector<HttpRequest> found;
    for (const auto& r : requests_) {
      if (r.url.find(urlPart) != std::string::npos) found.push_back(r);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Reply>> rules_;
  std::vector<HttpRequest> requests_;
};

}  // namespace sso::test
