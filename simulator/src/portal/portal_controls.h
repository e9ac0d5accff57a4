// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "context.h"

/// What tests and the start page steer of the admin portal and of the stub of the DNS. control_panel.cpp has checked
/// who calls; simulator/README.md lists the calls.
namespace scalekit_simulator {

/// The answer of POST `path` with these members; nullopt when the path is none of ours. Throws std::invalid_argument on
/// bad input.
std::optional<nlohmann::json> portalControl(Context& context, std::string_view path, const nlohmann::json& input);

}  // namespace scalekit_simulator
