// SPDX-License-Identifier: Apache-2.0
#include "control_panel.h"

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>

#include "authorize_request.h"
#include "encoding.h"
#include "pages.h"
#include "portal/portal_controls.h"
#include "redirect_rules.h"
#include "seed.h"
#include "webhook_sender.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

std::string hostOnly(const std::string& authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  return colon != std::string::npos && (bracket == std::string::npos || colon > bracket) ? authority.substr(0, colon)
                                                                                         : authority;
}

/// Loopback peer, a Host that is ours (DNS rebinding), and no other site's page behind the request (CSRF).
bool mayControl(const Context& context, const HttpRequest& http) {
  const std::string ours = context.baseUrl.substr(context.baseUrl.find("://") + 3);
  const bool hostIsOurs = isLoopbackHost(hostOnly(http.host)) || http.host == ours;
  const bool ownPage = http.origin.empty() || http.origin == context.baseUrl ||
                       http.origin == (context.https() ? "https://" : "http://") + http.host;
  return http.fromLoopback && hostIsOurs && ownPage;
}

/// JSON members or form fields, read alike.
struct Input {
  std::map<std::string, std::string> fields;
  Json document = Json::object();
  bool form = false;

  std::string text(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
  }
  long long number(const std::string& name, long long fallback) const {
    const std::string value = text(name);
    if (value.empty()) return fallback;
    long long number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) {
      throw std::invalid_argument(name + " must be a whole number");
    }
    return number;
  }
};

Input readInput(const HttpRequest& http) {
  Input input;
  if (http.hasForm()) {
    input.form = true;
    const Params params = Params::parse(http.body);
    if (!params.problem().empty()) throw std::invalid_argument(params.problem());
    for (const auto& [name, value] : params.items()) input.fields[name] = value;
    return input;
  }
  if (http.body.empty()) return input;
  if (!http.hasJson()) throw std::invalid_argument("the body must be JSON or a form");
  input.document = parseStrictJson(http.body);
  if (!input.document.is_object()) throw std::invalid_argument("the body must be a JSON object");
  for (const auto& [name, value] : input.document.items()) {
    if (value.is_string()) input.fields[name] = value.get<std::string>();
    if (value.is_number_integer() || value.is_boolean()) input.fields[name] = value.dump();
  }
  return input;
}

Json faultsJson(Context& context) {
  const auto active = context.state.with([](StateData& data) { return data.faults.active(); });
  Json list = Json::array();
  for (const auto& fault : active) {
    list.push_back({{"fault", fault.name},
                    {"endpoint", endpointName(fault.endpoint)},
                    {"count", fault.count},
                    {"value", fault.value}});
  }
  Json known = Json::array();
  for (const auto& info : allFaults()) {
    known.push_back(
        {{"fault", info.name}, {"where", info.where}, {"summary", info.summary}, {"value", info.valueHelp}});
  }
  return {{"active", std::move(list)}, {"known", std::move(known)}};
}

Json countersJson(Context& context) {
  const Counters counters = context.state.with([](StateData& data) { return data.counters; });
  return {{"connections", counters.connections}, {"discovery", counters.discoveryRequests},
          {"keys", counters.keyRequests},        {"authorize", counters.authorizeRequests},
          {"token", counters.tokenRequests},     {"api", counters.apiRequests}};
}

void faultFrom(Context& context, const Input& input) {
  const auto endpoint = endpointFromName(input.text("endpoint"));
  if (!endpoint) throw std::invalid_argument("there is no endpoint of that name");
  const long long count = input.number("count", 0);
  if (count < 0 || count > 1'000'000) throw std::invalid_argument("count must be 0 to 1000000");
  addFault(context, {input.text("fault"), *endpoint, static_cast<int>(count), input.text("value")});
}

/// {"email": ...} of the seed, {"person": {...}} for anybody, or {"error": code}.
void nextFrom(Context& context, const Input& input) {
  NextOutcome outcome;
  if (input.document.contains("person")) {
    std::vector<std::string> problems;
    outcome.person = readPerson(input.document["person"], "person", problems);
    if (!problems.empty()) throw std::invalid_argument(problems.front());
  } else if (!input.text("email").empty()) {
    outcome.person = findPerson(context, input.text("email"));
  } else {
    outcome.error = input.text("error");
    outcome.description = input.text("error_description");
  }
  queueNext(context, std::move(outcome));
}

void rotateFrom(Context& context, const Input& input) {
  const std::string mode = input.text("mode");
  if (mode != "overlap" && mode != "hard") throw std::invalid_argument("mode must be overlap or hard");
  rotateKeys(context, mode == "hard" ? KeyRotation::kHard : KeyRotation::kOverlap);
}

void clockFrom(Context& context, const Input& input) {
  constexpr long long kTenYears = 10LL * 365 * 86400;
  const long long offset = input.number("offset_seconds", 0);
  if (offset < -kTenYears || offset > kTenYears) throw std::invalid_argument("offset_seconds must be within ten years");
  context.clock.setOffset(Seconds(offset));
}

void urisFrom(Context& context, const Input& input) {
  if (input.text("redirect_uri").empty() && input.text("post_logout_redirect_uri").empty() &&
      input.text("initiate_login_uri").empty()) {
    throw std::invalid_argument("redirect_uri, post_logout_redirect_uri or initiate_login_uri is needed");
  }
  if (const auto uri = input.text("redirect_uri"); !uri.empty()) addRedirectUri(context, uri);
  if (const auto uri = input.text("post_logout_redirect_uri"); !uri.empty()) addPostLogoutUri(context, uri);
  if (const auto uri = input.text("initiate_login_uri"); !uri.empty()) setInitiateLoginUri(context, uri);
}

void personFrom(Context& context, const Input& input) {
  std::vector<std::string> problems;
  const Json person = input.document.contains("person") ? input.document["person"] : Json();
  const Person read = readPerson(person, "person", problems);
  if (!problems.empty()) throw std::invalid_argument(problems.front());
  addPerson(context, input.text("connection_id"), read);
}

/// {"url": ..., "type": ...}: see WebhookEvent. What is absent keeps its default.
Json webhookFrom(Context& context, const Input& input) {
  WebhookEvent event;
  event.url = input.text("url");
  event.organizationId = input.text("organization_id");
  if (const auto type = input.text("type"); !type.empty()) event.type = type;
  if (const auto object = input.text("object"); !object.empty()) event.object = object;
  if (const auto secret = input.text("secret"); !secret.empty()) event.secret = secret;
  if (input.document.contains("data")) event.data = input.document["data"];
  if (!event.data.is_object()) throw std::invalid_argument("data must be an object");
  const WebhookDelivery delivery = sendWebhook(context, event);
  return {{"id", delivery.id}, {"status", delivery.status}};
}

/// Returns what a script is answered; nothing to say is an empty object.
using Operation = std::function<Json(Context&, const Input&)>;

Operation quiet(std::function<void(Context&, const Input&)> operation) {
  return [operation = std::move(operation)](Context& context, const Input& input) {
    operation(context, input);
    return Json::object();
  };
}

/// POST /simulator/<name>.
const std::map<std::string, Operation, std::less<>>& operations() {
  static const std::map<std::string, Operation, std::less<>> table = {
      {"/simulator/faults", quiet(faultFrom)},
      {"/simulator/faults/clear", quiet([](Context& context, const Input&) { clearFaults(context); })},
      {"/simulator/next", quiet(nextFrom)},
      {"/simulator/next/clear",
       quiet([](Context& context, const Input&) { context.state.with([](StateData& data) { data.next.clear(); }); })},
      {"/simulator/keys/rotate", quiet(rotateFrom)},
      {"/simulator/clock", quiet(clockFrom)},
      {"/simulator/uris", quiet(urisFrom)},
      {"/simulator/people", quiet(personFrom)},
      {"/simulator/connections", quiet([](Context& context, const Input& input) {
         const std::string enabled = input.text("enabled");
         if (enabled != "true" && enabled != "false") throw std::invalid_argument("enabled must be true or false");
         setConnectionEnabled(context, input.text("connection_id"), enabled == "true");
       })},
      {"/simulator/webhooks", webhookFrom},
  };
  return table;
}

HttpResponse answerGet(Context& context, const HttpRequest& http) {
  if (http.path == "/simulator/faults") return HttpResponse::json(200, faultsJson(context));
  if (http.path == "/simulator/counters") return HttpResponse::json(200, countersJson(context));
  return HttpResponse::oauthError(404, "not_found", "there is no such control");
}

HttpResponse run(Context& context, const HttpRequest& http, const Operation& operation) {
  bool form = http.hasForm();
  Json answer;
  try {
    answer = operation(context, readInput(http));
  } catch (const std::invalid_argument& error) {
    if (!form) return HttpResponse::oauthError(400, "invalid_request", error.what());
    return errorPage(400, "invalid_request", error.what(), "Go back to the start page and try again. Nothing changed.");
  }
  return form ? HttpResponse::redirect("/?done=1#controls", 303) : HttpResponse::json(200, answer);
}

/// A form, from the start page, may only ask for a way into the portal.
HttpResponse runPortalControl(Context& context, const HttpRequest& http) {
  try {
    const Input input = readInput(http);
    if (http.path == "/simulator/portal/open") {
      const auto link =
          *portalControl(context, "/simulator/portal/links", {{"organization_id", input.text("organization_id")}});
      return HttpResponse::redirect(link["link"]["location"].get<std::string>(), 303);
    }
    const auto answer = portalControl(context, http.path, input.document);
    return answer ? HttpResponse::json(200, *answer)
                  : HttpResponse::oauthError(404, "not_found", "there is no such control");
  } catch (const std::invalid_argument& error) {
    return HttpResponse::oauthError(400, "invalid_request", error.what());
  }
}

bool isPortalControl(std::string_view path) {
  return path.starts_with("/simulator/portal/") || path == "/simulator/dns" || path == "/simulator/dns/clear";
}

}  // namespace

HttpResponse control(Context& context, const HttpRequest& http) {
  if (!mayControl(context, http)) {
    return HttpResponse::oauthError(403, "access_denied", "controls answer to this machine and to their own page only");
  }
  if (http.method == "GET" || http.method == "HEAD") return answerGet(context, http);
  if (http.method == "DELETE" && http.path == "/simulator/faults") {
    clearFaults(context);
    return HttpResponse::json(200, Json::object());
  }
  const auto found = operations().find(http.path);
  const bool portal = isPortalControl(http.path);
  if (found == operations().end() && !portal)
    return HttpResponse::oauthError(404, "not_found", "there is no such control");
  if (http.method != "POST") {
    auto response = HttpResponse::oauthError(405, "invalid_request", "use POST");
    response.with("Allow", "POST");
    return response;
  }
  return portal ? runPortalControl(context, http) : run(context, http, found->second);
}

}  // namespace scalekit_simulator
