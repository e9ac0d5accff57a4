// SPDX-License-Identifier: Apache-2.0
#include "http_message.h"

#include <algorithm>
#include <stdexcept>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxParams = 100;

std::string mediaType(std::string_view contentType) {
  std::string_view type = contentType.substr(0, contentType.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return toLower(type);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Params Params::parse(std::string_view encoded) { return parse(encoded, {}); }

Params Params::parse(std::string_view encoded, std::string_view repeatable) {
  Params params;
  while (!encoded.empty()) {
    const auto end = encoded.find('&');
    const std::string_view pair = encoded.substr(0, end);
    encoded = end == std::string_view::npos ? std::string_view{} : encoded.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percentDecode(pair.substr(0, equals), true);
    const auto value =
        percentDecode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value || !isValidUtf8(*name) || !isValidUtf8(*value)) {
      params.problem_ = "a parameter is not encoded correctly";
      continue;
    }
    const bool mayRepeat = !repeatable.empty() && *name == repeatable;
    const bool repeated = !mayRepeat && std::any_of(params.items_.begin(), params.items_.end(),
                                                    [&](const auto& item) { return item.first == *name; });
    if (repeated) {
      if (params.problem_.empty()) params.problem_ = "a parameter is sent more than once";
      continue;
    }
    if (params.items_.size() == kMaxParams) {
      params.problem_ = "there are too many parameters";
      break;
    }
    params.items_.emplace_back(*name, *value);
  }
  return params;
}

std::optional<std::string> Params::get(std::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return value.empty() ? std::nullopt : std::optional(value);
  }
  return std::nullopt;
}

std::vector<std::string> Params::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : items_) {
    if (key == name && !value.empty()) values.push_back(value);
  }
  return values;
}

std::string Params::getOr(std::string_view name, std::string_view fallback) const {
  return get(name).value_or(std::string(fallback));
}

std::optional<std::string> HttpRequest::cookie(std::string_view name) const {
  std::optional<std::string> found;
  std::string_view rest = cookieHeader;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = std::string(pair.substr(equals + 1));
  }
  return found;
}

bool HttpRequest::hasForm() const { return mediaType(contentType) == "application/x-www-form-urlencoded"; }
bool HttpRequest::hasJson() const { return mediaType(contentType) == "application/json"; }

HttpResponse& HttpResponse::with(std::string_view name, std::string_view value) {
  const bool unsafe = std::any_of(value.begin(), value.end(),
                                  [](char c) { return (static_cast<unsigned char>(c) < 0x20) || c == 0x7F; });
  if (unsafe) throw std::invalid_argument("control character in header " + std::string(name));
  headers.emplace_back(name, value);
  return *this;
}

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (toLower(key) == toLower(name)) return value;
  }
  return {};
}

HttpResponse HttpResponse::json(int status, const nlohmann::json& body) {
  HttpResponse response;
  response.status = status;
  response.body = body.dump();
  response.with("Content-Type", "application/json");
  return response;
}

HttpResponse HttpResponse::html(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.with("Content-Type", "text/html; charset=utf-8").with("Cache-Control", "no-store");
  return response;
}

HttpResponse HttpResponse::redirect(std::string_view location, int status) {
  HttpResponse response;
  response.status = status;
  response.with("Location", location).with("Cache-Control", "no-store");
  return response;
}

HttpResponse HttpResponse::oauthError(int status, std::string_view error, std::string_view description) {
  HttpResponse response = json(status, {{"error", error}, {"error_description", description}});
  response.with("Cache-Control", "no-store").with("Pragma", "no-cache");
  response.note = std::string(error) + ": " + std::string(description);
  return response;
}

std::string withParameter(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url + percentEncode(name) + "=" + percentEncode(value);
}

}  // namespace scalekit_simulator
