// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

/// The parts of the settings page that a host puts into its own: plain text, compiled into the library, valid for as
/// long as the program runs. Each throws Error(kInternal) for a name that it does not have.
namespace sso::admin_portal {

/// "portal.js" (an ES module; it loads "portal_events.js" from beside itself), "setup_link.js" (for the page of a setup
/// link; it loads both) and "portal.css". To be served from the application's own origin, all under one folder.
std::string_view asset(std::string_view name);

/// "status.html", "details.html", "checklist.html", "modes.html", "preview.html" and "frame.html", and
/// "link_status.html" for the page of a setup link: mustache, escaping by default, to be filled with the fields that
/// toJson or toLinkJson (setup_view.h) gives and those that docs/EMBEDDING.md lists. Threat: include them as partials
/// of a template of yours; a rendered page must never be parsed as a template again.
std::string_view fragment(std::string_view name);

/// The Content-Security-Policy of the settings page (SEC-AP-05): everything from this origin alone, nothing inline, and
/// frames of the one origin that the admin portal is served from. frameOrigin: AdminPortal::frameOrigin().
/// Throws Error(kConfig) for anything that is no https origin (or http on loopback): it would widen the policy.
std::string contentSecurityPolicy(std::string_view frameOrigin);

}  // namespace sso::admin_portal
