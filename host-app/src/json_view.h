// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "page_renderer.h"

namespace hostapp {

/// A JSON object as what a template may read: texts and numbers as text, true and false, lists, objects; null is false.
/// Throws Error(kInternal) for what is no object.
View viewFromJson(std::string_view json);

}  // namespace hostapp
