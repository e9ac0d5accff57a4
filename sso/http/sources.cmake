# SPDX-License-Identifier: Apache-2.0
# Sources of sso/http, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/http/answer_writer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/callback_handler.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/connection.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/connection_pool.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/host_adapter.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/host_resolver.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/initiate_handler.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/login_handler.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/module_handler.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/poco_transport.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/request_handler_base.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/request_reader.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/request_writer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/response_reader.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/scalekit_client.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/sso_module.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/sso_routes.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/tcp_connect.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/http/tls_client.cpp
)
target_compile_definitions(modular_sso_sso PRIVATE MODULAR_SSO_VERSION="${PROJECT_VERSION}")
