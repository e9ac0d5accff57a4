// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "sso/request_handler_base.h"
#include "support/captured_log.h"
#include "support/loopback_server.h"

namespace sso::test {

/// A server whose every request goes to a RequestHandlerBase that notes it and runs a function of the test's.
class HandlerTest : public testing::Test {
 protected:
  using Run = std::function<WebResponse(const RequestInfo&)>;

  class Handler : public RequestHandlerBase {
   public:
    explicit Handler(HandlerTest& test) : RequestHandlerBase(test.limits, test.log), test_(test) {}

   private:
    WebResponse run(const RequestInfo& request) override {
      {
        std::lock_guard lock(test_.mutex_);
        test_.seen_.push_back(request);
      }
      return test_.run(request);
    }
    HandlerTest& test_;
  };

  static WebResponse page(const std::string& body) {
    WebResponse answer;
    answer.body = body;
    return answer;
  }
  static std::string get(const std::string& headers, const std::string& target = "/p") {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  }
  static std::string post(const std::string& headers, const std::string& body) {
    return "POST /p HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
  }
  std::string exchange(const std::string& bytes, int answers = 1) { return server_.exchange(bytes, answers); }
  std::string drip(const std::string& head, const std::string& dripped, std::chrono::milliseconds pause) {
    return server_.drip(head, dripped, pause);
  }
  static int statusOf(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }
  static int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
  std::vector<RequestInfo> seen() {
    std::lock_guard lock(mutex_);
    return seen_;
  }

  HandlerLimits limits;
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
  Run run = [](const RequestInfo&) { return page("fine"); };

 private:
  std::mutex mutex_;
  std::vector<RequestInfo> seen_;
  LoopbackServer server_{[this](const Poco::Net::HTTPServerRequest& request) {
    holdContinue(request);
    return new Handler(*this);
  }};
};

}  // namespace sso::test
