# SPDX-License-Identifier: Apache-2.0
# modular_sso_embed_parts(<target> <file>...)  - compiles text files (relative to this folder) into the target as
# sso::admin_portal::embeddedParts(), see src/parts.h.
function(modular_sso_embed_parts target)
  set(rows "")
  foreach(name IN LISTS ARGN)
    set(path "${CMAKE_CURRENT_SOURCE_DIR}/${name}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
    file(READ "${path}" text)
    get_filename_component(short "${name}" NAME)
    string(APPEND rows "    {\"${short}\", R\"EMBEDDED(${text})EMBEDDED\"},\n")
  endforeach()
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded_parts.cpp")
  file(CONFIGURE OUTPUT "${generated}" @ONLY CONTENT
"// Made by modular_sso_embed_parts.
#include \"parts.h\"

namespace sso::admin_portal {
std::span<const EmbeddedPart> embeddedParts() {
  static constexpr EmbeddedPart kParts[] = {
@rows@  };
  return kParts;
}
}  // namespace sso::admin_portal
")
  target_sources(${target} PRIVATE "${generated}")
endfunction()
