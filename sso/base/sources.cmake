# SPDX-License-Identifier: Apache-2.0
# Sources of sso/base, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/base/base64url.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/bulkhead.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/canonical_email.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/circuit_breaker.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/cookies.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/digest.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/error.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/error_view.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/link_token.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/http_types.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/log_line.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/options.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/options_from.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/organization.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/organization_policy.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/policy_differences.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/public_mail_domains.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/refusal_budget.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/retry.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/return_to.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/runtime.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/sealer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/stream_log.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/strict_json.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/time_budget.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/url.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/base/utf8.cpp)
