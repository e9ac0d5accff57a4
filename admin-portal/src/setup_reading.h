// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "sso/admin_portal/setup_view.h"

namespace sso::admin_portal {

/// Pages of the application that a view leads to.
struct Ways {
  std::string signInPath = {};     ///< signs the administrator in through the organization; empty: not possible now
  std::string emergencyPath = {};  ///< empty: none
  std::string previewPath = {};    ///< shows whom requiring it affects, and holds the switch; empty: none
};

/// What was read, in words. required: what stands in the way of SsoMode::kRequired; optional: of kOptional. Pure.
SetupView describeSetup(const SsoSetup& setup, const std::vector<ModeObstacle>& optional,
                        const std::vector<ModeObstacle>& required, const Ways& ways);
/// The same of what is stored here alone: nothing is known of connections, and only the ways back are open.
SetupView describeStored(const Organization& organization);
/// A tenant that is not tied yet.
SetupView describeNothing();
/// Headline and steps, from the rest of the view. Call it last.
void tellNextStep(SetupView& view);

}  // namespace sso::admin_portal
