// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/tenants.h"

/// The state of a tenant's single sign-on in words that its administrator knows: what is there, what to do next, what
/// stands in the way. Values only; sentences are English.
namespace sso::admin_portal {

/// How good something is, for colour and icon; the words beside it say the same.
enum class Tone { kGood, kWaiting, kBad, kOff };

struct ConnectionView {
  std::string id = {}, name = {}, protocol = {};  ///< "Okta", "SAML"
  Tone tone = Tone::kOff;
  std::string label = {};  ///< "On"
  std::string next = {};   ///< what to do; empty when nothing is
};

struct DomainView {
  std::string name = {};
  Tone tone = Tone::kWaiting;
  std::string label = {}, next = {};
};

/// One step of the way from nothing to a required sign-in.
struct StepView {
  enum class State { kDone, kCurrent, kLater };
  std::string title = {}, text = {};
  State state = State::kLater;
};

/// What is asked for before single sign-on can be required, fulfilled or not.
struct RequirementView {
  std::string id = {};  ///< nameOf(ModeObstacle)
  bool met = false;
  std::string title = {}, how = {};       ///< how: the way to clear it; empty when it is met
  bool inPortal = false;                  ///< cleared in the embedded portal
  std::string path = {}, pathLabel = {};  ///< a page of the application that clears it; empty: none
};

struct ModeView {
  SsoMode mode = SsoMode::kOff;
  std::string title = {}, text = {};  ///< text: what changes, for whom
  std::string action = {};            ///< what a button that switches to it says
  bool current = false;
  bool possible = false;     ///< it is not the current one, and nothing stands in the way
  std::string blocked = {};  ///< why not, in one sentence; empty when it is possible or current
  /// For kRequired: a page of the application that shows AdminPortal::preview and holds the switch; empty: none.
  std::string previewPath = {};
};

struct SetupView {
  std::string organizationId = {};  ///< Scalekit's; empty while the tenant is not tied
  std::string frameOrigin = {};     ///< that events of the embedded portal must come from
  SsoMode mode = SsoMode::kOff;
  /// Read at Scalekit for this answer. False: what is stored here, because Scalekit did not answer or was asked too
  /// often; connections and obstacles are unknown then, and problem says so.
  bool live = false;
  std::string problem = {};
  std::string headline = {}, headlineText = {};  ///< the one next step
  std::vector<StepView> steps = {};
  std::vector<ConnectionView> connections = {};
  std::vector<DomainView> domains = {};  ///< refused ones included
  std::optional<TimePoint> lastSignIn = std::nullopt;
  std::vector<RequirementView> requirements = {};  ///< for SsoMode::kRequired; empty unless live
  std::vector<ModeView> modes = {};                ///< off, optional, required
};

/// The mode of a word in forms and answers (nameOf(SsoMode) gives it): "required". nullopt: none.
std::optional<SsoMode> modeNamed(std::string_view word);

/// The view as a JSON object: the answer of the status route, and what the fragments are filled with (docs/EMBEDDING.md
/// lists its fields). "revision" is the same for as long as nothing of it changes.
std::string toJson(const SetupView& view);

/// What of it is shown to somebody who came by a setup link: connections and domains, and their own next step. Nothing
/// of modes, members and sign-ins. For the fragments link_status.html and frame.html ("by_link" is true).
std::string toLinkJson(const SetupView& view);

}  // namespace sso::admin_portal
