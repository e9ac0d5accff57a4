// SPDX-License-Identifier: Apache-2.0
#include "setup_reading.h"

#include <algorithm>
#include <array>

#include "words.h"

namespace sso::admin_portal {
namespace {

constexpr std::array kModes{SsoMode::kOff, SsoMode::kOptional, SsoMode::kRequired};

bool contains(const std::vector<ModeObstacle>& obstacles, ModeObstacle obstacle) {
  return std::find(obstacles.begin(), obstacles.end(), obstacle) != obstacles.end();
}

RequirementView requirement(ModeObstacle obstacle, bool met, const Ways& ways) {
  const auto words = wordsOf(obstacle);
  RequirementView view;
  view.id = nameOf(obstacle);
  view.met = met;
  view.title = words.title;
  if (met) return view;
  view.how = words.how;
  view.inPortal = words.inPortal;
  if (obstacle == ModeObstacle::kNotSignedInThrough) {
    view.path = ways.signInPath;
    view.pathLabel = view.path.empty() ? "" : "Sign in with it now";
    if (view.path.empty())
      view.how = "Make it optional first. Then sign in with it once, to show that it works for you.";
  }
  if (obstacle == ModeObstacle::kNoBreakGlass) {
    view.path = ways.emergencyPath;
    view.pathLabel = view.path.empty() ? "" : "Choose an owner";
    if (view.path.empty()) view.how += " Ask our support to do it.";
  }
  return view;
}

/// The whole list, fulfilled ones too, so that it does not jump; what hardly ever fails is named only when it does.
std::vector<RequirementView> requirementsOf(const std::vector<ModeObstacle>& missing, const Ways& ways) {
  std::vector<RequirementView> list;
  for (const auto obstacle : {ModeObstacle::kSuspended, ModeObstacle::kNoDefaultRole}) {
    if (contains(missing, obstacle)) list.push_back(requirement(obstacle, false, ways));
  }
  for (const auto obstacle : {ModeObstacle::kNoActiveConnection, ModeObstacle::kNoDomain,
                              ModeObstacle::kNotSignedInThrough, ModeObstacle::kNoBreakGlass}) {
    list.push_back(requirement(obstacle, !contains(missing, obstacle), ways));
  }
  if (contains(missing, ModeObstacle::kPreviewNotSeen)) {
    list.push_back(requirement(ModeObstacle::kPreviewNotSeen, false, ways));
  }
  return list;
}

ModeView modeView(SsoMode mode, SsoMode current) {
  const auto words = wordsOf(mode);
  ModeView view;
  view.mode = mode;
  view.title = words.title;
  view.text = words.text;
  view.action = words.action;
  view.current = mode == current;
  if (!view.current && !words.consequence.empty()) view.text += " " + std::string(words.consequence);
  view.possible = !view.current;
  return view;
}

void block(ModeView& mode, std::string why) {
  mode.possible = false;
  if (!mode.current) mode.blocked = std::move(why);
}

std::string whyNot(SsoMode mode, const std::vector<ModeObstacle>& obstacles) {
  if (contains(obstacles, ModeObstacle::kSuspended)) return std::string(wordsOf(ModeObstacle::kSuspended).how);
  if (mode == SsoMode::kOptional) return "Connect your identity provider first.";
  return obstacles.size() == 1 ? "One thing is missing, see below."
                               : std::to_string(obstacles.size()) + " things are missing, see below.";
}

std::vector<DomainView> domainsOf(const SsoSetup& setup) {
  std::vector<DomainView> list;
  for (const auto& domain : setup.domains) {
    const bool refused =
        std::find(setup.refusedDomains.begin(), setup.refusedDomains.end(), domain.name) != setup.refusedDomains.end();
    list.push_back(refused ? refusedDomain(domain.name) : viewOf(domain));
  }
  return list;
}

/// Domains that route here but that Scalekit does not name: those that the application's operator entered.
void addOwnDomains(SetupView& view, const Organization& organization) {
  for (const auto& name : organization.domains) {
    const bool listed = std::any_of(view.domains.begin(), view.domains.end(),
                                    [&](const DomainView& domain) { return domain.name == name; });
    if (!listed) view.domains.push_back({name, Tone::kGood, "Verified", ""});
  }
}

bool anyGood(const auto& list) {
  return std::any_of(list.begin(), list.end(), [](const auto& row) { return row.tone == Tone::kGood; });
}

struct Told {
  bool done;
  std::string_view title, text, headline, headlineText;
};

std::array<Told, 5> stepsOf(const SetupView& view) {
  // What nobody could ask Scalekit about is believed to be as far as the mode needs it to be.
  const bool connected = anyGood(view.connections) || (!view.live && view.mode != SsoMode::kOff);
  return {{
      {connected, "Connect", "your identity provider", "Connect your identity provider",
       "Choose it in the setup below and follow its steps: what to copy where, a test, and a switch."},
      {anyGood(view.domains), "Verify", "the domain of your addresses", "Verify your domain",
       "Prove in the setup below that your e-mail domain is yours. People with such an address are then led to your "
       "company's sign-in."},
      {view.mode != SsoMode::kOff, "Offer", "it beside passwords", "Offer it to your people",
       "All is set up. Make it optional: people can then use it, and nobody loses a password."},
      {view.lastSignIn.has_value(), "Try", "it yourself", "Try it yourself",
       "Sign in with it once, before you rely on it."},
      {view.mode == SsoMode::kRequired, "Require", "it of everybody", "Require it, when you are ready",
       "It works. You can leave it optional, or make it the only way in."},
  }};
}

}  // namespace

SetupView describeSetup(const SsoSetup& setup, const std::vector<ModeObstacle>& optional,
                        const std::vector<ModeObstacle>& required, const Ways& ways) {
  SetupView view;
  view.organizationId = setup.organization.id;
  view.mode = setup.organization.policy.mode;
  view.live = true;
  for (const auto& connection : setup.connections) view.connections.push_back(viewOf(connection));
  view.domains = domainsOf(setup);
  addOwnDomains(view, setup.organization);
  if (view.mode != SsoMode::kRequired) view.requirements = requirementsOf(required, ways);
  for (const auto mode : kModes) view.modes.push_back(modeView(mode, view.mode));
  if (!optional.empty()) block(view.modes[1], whyNot(SsoMode::kOptional, optional));
  if (!required.empty()) block(view.modes[2], whyNot(SsoMode::kRequired, required));
  view.modes[2].previewPath = ways.previewPath;
  return view;
}

SetupView describeStored(const Organization& organization) {
  SetupView view;
  view.organizationId = organization.id;
  view.mode = organization.policy.mode;
  addOwnDomains(view, organization);
  for (const auto mode : kModes) view.modes.push_back(modeView(mode, view.mode));
  block(view.modes[2], "We cannot check at the moment whether it is safe.");
  if (view.mode == SsoMode::kOff) block(view.modes[1], "We cannot check your connection at the moment.");
  return view;
}

SetupView describeNothing() {
  SetupView view;
  view.live = true;
  for (const auto mode : kModes) {
    view.modes.push_back(modeView(mode, SsoMode::kOff));
    if (mode != SsoMode::kOff) block(view.modes.back(), "Connect your identity provider first.");
  }
  return view;
}

void tellNextStep(SetupView& view) {
  const auto told = stepsOf(view);
  const auto next = std::find_if(told.begin(), told.end(), [](const Told& step) { return !step.done; });
  for (auto step = told.begin(); step != told.end(); ++step) {
    StepView row{std::string(step->title), std::string(step->text)};
    if (step->done) row.state = StepView::State::kDone;
    if (step == next) row.state = StepView::State::kCurrent;
    view.steps.push_back(std::move(row));
  }
  if (next != told.end()) {
    view.headline = next->headline;
    view.headlineText = next->headlineText;
  } else {
    view.headline = "Your company's sign-in is required";
    view.headlineText = "Members sign in through your identity provider only. There is nothing to do.";
  }
  if (view.mode != SsoMode::kOff && view.live && !anyGood(view.connections)) {  // people are sent nowhere
    view.headline = "No connection is switched on";
    view.headlineText = "Nobody can sign in through your company until one is. Switch one on in the setup below.";
  }
}

}  // namespace sso::admin_portal
