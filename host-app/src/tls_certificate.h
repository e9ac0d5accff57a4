// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <mutex>

#include "sso/front/tls.h"
#include "sso/runtime.h"

namespace hostapp {

/// The certificate that the application shows when it speaks TLS itself, kept up to date: whoever renews it only writes
/// the files. What becomes of it is told in the log, its end two weeks before. Thread-safe.
class TlsCertificate {
 public:
  static constexpr std::chrono::hours kWarnBefore{14 * 24}, kWarnEvery{24};

  /// Throws Error(kConfig) naming the setting and what is wrong with its file.
  TlsCertificate(const sso::front::TlsFiles& files, std::shared_ptr<sso::Clock> clock,
                 std::shared_ptr<sso::LogSink> log);

  /// Takes the files into use if they changed; those in use stay when the new ones are no good.
  void renew() noexcept;
  const std::shared_ptr<sso::front::TlsIdentity>& identity() const { return identity_; }

 private:
  void tellLoaded(const char* event);
  void warnOfItsEnd();

  std::shared_ptr<sso::front::TlsIdentity> identity_;
  std::shared_ptr<sso::Clock> clock_;
  std::shared_ptr<sso::LogSink> log_;
  std::mutex mutex_;  ///< of renewals, and of what was told
  std::chrono::system_clock::time_point warned_{};
  bool refused_ = false;
};

}  // namespace hostapp
