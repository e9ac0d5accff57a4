// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

/// All routes, the faults around them and the request log: from request to response without a socket. Never throws.
/// Thread-safe.
class Application {
 public:
  explicit Application(Context& context) : context_(context) {}
  HttpResponse handle(const HttpRequest& request);

 private:
  HttpResponse handleUnguarded(const HttpRequest& request);
  void record(const HttpRequest& request, const HttpResponse& response);
  Context& context_;
};

/// Reads the seed of the options, makes keys. Throws std::invalid_argument naming every problem.
void prepare(Context& context);

}  // namespace scalekit_simulator
