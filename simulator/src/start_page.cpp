// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "control_panel.h"
#include "pages.h"
#include "redirect_rules.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

Json listOf(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push_back({{"text", text}});
  return list;
}

Json clientValues(const Client& client, bool showSecrets) {
  return {{"name", client.name},
          {"client_id", client.id},
          {"secrets", listOf(showSecrets ? client.secrets : std::vector<std::string>{})},
          {"public", client.isPublic()},
          {"redirect_uris", listOf(client.redirectUris)},
          {"post_logout_uris", listOf(client.postLogoutUris)},
          {"initiate_login_uri", client.initiateLoginUri}};
}

/// Each person carries what the app tile's form needs: templates see one level at a time.
Json peopleValues(const Connection& connection, const std::string& clientId) {
  Json people = Json::array();
  for (const auto& person : connection.people) {
    if (people.size() == 25) break;
    std::string groups;
    if (person.groups) {
      for (const auto& group : *person.groups) groups += (groups.empty() ? "" : ", ") + group;
    }
    people.push_back({{"email", person.email},
                      {"full_name", shownName(person)},
                      {"groups", groups},
                      {"inactive", !person.active},
                      {"can_start", person.active && connection.active()},
                      {"person_connection", connection.id},
                      {"person_client", clientId}});
  }
  return people;
}

Json organizationValues(const Organization& organization, const std::string& clientId) {
  Json connections = Json::array();
  for (const auto& connection : organization.connections) {
    connections.push_back({{"connection_id", connection.id},
                           {"provider", connection.provider},
                           {"type", connection.type},
                           {"active", connection.active()},
                           {"switch_to", connection.enabled ? "false" : "true"},
                           {"switch_label", connection.enabled ? "Disable" : "Enable"},
                           {"people", peopleValues(connection, clientId)}});
  }
  std::vector<std::string> domains;
  for (const auto& domain : organization.domains) domains.push_back(domain.domain);
  return {{"display_name", organization.displayName},
          {"organization_id", organization.id},
          {"domains", listOf(domains)},
          {"connections", std::move(connections)}};
}

Json faultValues(const std::vector<Fault>& active) {
  Json list = Json::array();
  for (const auto& fault : active) {
    list.push_back(
        {{"name", fault.name},
         {"endpoint", endpointName(fault.endpoint)},
         {"value", fault.value},
         {"count", fault.count == 0 ? std::string("until cleared") : std::to_string(fault.count) + " more"}});
  }
  return list;
}

Json faultChoices() {
  Json list = Json::array();
  for (const auto& info : allFaults()) {
    list.push_back({{"name", info.name}, {"where", info.where}, {"summary", info.summary}, {"help", info.valueHelp}});
  }
  return list;
}

Json logValues(const std::deque<LogLine>& log) {
  Json lines = Json::array();
  for (const auto& line : log) {
    const long long ofDay = line.at.time_since_epoch().count() % 86400;
    const auto two = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    lines.push_back({{"time", two(ofDay / 3600) + ":" + two(ofDay / 60 % 60) + ":" + two(ofDay % 60)},
                     {"method", line.method},
                     {"path", line.path},
                     {"status", line.status},
                     {"failed", line.status >= 400},
                     {"note", line.note}});
  }
  return lines;
}

}  // namespace

HttpResponse startPage(Context& context, const HttpRequest& http) {
  const bool showSecrets = context.options.listSecretsOnStartPage && http.fromLoopback;
  std::set<std::string> targets;
  Json values = context.state.with([&](StateData& data) {
    Json json = {{"title", "Start"}, {"environment_name", data.environment.name}};
    json["clients"] = Json::array();
    for (const auto& client : data.environment.clients) {
      json["clients"].push_back(clientValues(client, showSecrets));
      targets.insert(cspSourceOf(client.initiateLoginUri));
      for (const auto& uri : client.redirectUris) targets.insert(cspSourceOf(uri));
    }
    const std::string& clientId = data.environment.clients.front().id;
    json["organizations"] = Json::array();
    for (const auto& organization : data.environment.organizations) {
      json["organizations"].push_back(organizationValues(organization, clientId));
    }
    json["active_faults"] = faultValues(data.faults.active());
    json["has_faults"] = !data.faults.active().empty();
    json["log"] = logValues(data.log);
    json["has_log"] = !data.log.empty();
    return json;
  });
  values["base_url"] = context.baseUrl;
  values["faults"] = faultChoices();
  values["done"] = http.query == "done=1";
  values["clock_offset"] = context.clock.offset().count();
  values["clock_moved"] = context.clock.offset().count() != 0;
  return page(200, "pages/start.html", std::move(values), {targets.begin(), targets.end()});
}

}  // namespace scalekit_simulator
