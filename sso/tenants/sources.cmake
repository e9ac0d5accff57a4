# SPDX-License-Identifier: Apache-2.0
# Sources of sso/tenants, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/access_requests.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/change_organization.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/claims_file.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/decision_reviewer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/dormancy.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/identity_links.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/invitations.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/migration_check.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/mode_preview.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/mode_switch.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/policy_change.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/setup_links.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/setup_reader.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/tenant_tie.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/tenants.cpp
)
