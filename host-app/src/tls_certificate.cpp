// SPDX-License-Identifier: Apache-2.0
#include "tls_certificate.h"

#include <sys/stat.h>

#include <stdexcept>
#include <string>

#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

std::shared_ptr<sso::front::TlsIdentity> identityOf(const sso::front::TlsFiles& files) {
  try {
    return std::make_shared<sso::front::TlsIdentity>(files);
  } catch (const std::invalid_argument& error) {
    throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig,
                     std::string("APP_TLS_CERTIFICATE, APP_TLS_KEY: ") + error.what());
  }
}

bool everybodyReads(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0;
}

}  // namespace

TlsCertificate::TlsCertificate(const sso::front::TlsFiles& files, std::shared_ptr<sso::Clock> clock,
                               std::shared_ptr<sso::LogSink> log)
    : identity_(identityOf(files)), clock_(std::move(clock)), log_(std::move(log)) {
  // SEC-CF-04
  if (everybodyReads(files.privateKey)) log_->write({sso::LogLevel::kWarning, "app.certificate.key_readable", {}});
  tellLoaded("app.certificate.loaded");
  warnOfItsEnd();
}

void TlsCertificate::renew() noexcept {
  const std::lock_guard lock(mutex_);
  try {
    if (identity_->reloadIfChanged()) {
      warned_ = {};
      tellLoaded("app.certificate.renewed");
    }
    refused_ = false;
    warnOfItsEnd();
  } catch (const std::exception&) {
    // Between the writing of the one file and of the other this is no news; told once, until it has worked again.
    if (!refused_) log_->write({sso::LogLevel::kError, "app.certificate.refused", {}});
    refused_ = true;
  }
}

void TlsCertificate::tellLoaded(const char* event) {
  const auto until = std::chrono::duration_cast<std::chrono::seconds>(identity_->expires().time_since_epoch()).count();
  log_->write({sso::LogLevel::kInfo, event, {{"expires", std::to_string(until)}}});
}

void TlsCertificate::warnOfItsEnd() {
  const auto now = clock_->now();
  const auto left = identity_->expires() - now;
  if (left > kWarnBefore || now - warned_ < kWarnEvery) return;
  warned_ = now;
  const auto days = std::chrono::duration_cast<std::chrono::hours>(left).count() / 24;
  log_->write({sso::LogLevel::kWarning, "app.certificate.expiring", {{"days", std::to_string(days)}}});
}

}  // namespace hostapp
