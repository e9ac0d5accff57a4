# SPDX-License-Identifier: Apache-2.0
# modular_sso_embed_migrations(<target> <folder> <namespace>::<function>)
#
# Compiles the migrations of a folder into the target as
#   namespace <namespace> { const std::vector<sso::db::Migration>& <function>(); }
# A migration is NNNN_what_changes.sql where both engines take the same text, else NNNN_what_changes.postgres.sql and
# NNNN_what_changes.sqlite.sql. An applied migration never changes: the ledger keeps its checksum.
function(modular_sso_embed_migrations target folder function)
  get_filename_component(folder "${folder}" ABSOLUTE)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  set(names "")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9]_[a-z0-9_]+)(\\.postgres|\\.sqlite)?\\.sql$")
      message(FATAL_ERROR "Migration ${name}: expected NNNN_what_changes[.postgres|.sqlite].sql")
    endif()
    list(APPEND names "${CMAKE_MATCH_1}")
  endforeach()
  list(REMOVE_DUPLICATES names)
  list(SORT names)

  string(REGEX REPLACE "^(.*)::([A-Za-z0-9_]+)$" "\\1;\\2" parts "${function}")
  list(LENGTH parts count)
  if(NOT count EQUAL 2)
    message(FATAL_ERROR "modular_sso_embed_migrations: name the function as namespace::function")
  endif()
  list(GET parts 0 namespace)
  list(GET parts 1 functionName)

  set(rows "")
  foreach(name IN LISTS names)
    foreach(dialect postgres sqlite)
      if(EXISTS "${folder}/${name}.sql")
        set(file "${folder}/${name}.sql")
      else()
        set(file "${folder}/${name}.${dialect}.sql")
      endif()
      if(NOT EXISTS "${file}")
        message(FATAL_ERROR "Migration ${name} has no ${dialect} file")
      endif()
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
      file(READ "${file}" ${dialect})
    endforeach()
    string(APPEND rows "      {\"${name}\", R\"SQL(${postgres})SQL\", R\"SQL(${sqlite})SQL\"},\n")
  endforeach()

  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${target}_${functionName}.cpp")
  file(CONFIGURE OUTPUT "${generated}" @ONLY CONTENT
"// Made by modular_sso_embed_migrations from @folder@
#include \"sso/db/database.h\"

namespace @namespace@ {
const std::vector<sso::db::Migration>& @functionName@();
const std::vector<sso::db::Migration>& @functionName@() {
  static const std::vector<sso::db::Migration> migrations = {
@rows@  };
  return migrations;
}
}  // namespace @namespace@
")
  target_sources(${target} PRIVATE "${generated}")
endfunction()
