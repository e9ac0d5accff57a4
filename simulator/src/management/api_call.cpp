// SPDX-License-Identifier: Apache-2.0
#include "management/api_call.h"

#include <charconv>
#include <stdexcept>

#include "encoding.h"
#include "management/field_reader.h"
#include "seed.h"

namespace scalekit_simulator {
namespace {

std::optional<long long> wholeNumber(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// What a page token belongs to: this path with these filters. A token of another list is garbage here.
std::string listFingerprint(const ApiCall& call) {
  std::string list = call.http.path;
  for (const auto& [name, value] : call.params.items()) {
    if (name != "page_token" && name != "page_size") list += "\n" + name + "\n" + value;
  }
  return hex(sha256(list)).substr(0, 12);
}

std::string pageToken(const ApiCall& call, std::size_t start) {
  return base64Url("p" + listFingerprint(call) + std::to_string(start));
}

std::optional<std::size_t> startOfToken(const ApiCall& call, const std::string& token) {
  const auto bytes = base64UrlDecode(token);
  const std::string beginning = "p" + listFingerprint(call);
  if (!bytes || !bytes->starts_with(beginning)) return std::nullopt;
  const auto start = wholeNumber(std::string_view(*bytes).substr(beginning.size()));
  return start && *start >= 0 && *start <= 100'000'000 ? std::optional(static_cast<std::size_t>(*start)) : std::nullopt;
}

bool segmentFits(std::string_view pattern, const std::string& segment, std::vector<std::string>& arguments) {
  if (!pattern.starts_with('{')) return segment == pattern;
  const auto close = pattern.find('}');
  const std::string_view verb = pattern.substr(close + 1);
  if (!segment.ends_with(verb) || segment.size() == verb.size()) return false;
  std::string argument = segment.substr(0, segment.size() - verb.size());
  if (pattern.substr(0, close) == "{id" && argument.find(':') != std::string::npos) return false;
  arguments.push_back(std::move(argument));
  return true;
}

}  // namespace

RequestBody RequestBody::parse(std::string_view text) {
  RequestBody body;
  if (text.empty()) return body;
  try {
    body.value = parseStrictJson(text);  // 32 levels at most; refuses what is not UTF-8
  } catch (const std::invalid_argument& error) {
    body.problem = error.what();
  }
  return body;
}

Organization& ApiCall::organization() const {
  Organization* found = data.environment.findOrganization(argument(0));
  if (found == nullptr) throw notFound("organization");
  return *found;
}

const nlohmann::json& ApiCall::body() const {
  if (!sent.problem.empty()) throw invalidArgument("the body cannot be read: " + sent.problem);
  if (!sent.value.is_object()) throw invalidArgument("the body must be a JSON object");
  return sent.value;
}

std::optional<std::vector<std::string>> matchRoute(const ApiRoute& route, std::string_view method,
                                                   const std::vector<std::string>& path) {
  if (route.method != method) return std::nullopt;
  std::vector<std::string> arguments;
  std::string_view rest = route.pattern;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto slash = rest.find('/');
    if (!segmentFits(rest.substr(0, slash), path[i], arguments)) return std::nullopt;
    if (slash == std::string_view::npos) return i + 1 == path.size() ? std::optional(arguments) : std::nullopt;
    rest.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> apiPath(std::string_view path) {
  std::vector<std::string> segments;
  constexpr std::string_view kPrefix = "/api/v1/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  while (true) {
    const auto slash = path.find('/');
    const auto segment = percentDecode(path.substr(0, slash), false);
    if (!segment || segment->empty() || !isValidUtf8(*segment) || hasControlCharacter(*segment) ||
        segment->find('/') != std::string::npos) {
      return std::nullopt;
    }
    segments.push_back(*segment);
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

long long numberParameter(const ApiCall& call, std::string_view name, const PageLimits& limits) {
  const auto text = call.params.get(name);
  if (!text) return limits.fallback;
  const auto number = wholeNumber(*text);
  if (!number) throwViolation(std::string(name), "value must be a whole number", "type.integer");
  if (*number == 0) return limits.fallback;
  if (*number < limits.low || *number > limits.high) {
    throwViolation(std::string(name),
                   "value must be " + std::to_string(limits.low) + " to " + std::to_string(limits.high),
                   "integer.range");
  }
  return *number;
}

std::optional<EpochSeconds> timeParameter(const ApiCall& call, std::string_view name) {
  const auto text = call.params.get(name);
  if (!text) return std::nullopt;
  const auto time = fromRfc3339(*text);
  if (!time) throwViolation(std::string(name), "value must be an RFC 3339 time", "timestamp");
  return time;
}

Page requestedPage(const ApiCall& call, const PageLimits& limits) {
  Page page;
  page.size = static_cast<std::size_t>(numberParameter(call, "page_size", limits));
  if (const auto token = call.params.get("page_token")) {
    const auto start = startOfToken(call, *token);
    if (!start) throwViolation("page_token", "value is not a page token of this list", "page_token");
    page.start = *start;
  }
  return page;
}

void addPageMembers(nlohmann::json& answer, const ApiCall& call, const Page& page, std::size_t total) {
  const bool more = page.start + page.size < total;
  const std::size_t before = page.start > page.size ? page.start - page.size : 0;
  answer["next_page_token"] = more ? pageToken(call, page.start + page.size) : "";
  answer["prev_page_token"] = page.start > 0 ? pageToken(call, before) : "";
  answer["total_size"] = total;
}

std::string searchQuery(const ApiCall& call) {
  const std::string query = call.params.getOr("query", "");
  const std::size_t length = countCharacters(query);
  if (length < 3) throwViolation("query", "value length must be at least 3 characters", "string.min_len");
  if (length > 100) throwViolation("query", "value length must be at most 100 characters", "string.max_len");
  return toLower(query);
}

std::string digestOf(std::string_view secret) { return hex(sha256(secret)); }

}  // namespace scalekit_simulator
