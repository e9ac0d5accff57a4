# SPDX-License-Identifier: Apache-2.0
# Sources of sso/oidc, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/base64url_buffer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/cache_age.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/claimed_identity.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/clock_check.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/discovery_document.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/display_name.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/id_token_checks.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/json_cursor.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/jwk_set.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/jwks_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/jws.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/kept_sha256.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/oidc_client.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/provider_metadata.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/rs256.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/single_flight.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/token_claims.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/token_verifier.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/oidc/upstream_answer.cpp)
