// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>

#include "sso/admin_portal/setup_view.h"
#include "sso/digest.h"

namespace sso::admin_portal {
namespace {

using Json = nlohmann::ordered_json;

void addTone(Json& row, Tone tone) {
  row["good"] = tone == Tone::kGood;
  row["waiting"] = tone == Tone::kWaiting;
  row["bad"] = tone == Tone::kBad;
}

void addText(Json& row, const char* name, const std::string& text) {
  row[name] = text;
  row["has_" + std::string(name)] = !text.empty();
}

Json jsonOf(const ConnectionView& connection) {
  Json row = {
      {"id", connection.id}, {"name", connection.name}, {"protocol", connection.protocol}, {"label", connection.label}};
  addText(row, "next", connection.next);
  addTone(row, connection.tone);
  return row;
}

Json jsonOf(const DomainView& domain) {
  Json row = {{"name", domain.name}, {"label", domain.label}};
  addText(row, "next", domain.next);
  addTone(row, domain.tone);
  return row;
}

Json jsonOf(const StepView& step) {
  return {{"title", step.title},
          {"text", step.text},
          {"done", step.state == StepView::State::kDone},
          {"current", step.state == StepView::State::kCurrent}};
}

Json jsonOf(const RequirementView& requirement) {
  Json row = {{"id", requirement.id},
              {"met", requirement.met},
              {"title", requirement.title},
              {"how", requirement.how},
              {"in_portal", requirement.inPortal},
              {"path_label", requirement.pathLabel}};
  addText(row, "path", requirement.path);
  return row;
}

Json jsonOf(const ModeView& mode) {
  const bool required = mode.mode == SsoMode::kRequired;
  Json row = {{"mode", nameOf(mode.mode)}, {"title", mode.title},       {"text", mode.text},   {"action", mode.action},
              {"current", mode.current},   {"possible", mode.possible}, {"required", required}};
  addText(row, "blocked", mode.blocked);
  addText(row, "preview_path", mode.previewPath);
  return row;
}

Json listOf(const auto& rows) {
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(jsonOf(row));
  return list;
}

bool hasGood(const auto& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.tone == Tone::kGood; });
}

void addSetUp(Json& json, const SetupView& view) {
  json["connections"] = listOf(view.connections);
  json["has_connections"] = !view.connections.empty();
  json["domains"] = listOf(view.domains);
  json["has_domains"] = !view.domains.empty();
}

/// Well-formed as all of it should be, a stray byte of a name must not take the page away.
std::string textOf(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string withRevision(Json json) {
  json["revision"] = sha256Hex(textOf(json)).substr(0, 16);
  return textOf(json);
}

/// The next step of somebody who can set up and cannot switch.
std::pair<std::string_view, std::string_view> linkHeadline(const SetupView& view) {
  if (!view.live) return {"We cannot look at the moment", "You can go on in the setup all the same."};
  if (!hasGood(view.connections)) {
    return {"Connect your identity provider",
            "Choose it in the setup below and follow its steps: what to copy where, a test, and a switch."};
  }
  if (!hasGood(view.domains)) {
    return {"Verify your domain", "Prove in the setup below that your e-mail domain is yours."};
  }
  return {"All is set up", "You are done and can close this page. Whoever sent you the link decides when it is used."};
}

/// "26 November 2026, 09:12 UTC": no time zone is known here.
std::string timeInWords(TimePoint at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                            "July",    "August",   "September", "October", "November", "December"};
  char time[8] = {};
  std::strftime(time, sizeof time, "%H:%M", &parts);
  return std::to_string(parts.tm_mday) + " " + kMonths[parts.tm_mon % 12] + " " + std::to_string(1900 + parts.tm_year) +
         ", " + time + " UTC";
}

}  // namespace

std::optional<SsoMode> modeNamed(std::string_view word) {
  for (const auto mode : {SsoMode::kOff, SsoMode::kOptional, SsoMode::kRequired}) {
    if (nameOf(mode) == word) return mode;
  }
  return std::nullopt;
}

std::string toJson(const SetupView& view) {
  Json json = {{"tied", !view.organizationId.empty()},
               {"organization_id", view.organizationId},
               {"frame_origin", view.frameOrigin},
               {"mode", nameOf(view.mode)},
               {"mode_title", view.mode == SsoMode::kOff        ? "Off"
                              : view.mode == SsoMode::kOptional ? "Optional"
                                                                : "Required"},
               {"is_off", view.mode == SsoMode::kOff},
               {"is_required", view.mode == SsoMode::kRequired},
               {"live", view.live}};
  addText(json, "problem", view.problem);
  json["headline"] = view.headline;
  json["headline_text"] = view.headlineText;
  json["steps"] = listOf(view.steps);
  addSetUp(json, view);
  json["has_last_sign_in"] = view.lastSignIn.has_value();
  json["last_sign_in"] = view.lastSignIn ? timeInWords(*view.lastSignIn) : std::string();
  json["last_sign_in_at"] = view.lastSignIn ? toEpochSeconds(*view.lastSignIn) : 0;
  json["requirements"] = listOf(view.requirements);
  json["has_requirements"] = !view.requirements.empty();
  json["modes"] = listOf(view.modes);
  return withRevision(std::move(json));
}

std::string toLinkJson(const SetupView& view) {
  Json json = {{"tied", !view.organizationId.empty()},
               {"by_link", true},
               {"organization_id", view.organizationId},
               {"frame_origin", view.frameOrigin},
               {"live", view.live}};
  addText(json, "problem", view.problem);
  const auto [headline, text] = linkHeadline(view);
  json["headline"] = headline;
  json["headline_text"] = text;
  addSetUp(json, view);
  return withRevision(std::move(json));
}

}  // namespace sso::admin_portal
