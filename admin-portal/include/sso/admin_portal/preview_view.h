// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sso/admin_portal/setup_view.h"
#include "sso/tenants.h"

/// What requiring single sign-on would mean for each of a tenant's members, in words that its administrator knows; to
/// be shown before it is switched on. Values only; sentences are English.
namespace sso::admin_portal {

struct PreviewedMember {
  std::string email = {};
  std::string why = {};  ///< for those who would be shut out: what is so and what to do; empty otherwise
};

/// Members to whom the same will happen.
struct PreviewGroup {
  MemberOutlook outlook = MemberOutlook::kConnected;
  Tone tone = Tone::kGood;
  std::string title = {}, text = {};
  std::size_t count = 0;
  std::vector<PreviewedMember> members = {};  ///< the first kShownMembers of them
  static constexpr std::size_t kShownMembers = 100;
};

struct PreviewView {
  std::string connection = {};            ///< the one that the members were judged through, by name; empty: none
  std::vector<PreviewGroup> groups = {};  ///< whom it costs something first; no empty ones
  std::size_t total = 0;                  ///< members that were looked at
  bool complete = true;                   ///< false: there are more members than were looked at
  std::string unseen = {};                ///< then: who was not looked at, and what that means; empty otherwise
  std::string digest = {};                ///< of this preview, for AdminPortal::switchMode; empty: nothing was shown
  ModeView required = {};                 ///< the switch itself: possible now, or why not
  std::string problem = {};               ///< why nothing could be looked at; empty otherwise
};

/// The preview in groups. Pure.
PreviewView describePreview(const ModePreview& preview);

/// The view as a JSON object, for the fragment "preview.html" (docs/EMBEDDING.md lists its fields).
std::string toJson(const PreviewView& view);

}  // namespace sso::admin_portal
