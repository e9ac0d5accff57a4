// SPDX-License-Identifier: Apache-2.0
#include "sso/error_view.h"

#include <nlohmann/json.hpp>

namespace sso {

WebResponse errorAsJson(const ErrorView& error) {
  const nlohmann::ordered_json body = {
      {"error", error.name}, {"message", error.message}, {"reference", error.reference}};
  // Replacing beats throwing here: every text is ours, but an error answer must never fail.
  return WebResponse::json(error.status, body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

ErrorView viewOf(const Error& error, std::string reference) {
  const ErrorInfo& row = describe(error.code());
  ErrorView view;
  view.status = row.httpStatus;
  view.name = row.name;
  view.message = row.publicMessage;
  view.nextStep = row.nextStep;
  view.reference = std::move(reference);
  return view;
}

std::string newReference(RandomSource& random) {
  constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  unsigned char bytes[10];
  random.fill(bytes, sizeof bytes);
  std::string reference;
  for (const unsigned char byte : bytes) reference += kCrockford[byte % kCrockford.size()];  // 256 = 8 * 32: no bias
  return reference;
}

}  // namespace sso
