// SPDX-License-Identifier: Apache-2.0
#include "sso/host_adapter.h"

#include <string>
#include <string_view>

namespace sso {
namespace {

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

WebResponse HostAdapter::renderError(const ErrorView& error, const RequestInfo&) {
  WebResponse page;
  page.status = error.status;
  page.body =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>Sign-in did not work</title></head>\n<body><main>\n<h1>" +
      escaped(error.message) + "</h1>\n<p>" + escaped(error.nextStep) + "</p>\n";
  if (!error.retryPath.empty()) page.body += "<p><a href=\"" + escaped(error.retryPath) + "\">Sign in again</a></p>\n";
  page.body += "<p>Reference: <code>" + escaped(error.reference) + "</code></p>\n</main></body></html>\n";
  return page;
}

}  // namespace sso
