// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/http_types.h"

namespace sso::detail {

/// One route's work: parse, one use case, answer. Knows no server. Immutable; thread-safe.
class RouteHandler {
 public:
  virtual ~RouteHandler() = default;
  /// May throw sso::Error; the module makes an answer of it.
  virtual WebResponse handle(const RequestInfo& request) const = 0;
};

}  // namespace sso::detail
