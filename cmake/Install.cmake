# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where. The prefix may be moved afterwards: nothing of it is written into the files.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/ModularSso)

set(exported modular_sso_front modular_sso_sso modular_sso_db modular_sso_admin_portal)
set(MODULAR_SSO_POCO_COMPONENTS "Foundation Net Crypto NetSSL")
install(DIRECTORY front/include/ sso/include/ db/include/ admin-portal/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(TARGET modular_sso_simulator)
  list(APPEND exported modular_sso_simulator)
  string(APPEND MODULAR_SSO_POCO_COMPONENTS " JSON JWT Util")
  install(DIRECTORY simulator/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
endif()
foreach(program host-app scalekit-simulator)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

install(TARGETS ${exported} EXPORT ModularSso ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT ModularSso NAMESPACE ModularSso:: FILE ModularSsoTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/ModularSsoConfig.cmake.in ${PROJECT_BINARY_DIR}/ModularSsoConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
# Before 1.0 each minor version may change interfaces.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ModularSsoConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ModularSsoConfig.cmake ${PROJECT_BINARY_DIR}/ModularSsoConfigVersion.cmake
              cmake/FindSOCI.cmake DESTINATION ${package_folder})
install(FILES LICENSE db/roles.postgres.sql DESTINATION ${CMAKE_INSTALL_DOCDIR})
