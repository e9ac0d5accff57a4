# SPDX-License-Identifier: Apache-2.0
# Sources of sso/login, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/login/account_sign_in.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/callback_parameters.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/link_ticket.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_cookies.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_flow.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_flow_begin.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_flow_email_proof.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_flow_link.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_flow_switch.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/login_transaction.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/logout_flow.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/organization_cache.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/pkce.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/refusals.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/sealed_fields.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/login/sign_in_router.cpp
)
