// SPDX-License-Identifier: Apache-2.0
#include "login/login_cookies.h"

#include <utility>

#include "base/digest.h"

namespace sso::detail {

LoginCookies::LoginCookies(const SsoOptions& options)
    : secure_(options.environment == AppEnvironment::kProduction || options.baseUrl.starts_with("https://")) {
  const std::string prefix = secure_ ? "__Host-" : "";
  transactionPrefix_ = prefix + "sso_login_";
  linkName_ = prefix + "sso_link";
}

std::string LoginCookies::transactionName(std::string_view state) const {
  constexpr std::size_t kBytes = 8;  // tells logins of one browser apart; the seal does the rest
  return transactionPrefix_ + toHex(sha256(state).substr(0, kBytes));
}

Cookie LoginCookies::set(std::string name, std::string value, std::chrono::seconds maxAge) const {
  Cookie cookie{std::move(name), std::move(value)};
  cookie.maxAge = maxAge;
  cookie.secure = secure_;
  return cookie;
}

Cookie LoginCookies::clear(std::string name) const { return set(std::move(name), "", std::chrono::seconds(0)); }

}  // namespace sso::detail
