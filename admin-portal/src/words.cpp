// SPDX-License-Identifier: Apache-2.0
#include "words.h"

#include <array>
#include <utility>

namespace sso::admin_portal {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::array<Named, 13> kProviders{{{"OKTA", "Okta"},
                                            {"MICROSOFT_AD", "Microsoft Entra ID"},
                                            {"MICROSOFT", "Microsoft"},
                                            {"GOOGLE", "Google Workspace"},
                                            {"AUTH0", "Auth0"},
                                            {"ONELOGIN", "OneLogin"},
                                            {"PING_IDENTITY", "Ping Identity"},
                                            {"JUMPCLOUD", "JumpCloud"},
                                            {"ADFS", "AD FS"},
                                            {"SALESFORCE", "Salesforce"},
                                            {"IDP_SIMULATOR", "IdP Simulator"},
                                            {"SCALEKIT", "Scalekit"},
                                            {"CUSTOM", "Your own provider"}}};

template <std::size_t Size>
std::string nameIn(const std::array<Named, Size>& names, std::string_view key) {
  for (const auto& [from, to] : names) {
    if (from == key) return std::string(to);
  }
  return std::string(key);
}

}  // namespace

std::string providerName(std::string_view provider) {
  return provider.empty() ? "Your provider" : nameIn(kProviders, provider);
}

std::string protocolName(std::string_view type) { return type == "OIDC" ? "OpenID Connect" : std::string(type); }

ConnectionView viewOf(const scalekit::ConnectionSummary& connection) {
  ConnectionView view;
  view.id = connection.id;
  view.name = providerName(connection.provider);
  view.protocol = protocolName(connection.type);
  if (connection.active()) {
    view.tone = Tone::kGood;
    view.label = "On";
  } else if (connection.status == scalekit::connection_status::kCompleted) {
    view.tone = Tone::kOff;
    view.label = "Off";
    view.next = "It is set up, but switched off. Test it and switch it on in the setup.";
  } else {
    view.tone = Tone::kWaiting;
    view.label = "Not finished";
    view.next = "Go through its steps in the setup.";
  }
  return view;
}

DomainView viewOf(const scalekit::Domain& domain) {
  DomainView view;
  view.name = domain.name;
  if (domain.routesLogins()) {
    view.tone = Tone::kGood;
    view.label = "Verified";
  } else if (domain.verificationStatus == scalekit::verification_status::kFailed) {
    view.tone = Tone::kBad;
    view.label = "Failed";
    view.next = "Its DNS record was not found in time. Remove the domain in the setup and add it again.";
  } else {
    view.tone = Tone::kWaiting;
    view.label = "Waiting for DNS";
    view.next = "Publish the record that the setup shows, then verify it there.";
  }
  return view;
}

DomainView refusedDomain(std::string name) {
  DomainView view;
  view.name = std::move(name);
  view.tone = Tone::kBad;
  view.label = "Cannot be used";
  view.next = "It is a public mail domain, or in use elsewhere. Remove it in the setup, or ask our support.";
  return view;
}

RequirementWords wordsOf(ModeObstacle obstacle) {
  switch (obstacle) {
    case ModeObstacle::kSuspended:
      return {"Your organization is active", "It is suspended at the moment. Ask our support.", false};
    case ModeObstacle::kNoActiveConnection:
      return {"A connection that is switched on", "Set one up in the setup, test it, and switch it on there.", true};
    case ModeObstacle::kNoDomain:
      return {"A verified domain", "Add the domain of your work addresses in the setup and verify it there.", true};
    case ModeObstacle::kNoDefaultRole:
      return {"A role for new people",
              "People who come for the first time would be refused. Ask our support to set one.", false};
    case ModeObstacle::kNotSignedInThrough:
      return {
          "You came in through it yourself",
          "Sign in with your company's sign-in once. It counts for ten minutes, and shows that nobody is locked out.",
          false};
    case ModeObstacle::kNoBreakGlass:
      return {"An owner with a password for emergencies",
              "Should your identity provider break, somebody has to get in. Name an owner who keeps a password.",
              false};
    case ModeObstacle::kPreviewNotSeen:
      return {"You have seen whom it affects", "Look first at what it means for each of your people. Ask our support.",
              false};
    case ModeObstacle::kUnknownMode:
      break;
  }
  return {"A way to sign in that exists", "", false};
}

ModeWords wordsOf(SsoMode mode) {
  switch (mode) {
    case SsoMode::kOff:
      return {"Off", "Everybody signs in with a password.", "Switch it off",
              "Sessions that began with your company's sign-in end."};
    case SsoMode::kOptional:
      return {"Optional", "Work addresses lead to your company's sign-in first. Who has a password can still use it.",
              "Make it optional", ""};
    case SsoMode::kRequired:
      return {
          "Required",
          "Members sign in through your company only. Their passwords are refused, except those of emergency owners.",
          "Make it required", "Who is in with a password now has to sign in again."};
  }
  return {"Off", "", "", ""};
}

}  // namespace sso::admin_portal
