// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app_config.h"
#include "assets.h"
#include "csrf.h"
#include "development_mailbox.h"
#include "page_renderer.h"
#include "password_hasher.h"
#include "session_keeper.h"
#include "shared_rates.h"
#include "sign_in_limits.h"
#include "sso/db/database.h"
#include "sso/mail.h"
#include "sso/runtime.h"
#include "sso/sso_module.h"
#include "sso/storage.h"
#include "sso_limits.h"
#include "tls_certificate.h"

namespace hostapp {

/// What the pages work with; made once by Application, thread-safe each.
struct Parts {
  AppConfig config;
  std::shared_ptr<sso::Clock> clock;
  std::shared_ptr<sso::RandomSource> random;
  std::shared_ptr<sso::LogSink> log;
  std::shared_ptr<sso::db::Database> database;
  std::shared_ptr<sso::Storage> storage;
  std::shared_ptr<const Assets> assets;
  std::shared_ptr<const PageRenderer> pages;
  std::shared_ptr<const CsrfGuard> csrf;
  std::shared_ptr<const SessionKeeper> sessions;
  std::shared_ptr<PasswordHasher> hasher;
  std::shared_ptr<SharedRates> rates;  ///< null: this is the only instance
  std::shared_ptr<SignInLimits> limits;
  std::shared_ptr<SsoLimits> ssoLimits;
  std::shared_ptr<TlsCertificate> certificate;  ///< null: plain HTTP
  std::shared_ptr<sso::MailSender> mail;        ///< null: what needs mail is off (production without APP_SMTP_URL)
  std::shared_ptr<DevelopmentMailbox> mailbox;  ///< the same object as mail where it is the one in use; else null
  std::shared_ptr<sso::SsoModule> sso;
};

}  // namespace hostapp
