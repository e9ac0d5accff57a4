// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "parts.h"

namespace hostapp {

/// Removes what has run out - sessions, used-up login transactions - and ends the sessions of company sign-ins that
/// were closed meanwhile, and of passwords where these are refused now, tells and locks those whose accounts nobody
/// uses, and looks for a new certificate, every few minutes on a thread of its own; tells how many sign-ins were over a
/// limit, then and at the end. Every instance does it; none relies on another.
class Maintenance {
 public:
  Maintenance(std::shared_ptr<const Parts> parts, std::chrono::seconds every = std::chrono::minutes(5));
  ~Maintenance();
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  /// One round, now.
  void runOnce() noexcept;

 private:
  void loop();
  /// JIT.md row 17: organization suspended, single sign-on or its connection switched off at Scalekit.
  void endSessionsOfClosedSignIns();
  /// Single sign-on became required, here or on another instance, while a password was on its way in.
  void endPasswordSessionsWhereRefused();
  /// JIT.md row 32: whoever has not signed in for long is told, and locked two weeks later.
  void lockUnusedAccounts();
  void tellLimitedTries();
  /// Counts that have expired go; what could not be shared, and floods of starts and callbacks, are told as numbers.
  void tellSharedRates();
  bool stopping();

  std::shared_ptr<const Parts> parts_;
  std::chrono::seconds every_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hostapp
