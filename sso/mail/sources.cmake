# SPDX-License-Identifier: Apache-2.0
# Sources of sso/mail, listed by hand.
target_sources(modular_sso_sso PRIVATE
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/mail_writer.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/mime_text.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/smtp_delivery.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/smtp_dialogue.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/smtp_mail_sender.cpp
  ${CMAKE_CURRENT_SOURCE_DIR}/mail/smtp_options.cpp
)
