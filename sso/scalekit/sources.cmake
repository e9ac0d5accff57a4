# SPDX-License-Identifier: Apache-2.0
# Sources of sso/scalekit, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/access_token_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/connection_directory.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/connection_list.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/listing_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/machine_token.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/scalekit/management_client.cpp
)
