// SPDX-License-Identifier: Apache-2.0
#include "portal/portal_controls.h"

#include <array>
#include <stdexcept>

#include "domain_rules.h"
#include "encoding.h"
#include "portal/portal_link.h"
#include "portal/portal_session.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxNames = 1'000;
constexpr std::size_t kMaxTexts = 50;  ///< Of one name.

std::string textOf(const Json& input, const char* key) {
  const auto found = input.find(key);
  if (found == input.end()) return {};
  if (!found->is_string()) throw std::invalid_argument(std::string(key) + " must be a string");
  return found->get<std::string>();
}

long long secondsOf(const Json& input, const char* key) {
  constexpr long long kSixHours = 6 * 3600;  // CONTRACT.md 5.1: no session is longer.
  const auto found = input.find(key);
  const bool good = found != input.end() && found->is_number_integer() && *found >= 0 && *found <= kSixHours;
  if (!good) throw std::invalid_argument(std::string(key) + " must be 0 to 21600");
  return found->get<long long>();
}

/// The dashboard's part: a link of either kind, without credentials.
Json makeLink(Context& context, const Json& input) {
  std::vector<std::string> features;
  if (const auto list = input.find("features"); list != input.end()) {
    if (!list->is_array()) throw std::invalid_argument("features must be an array");
    for (const auto& item : *list) features.push_back(item.is_string() ? item.get<std::string>() : "");
  }
  features = portalFeatures(std::move(features));
  const bool shareable = input.value("shareable", Json(false)) == Json(true);
  const std::string id = textOf(input, "organization_id");
  return context.state.with([&](StateData& data) {
    if (data.environment.findOrganization(id) == nullptr) {
      throw std::invalid_argument("there is no such organization");
    }
    return issuePortalLink(context, data, id, std::move(features),
                           shareable ? PortalLinkKind::kShareable : PortalLinkKind::kEmbedded);
  });
}

Json limitSessions(Context& context, const Json& input) {
  const Seconds left(secondsOf(input, "seconds_left"));
  return {{"sessions", limitPortalSessions(context, textOf(input, "organization_id"), left)}};
}

Json setLifetime(Context& context, const Json& input) {
  const Seconds lifetime(secondsOf(input, "seconds"));
  context.state.with([&](StateData& data) { data.portalSessionLifetime = lifetime; });
  return Json::object();
}

/// Without `txt`: whatever record the environment waits for under that name.
Json publish(Context& context, const Json& input) {
  const std::string name = toLower(textOf(input, "domain"));
  std::string text = textOf(input, "txt");
  if (!isDomainName(name)) throw std::invalid_argument("domain must be a domain name");
  if (text.size() > 255) throw std::invalid_argument("txt must be at most 255 characters");
  context.state.with([&](StateData& data) {
    Environment& environment = data.environment;
    for (const auto& organization : environment.organizations) {
      for (const auto& domain : organization.domains) {
        if (text.empty() && domain.domain == name && !domain.txtSecret.empty()) {
          text = txtRecordOf(environment, domain).value();
        }
      }
    }
    if (text.empty()) throw std::invalid_argument("no domain of that name waits for a record");
    auto& records = environment.txtRecords;
    if (!records.contains(name) && records.size() >= kMaxNames) throw std::invalid_argument("there are too many names");
    if (records[name].size() >= kMaxTexts) throw std::invalid_argument("there are too many records of that name");
    records[name].insert(text);
  });
  context.state.markDirty();
  return {{"domain", name}, {"txt", text}};
}

Json clearDns(Context& context, const Json& input) {
  const std::string name = toLower(textOf(input, "domain"));
  context.state.with([&](StateData& data) {
    if (name.empty()) data.environment.txtRecords.clear();
    data.environment.txtRecords.erase(name);
  });
  context.state.markDirty();
  return Json::object();
}

struct Control {
  std::string_view path;
  Json (*run)(Context&, const Json&);
};

constexpr std::array kControls = {
    Control{"/simulator/portal/links", makeLink},       Control{"/simulator/portal/sessions", limitSessions},
    Control{"/simulator/portal/lifetime", setLifetime}, Control{"/simulator/dns", publish},
    Control{"/simulator/dns/clear", clearDns},
};

}  // namespace

std::optional<Json> portalControl(Context& context, std::string_view path, const Json& input) {
  for (const auto& control : kControls) {
    if (control.path == path) return control.run(context, input);
  }
  return std::nullopt;
}

}  // namespace scalekit_simulator
