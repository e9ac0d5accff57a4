# SPDX-License-Identifier: Apache-2.0
# Sources of sso/tenants, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/tenants/tenant_organizations.cpp
)
