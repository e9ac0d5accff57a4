// SPDX-License-Identifier: Apache-2.0
#include "sso/error_view.h"

#include <nlohmann/json.hpp>

namespace sso {
namespace {

/// For text and for quoted attribute values alike.
std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace

WebResponse errorAsJson(const ErrorView& error) {
  const nlohmann::ordered_json body = {
      {"error", error.name}, {"message", error.message}, {"reference", error.reference}};
  // Replacing beats throwing here: every text is ours, but an error answer must never fail.
  return WebResponse::json(error.status, body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

WebResponse errorAsPage(const ErrorView& error) {
  WebResponse page;
  page.status = error.status;
  page.body =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
      escaped(error.message) + "</title></head>\n<body><main>\n<h1>" + escaped(error.message) + "</h1>\n<p>" +
      escaped(error.nextStep) + "</p>\n";
  if (!error.retryPath.empty()) page.body += "<p><a href=\"" + escaped(error.retryPath) + "\">Sign in again</a></p>\n";
  page.body += "<p>Reference: <code>" + escaped(error.reference) + "</code></p>\n</main></body></html>\n";
  return page;
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
