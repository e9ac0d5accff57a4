// SPDX-License-Identifier: Apache-2.0
#include "sign_in_limits.h"

#include <tuple>

#include "text_rules.h"

namespace hostapp {
namespace {

using std::chrono::minutes;

std::string pairOf(std::string_view email, std::string_view address) {
  return std::string(email) + " " + networkOf(address);
}

}  // namespace

SignInLimits::SignInLimits(const std::shared_ptr<sso::Clock>& clock, const std::shared_ptr<SharedRates>& rates)
    : perNetwork_({600, minutes(5)}, clock, {rates, "passwords of a network"}),
      wrongPerNetwork_({60, minutes(5)}, clock, {rates, "wrong passwords of a network"}),
      perPair_({8, minutes(15)}, clock, {rates, "passwords for an account from a network"}),
      perPairTight_({2, minutes(15)}, clock, {rates, "passwords for an attacked account from a network"}),
      perAccount_({50, minutes(60)}, clock, {rates, "wrong passwords for an account"}),
      emails_({1200, minutes(5), 300}, clock, {rates, "addresses of a network"}),
      sameEmail_({20, minutes(5), 5}, clock, {rates, "one address of a network"}),
      signUps_({10, minutes(60)}, clock, {rates, "teams of a network"}) {}

std::optional<std::chrono::seconds> SignInLimits::tryPassword(std::string_view email, std::string_view address) {
  const auto wait = waitForPassword(email, address);
  if (wait) ++limitedTries_;
  return wait;
}

std::optional<std::chrono::seconds> SignInLimits::waitForPassword(std::string_view email, std::string_view address) {
  const std::string network = networkOf(address);
  const std::string pair = pairOf(email, address);
  for (RateLimiter* limiter : {&perNetwork_, &wrongPerNetwork_}) {
    if (auto wait = limiter->check(network)) return wait;
  }
  // The tight limit counts always, so that it does not start from nothing when an attack is noticed.
  const auto tight = perPairTight_.check(pair);
  if (tight && perAccount_.check(email)) return tight;
  if (auto wait = perPair_.check(pair)) return wait;
  // Counted before the password is checked, so that many at once do not all slip through; a right one gives it back.
  const auto waits = RateLimiter::count({{&perNetwork_, network},
                                         {&wrongPerNetwork_, network},
                                         {&perPair_, pair},
                                         {&perPairTight_, pair, tight ? 0 : 1},
                                         {&perAccount_, email, 0}});
  const auto& [ofNetwork, ofWrong, ofPair, ofTight, ofAccount] =
      std::tie(waits.at(0), waits.at(1), waits.at(2), waits.at(3), waits.at(4));
  auto wait = ofNetwork;
  if (!wait) wait = ofWrong;
  if (!wait) wait = ofPair;
  if (!wait && ofAccount) wait = ofTight;
  if (!wait) return std::nullopt;
  // What one of them refuses costs the others nothing.
  for (RateLimiter* limiter : {&perNetwork_, &wrongPerNetwork_}) limiter->giveBack(network);
  perPair_.giveBack(pair);
  RateLimiter::count({{&perNetwork_, network, 0}, {&wrongPerNetwork_, network, 0}, {&perPair_, pair, 0}});
  return wait;
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
