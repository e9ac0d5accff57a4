// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "openapi/recording_transport.h"
#include "sso/scalekit/api_error.h"

namespace sso::test {

/// Runs calls of the client one after the other, and writes what came of each as a line of JSON to the standard output.
class CallLog {
 public:
  /// only: the calls to run; empty: all.
  CallLog(std::shared_ptr<RecordingTransport> transport, std::set<std::string, std::less<>> only)
      : transport_(std::move(transport)), only_(std::move(only)) {}

  /// A call that should succeed. An error of the module is noted, and the run goes on.
  template <class Action>
  void call(std::string_view operation, const Action& action) {
    run(operation, "answered", action);
  }
  /// A call that Scalekit has a reason to refuse.
  template <class Action>
  void refused(std::string_view operation, const Action& action) {
    run(operation, "refused", action);
  }

 private:
  template <class Action>
  void run(std::string_view operation, std::string_view expected, const Action& action) {
    if (!only_.empty() && !only_.contains(operation)) return;
    nlohmann::json line = {{"call", operation}, {"expected", expected}};
    try {
      action();
      line["outcome"] = "answered";
    } catch (const scalekit::ApiError& error) {
      line["outcome"] = "refused";
      line["status"] = error.status();
      line["error_code"] = error.errorCode();
      line["what"] = error.what();
      if (error.retryAfter()) line["retry_after"] = error.retryAfter()->count();
    } catch (const Error& error) {
      line["outcome"] = "failed";
      line["error"] = error.code() == ErrorCode::kUpstreamUnavailable ? "unavailable"
                      : error.code() == ErrorCode::kUpstreamRejected  ? "rejected"
                                                                      : std::string(error.name());
      line["what"] = error.what();
    }
    line["exchanges"] = transport_->take();
    std::cout << line.dump() << '\n';
  }

  std::shared_ptr<RecordingTransport> transport_;
  std::set<std::string, std::less<>> only_;
};

}  // namespace sso::test
