// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "model.h"

/// Which URIs may be registered, and which registered one a request names (CONTRACT.md 2.5).
namespace scalekit_simulator {

/// Why this URI cannot be registered; empty when it can.
std::string redirectUriProblem(std::string_view uri, EnvironmentKind kind);

/// Does the request's URI match the registered one? Exact, but for one `*` in the outermost host label and for the
/// organization's templates ({{org_slug}}, {{external_id}}, {{<metadata key>}}); organization may be null.
bool redirectUriMatches(std::string_view registered, std::string_view requested, const Organization* organization);

/// A registered URI with the organization's values in place of its templates; what nothing fills stays as it is.
std::string expandTemplates(std::string uri, const Organization& organization);

/// scheme://host[:port], or "scheme:" for a custom scheme: what a Content-Security-Policy calls a source.
/// Empty when a policy cannot express it.
std::string cspSourceOf(std::string_view uri);

/// Is this base URL plainly a local or private one? The simulator refuses to pass for a real host (CONTRACT.md 12.1).
bool isLocalBaseUrl(std::string_view baseUrl);
bool isLoopbackHost(std::string_view host);

}  // namespace scalekit_simulator
