// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "context.h"
#include "http_message.h"

/// Refusals of the management API, in the shape and with the codes of CONTRACT.md 4.2.
namespace scalekit_simulator {

/// One member of a body that breaks a rule. `constraint` names the rule as Scalekit's validator does.
struct FieldViolation {
  std::string field, description, constraint;
};

/// Thrown by whatever serves a call. `code` is gRPC's, `status` what its HTTP gateway makes of it.
struct ApiError {
  int code, status;
  std::string_view name;
  std::string message;
  std::vector<FieldViolation> violations = {};
};

ApiError invalidArgument(std::string message, std::vector<FieldViolation> violations = {});  ///< 400
ApiError failedPrecondition(std::string message);                                            ///< 400
ApiError unauthenticated(std::string message);                                               ///< 401
ApiError permissionDenied(std::string message);                                              ///< 403
ApiError notFound(std::string_view kind);         ///< 404, "<kind> not found"
ApiError alreadyExists(std::string message);      ///< 409
ApiError resourceExhausted(std::string message);  ///< 429
ApiError unimplemented();                         ///< 501

/// Makes a request id for the body and the `x-trace-id` header, which clients log (CONTRACT.md 1.4).
HttpResponse errorResponse(Context& context, const ApiError& error);

}  // namespace scalekit_simulator
