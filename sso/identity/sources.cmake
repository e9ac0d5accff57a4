# SPDX-License-Identifier: Apache-2.0
# Sources of sso/identity, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/creation_key.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/decision.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/decision_record.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/decision_record_reader.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/dormancy_rule.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/fact_words.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/facts_gatherer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/facts_gatherer_creation.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/facts_gatherer_dormancy.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/guarded_host.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/identity_mapper.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/jit_policy.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/policy_vectors.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/resolved_policy.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/role_rules.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/run_unit_of_work.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/identity/told_decision.cpp
)
