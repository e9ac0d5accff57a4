# SPDX-License-Identifier: Apache-2.0
# hostapp_embed_files(<target> <file>...)  - compiles text files (relative to this folder) into the target as
# hostapp::embeddedFiles(), see src/assets.h.
function(hostapp_embed_files target)
  set(rows "")
  foreach(name IN LISTS ARGN)
    set(path "${CMAKE_CURRENT_SOURCE_DIR}/${name}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
    file(READ "${path}" text)
    string(APPEND rows "    {\"${name}\", R\"EMBEDDED(${text})EMBEDDED\"},\n")
  endforeach()
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp")
  file(CONFIGURE OUTPUT "${generated}" @ONLY CONTENT
"// Made by hostapp_embed_files.
#include \"assets.h\"

namespace hostapp {
std::span<const EmbeddedFile> embeddedFiles() {
  static constexpr EmbeddedFile kFiles[] = {
@rows@  };
  return kFiles;
}
}  // namespace hostapp
")
  target_sources(${target} PRIVATE "${generated}")
endfunction()
