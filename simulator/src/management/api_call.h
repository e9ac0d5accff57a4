// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context.h"
#include "http_message.h"
#include "management/api_error.h"

/// One call of the management API. management_api.cpp finds the route, checks the caller and reads the body; then the
/// route's function works on the data under the state's lock:
///
///     request -> caller's token -> route -> parameters, body -> [lock: function of a room] -> JSON or ApiError
namespace scalekit_simulator {

/// A body as it was read before the lock was taken. Only the operations that use it mind what is wrong with it.
struct RequestBody {
  nlohmann::json value = nlohmann::json::object();  ///< Nothing sent counts as `{}`, as for an empty message.
  std::string problem;                              ///< Why it is no JSON; empty when it is.

  static RequestBody parse(std::string_view text);
};

/// What a room's function works with. Lives for one call.
struct ApiCall {
  Context& context;
  StateData& data;
  const HttpRequest& http;
  const Params& params;
  const RequestBody& sent;
  std::vector<std::string> arguments;  ///< What stood in the places of the route's {…}, decoded.
  EpochSeconds now;

  Environment& environment() const { return data.environment; }
  const std::string& argument(std::size_t index) const { return arguments.at(index); }
  /// The organization that the first argument names; throws NOT_FOUND.
  Organization& organization() const;
  /// What was sent; throws INVALID_ARGUMENT when it is not a JSON object.
  const nlohmann::json& body() const;
  /// Tells the data file that there is something new to keep.
  void changed() const { context.state.markDirty(); }
};

/// A place in the address space below /api/v1/. Pattern segments: a word; `{id}`, which holds no colon; `{text}`, which
/// may; or `{id}:verb`.
struct ApiRoute {
  std::string_view method, pattern;
  nlohmann::json (*serve)(ApiCall&);
  int success = 200;
  std::string_view repeatable = {};  ///< The one query parameter that may occur several times.
};

/// The route's arguments, or nullopt when method or path do not fit.
std::optional<std::vector<std::string>> matchRoute(const ApiRoute& route, std::string_view method,
                                                   const std::vector<std::string>& path);

/// Decoded path segments below /api/v1/; nullopt on a broken or suspicious one.
std::optional<std::vector<std::string>> apiPath(std::string_view path);

/// How many items a page may have.
struct PageLimits {
  long long fallback, low, high;
};
/// Part of a list, as the query asks for it.
struct Page {
  std::size_t start = 0, size = 0;
};
/// Throws INVALID_ARGUMENT on a size outside the limits or a token that this list did not give out.
Page requestedPage(const ApiCall& call, const PageLimits& limits);
/// A whole-number parameter of the query; 0 and absent are the same in proto3, and give the fallback.
long long numberParameter(const ApiCall& call, std::string_view name, const PageLimits& limits);
/// An RFC 3339 parameter.
std::optional<EpochSeconds> timeParameter(const ApiCall& call, std::string_view name);
/// next_page_token, prev_page_token, total_size (CONTRACT.md 4.3).
void addPageMembers(nlohmann::json& answer, const ApiCall& call, const Page& page, std::size_t total);

/// The answer of a paged list: `{"<name>": [...], next_page_token, ...}`. `show` makes JSON of an item.
template <typename Item, typename Show>
nlohmann::json pagedAnswer(const ApiCall& call, const PageLimits& limits, const char* name,
                           const std::vector<const Item*>& items, const Show& show) {
  const Page page = requestedPage(call, limits);
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t i = page.start; i < items.size() && i < page.start + page.size; ++i) list.push_back(show(*items[i]));
  nlohmann::json answer = {{name, std::move(list)}};
  addPageMembers(answer, call, page, items.size());
  return answer;
}

/// `query` of a search: 3 to 100 characters, lower case.
std::string searchQuery(const ApiCall& call);

/// The SHA-256 of a bearer secret, as the data keeps it: printable.
std::string digestOf(std::string_view secret);

}  // namespace scalekit_simulator
