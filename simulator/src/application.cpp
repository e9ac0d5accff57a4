// SPDX-License-Identifier: Apache-2.0
#include "application.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "authorize_endpoint.h"
#include "control_panel.h"
#include "login_page.h"
#include "management_api.h"
#include "oidc_endpoints.h"
#include "pages.h"
#include "portal/portal.h"
#include "seed.h"
#include "token_endpoint.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kLogLines = 60;

struct Route {
  std::string_view path;     ///< Exact, or a prefix when it ends with '/'.
  std::string_view methods;  ///< Space separated; "*": the handler decides.
  Endpoint endpoint;
  HttpResponse (*handle)(Context&, const HttpRequest&);
  std::uint64_t Counters::*counter = nullptr;
};

constexpr std::array kRoutes = {
    Route{"/.well-known/openid-configuration", "GET", Endpoint::kDiscovery,
          [](Context& context, const HttpRequest&) { return discovery(context); }, &Counters::discoveryRequests},
    Route{"/keys", "GET", Endpoint::kKeys, [](Context& context, const HttpRequest&) { return publishedKeys(context); },
          &Counters::keyRequests},
    Route{"/oauth/authorize", "GET", Endpoint::kAuthorize, authorize, &Counters::authorizeRequests},
    Route{"/oauth/token", "POST", Endpoint::kToken, issueTokens, &Counters::tokenRequests},
    Route{"/oauth/revoke", "POST", Endpoint::kAnywhere, revoke},
    Route{"/oauth/introspect", "POST", Endpoint::kAnywhere, introspect},
    Route{"/userinfo", "GET POST", Endpoint::kUserInfo, userInfo},
    Route{"/oidc/logout", "GET", Endpoint::kAnywhere, logout},
    Route{"/api/v1/", "*", Endpoint::kApi, managementApi, &Counters::apiRequests},
    Route{"/magicLink/", "GET", Endpoint::kAnywhere, openPortal},
    Route{"/portal", "GET", Endpoint::kAnywhere, portal},
    Route{"/portal/", "GET POST", Endpoint::kAnywhere, portal},
    Route{"/login", "GET", Endpoint::kAnywhere, showLoginPage},
    Route{"/login", "POST", Endpoint::kAnywhere, submitLoginPage},
    Route{"/simulator/", "*", Endpoint::kAnywhere, control},
    Route{"/assets/", "GET", Endpoint::kAnywhere,
          [](Context&, const HttpRequest& http) { return assetFile(http.path); }},
    Route{"/", "GET", Endpoint::kAnywhere, startPage},
};

/// Faults never strike the controls: they must stay reachable to be cleared.
bool isFaultable(const Route& route) { return route.endpoint != Endpoint::kAnywhere; }

bool pathFits(const Route& route, std::string_view path) {
  const bool prefix = route.path.size() > 1 && route.path.ends_with('/');
  return prefix ? path.starts_with(route.path) : path == route.path;
}

bool methodFits(const Route& route, std::string_view method) {
  if (route.methods == "*") return true;
  if (method == "HEAD") method = "GET";
  return (" " + std::string(route.methods) + " ").find(" " + std::string(method) + " ") != std::string::npos;
}

HttpResponse noRoute(const HttpRequest& request) {
  std::string allowed;
  for (const auto& route : kRoutes) {
    if (!pathFits(route, request.path)) continue;
    for (const char c : (allowed.empty() ? "" : " ") + std::string(route.methods)) {
      allowed += c == ' ' ? std::string(", ") : std::string(1, c);
    }
  }
  if (!allowed.empty()) {
    auto response = HttpResponse::oauthError(405, "invalid_request", "the method is not allowed here");
    response.with("Allow", allowed);
    return response;
  }
  if (request.accept.find("text/html") == std::string::npos) {
    return HttpResponse::oauthError(404, "not_found", "there is nothing at this address");
  }
  return errorPage(404, "not_found", "There is nothing at this address.", "The start page lists what is here.");
}

}  // namespace

HttpResponse Application::handle(const HttpRequest& request) {
  HttpResponse response;
  try {
    response = handleUnguarded(request);
  } catch (const std::exception& error) {
    response =
        HttpResponse::oauthError(500, "server_error", "the simulator failed; its log on the start page says more");
    response.note = std::string("internal: ") + error.what();
  }
  response.with("X-Scalekit-Simulator", "local").with("X-Content-Type-Options", "nosniff");
  // same-origin, not no-referrer: with that one browsers send `Origin: null` with our own forms.
  response.with("Referrer-Policy", "same-origin");
  record(request, response);
  return response;
}

HttpResponse Application::handleUnguarded(const HttpRequest& request) {
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& candidate) {
    return pathFits(candidate, request.path) && methodFits(candidate, request.method);
  });
  if (route == kRoutes.end()) return noRoute(request);
  const auto faults = context_.state.with([&](StateData& data) {
    if (route->counter != nullptr) ++(data.counters.*(route->counter));
    return isFaultable(*route) ? data.faults.takeForRequest(route->endpoint) : std::vector<Fault>{};
  });
  auto instead = answerInstead(faults);
  HttpResponse response = instead ? std::move(*instead) : route->handle(context_, request);
  spoilResponse(faults, response);
  for (const auto& fault : faults) response.note += (response.note.empty() ? "" : ", ") + ("fault " + fault.name);
  return response;
}

void Application::record(const HttpRequest& request, const HttpResponse& response) {
  const bool noise = request.path.starts_with("/assets/") || request.path == "/" || request.path == "/favicon.ico" ||
                     request.path == "/portal/session";
  if (noise) return;
  // The rest of such an address opens the portal to whoever reads it.
  const bool secret = request.path.starts_with("/magicLink/");
  LogLine line{context_.now(), request.method, secret ? "/magicLink/…" : request.path.substr(0, 120), response.note,
               response.status};
  context_.state.with([&](StateData& data) {
    data.log.push_front(std::move(line));
    if (data.log.size() > kLogLines) data.log.pop_back();
  });
}

void prepare(Context& context) {
  const SimulatorOptions& options = context.options;
  if (options.publishedKeys < 1 || options.publishedKeys > 2)
    throw std::invalid_argument("publishedKeys must be 1 or 2");
  SeedResult seed = readSeedText(options.seedJson.empty() ? defaultSeedJson() : options.seedJson);
  if (!seed.problems.empty()) {
    std::string text = "the seed has problems:";
    for (const auto& problem : seed.problems) text += "\n  " + problem;
    throw std::invalid_argument(text);
  }
  context.state.with([&](StateData& data) { data.environment = std::move(seed.environment); });
}

}  // namespace scalekit_simulator
