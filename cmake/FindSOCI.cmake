# SPDX-License-Identifier: Apache-2.0
# Finds SOCI where its packages ship no CMake files (Debian). Targets: SOCI::core, SOCI::postgresql, SOCI::sqlite3.
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_core_LIBRARY soci_core)
find_library(SOCI_postgresql_LIBRARY soci_postgresql)
find_library(SOCI_sqlite3_LIBRARY soci_sqlite3)
find_path(SOCI_postgresql_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(SOCI_pq_LIBRARY pq)
find_path(SOCI_sqlite3_INCLUDE_DIR sqlite3.h)
find_library(SOCI_libsqlite3_LIBRARY sqlite3)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI REQUIRED_VARS SOCI_INCLUDE_DIR SOCI_core_LIBRARY SOCI_postgresql_LIBRARY
                                                     SOCI_sqlite3_LIBRARY SOCI_postgresql_INCLUDE_DIR SOCI_pq_LIBRARY
                                                     SOCI_sqlite3_INCLUDE_DIR SOCI_libsqlite3_LIBRARY)
if(SOCI_FOUND AND NOT TARGET SOCI::core)
  foreach(part core postgresql sqlite3)
    add_library(SOCI::${part} UNKNOWN IMPORTED)
    set_target_properties(SOCI::${part} PROPERTIES IMPORTED_LOCATION "${SOCI_${part}_LIBRARY}"
                                                   INTERFACE_INCLUDE_DIRECTORIES "${SOCI_INCLUDE_DIR}")
  endforeach()
  set_property(TARGET SOCI::postgresql APPEND PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${SOCI_postgresql_INCLUDE_DIR}")
  set_property(TARGET SOCI::postgresql PROPERTY INTERFACE_LINK_LIBRARIES SOCI::core "${SOCI_pq_LIBRARY}")
  set_property(TARGET SOCI::sqlite3 APPEND PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${SOCI_sqlite3_INCLUDE_DIR}")
  set_property(TARGET SOCI::sqlite3 PROPERTY INTERFACE_LINK_LIBRARIES SOCI::core "${SOCI_libsqlite3_LIBRARY}")
  # UBSan's vptr check wants the typeinfo of classes that SOCI's headers use and its libraries do not export.
  if(MODULAR_SSO_SANITIZE MATCHES "undefined")
    set_property(TARGET SOCI::core PROPERTY INTERFACE_COMPILE_OPTIONS -fno-sanitize=vptr)
  endif()
endif()
mark_as_advanced(SOCI_INCLUDE_DIR SOCI_core_LIBRARY SOCI_postgresql_LIBRARY SOCI_sqlite3_LIBRARY SOCI_postgresql_INCLUDE_DIR
                 SOCI_pq_LIBRARY SOCI_sqlite3_INCLUDE_DIR SOCI_libsqlite3_LIBRARY)
