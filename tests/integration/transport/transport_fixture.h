// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "http/poco_transport.h"
#include "sso/error.h"
#include "support/scripted_server.h"

namespace sso::test {

using std::chrono::milliseconds;

inline std::shared_ptr<HttpTransport> transportTrusting(const std::string& caFile = "") {
  SsoOptions options;
  options.caFile = caFile;
  return makePocoTransport(options, systemClock());
}

inline HttpRequest getOf(const std::string& url, milliseconds timeout = milliseconds(5000)) {
  HttpRequest request;
  request.url = url;
  request.timeout = timeout;
  return request;
}

/// A code exchange: must never be sent twice.
inline HttpRequest postOf(const std::string& url, milliseconds timeout = milliseconds(5000)) {
  HttpRequest request = getOf(url, timeout);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "code=CANARY-CODE&client_secret=CANARY-SECRET";
  return request;
}

/// The error with which this ends; fails the test when there is none.
inline Error failureOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorCode::kInternal, "none");
}

}  // namespace sso::test
