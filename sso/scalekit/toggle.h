// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "scalekit/json_fields.h"
#include "sso/scalekit/connections.h"

namespace sso::detail {

/// The answer of …:enable and …:disable.
inline scalekit::ToggleResult toggleResult(const nlohmann::json& answer) {
  return {flagField(answer, "enabled"), textField(answer, "error_message")};
}

}  // namespace sso::detail
