# SPDX-License-Identifier: Apache-2.0
# Sources of sso/scalekit, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/access_token_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/api_error.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/api_error_body.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/api_path.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/authentication_logs.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/client.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/connection_directory.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/connection_list.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/connections.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/directories.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/domains.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/json_fields.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/listing_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/machine_token.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/management_client.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/memberships.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/organization_clients.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/organizations.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/portal_links.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/rest_api.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/roles.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/sessions.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/user_fields.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/users.cpp
)
