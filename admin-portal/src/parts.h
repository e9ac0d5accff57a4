// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace sso::admin_portal {

/// A file of admin-portal/assets or admin-portal/fragments, compiled into the library.
struct EmbeddedPart {
  std::string_view name, content;
};
std::span<const EmbeddedPart> embeddedParts();

}  // namespace sso::admin_portal
