// SPDX-License-Identifier: Apache-2.0
#include "sign_in_limits.h"

#include "text_rules.h"

namespace hostapp {
namespace {

using std::chrono::minutes;

std::string pairOf(std::string_view email, std::string_view address) {
  return std::string(email) + " " + networkOf(address);
}

}  // namespace

SignInLimits::SignInLimits(const std::shared_ptr<sso::Clock>& clock)
    : perNetwork_({600, minutes(5)}, clock),
      wrongPerNetwork_({60, minutes(5)}, clock),
      perPair_({8, minutes(15)}, clock),
      perPairTight_({2, minutes(15)}, clock),
      perAccount_({50, minutes(60)}, clock),
      emails_({1200, minutes(5)}, clock),
      sameEmail_({20, minutes(5)}, clock),
      signUps_({10, minutes(60)}, clock) {}

std::optional<std::chrono::seconds> SignInLimits::tryPassword(std::string_view email, std::string_view address) {
  const auto wait = waitForPassword(email, address);
  if (wait) ++limitedTries_;
  return wait;
}

std::optional<std::chrono::seconds> SignInLimits::waitForPassword(std::string_view email, std::string_view address) {
  const std::string network = networkOf(address);
  const std::string pair = pairOf(email, address);
  // The network is only looked at before the pair and counted after it: what one of them refuses costs the other
  // nothing.
  for (RateLimiter* limiter : {&perNetwork_, &wrongPerNetwork_}) {
    if (auto wait = limiter->check(network)) return wait;
  }
  // The tight limit counts always, so that it does not start from nothing when an attack is noticed.
  const auto tight = perPairTight_.take(pair);
  if (perAccount_.check(email) && tight) return tight;
  if (auto wait = perPair_.take(pair)) return wait;
  if (auto wait = perNetwork_.take(network)) return wait;
  // Taken before the password is checked, so that many at once do not all slip through; a right one gives it back.
  return wrongPerNetwork_.take(network);
}

void SignInLimits::passwordWasWrong(std::string_view email) { perAccount_.note(email); }

void SignInLimits::passwordWasRight(std::string_view email, std::string_view address) {
  const std::string pair = pairOf(email, address);
  perPair_.forget(pair);
  perPairTight_.forget(pair);
  wrongPerNetwork_.giveBack(networkOf(address));
}

void SignInLimits::passwordWasNotChecked(std::string_view email, std::string_view address) {
  const std::string network = networkOf(address);
  const std::string pair = pairOf(email, address);
  perPair_.giveBack(pair);
  perPairTight_.giveBack(pair);
  perNetwork_.giveBack(network);
  wrongPerNetwork_.giveBack(network);
  ++limitedTries_;
}

std::optional<std::chrono::seconds> SignInLimits::tryEmail(std::string_view email, std::string_view address) {
  if (auto wait = sameEmail_.take(pairOf(email, address))) return wait;
  return emails_.take(networkOf(address));
}

std::optional<std::chrono::seconds> SignInLimits::trySignUp(std::string_view address) {
  return signUps_.take(networkOf(address));
}

}  // namespace hostapp
