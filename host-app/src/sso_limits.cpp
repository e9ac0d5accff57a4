// SPDX-License-Identifier: Apache-2.0
#include "sso_limits.h"

#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/identity.h"
#include "text_rules.h"

namespace hostapp {
namespace {

using std::chrono::minutes;

/// The address that the start is for; empty when it names none, or is not understood: then the module refuses it.
std::string addressIn(std::string_view query) {
  try {
    return sso::canonicalEmail(sso::Parameters::parse(query).single("email").value_or("")).value_or("");
  } catch (const sso::Error&) {
    return "";
  }
}

}  // namespace

SsoLimits::SsoLimits(const sso::SsoOptions& options, const std::shared_ptr<sso::Clock>& clock,
                     const std::shared_ptr<SharedRates>& rates)
    : loginPath_(options.loginPath),
      initiatePath_(options.initiatePath),
      callbackPath_(options.callbackPath),
      starts_({3000, minutes(1), 750}, clock, {rates, "starts of a network"}),
      sameAddress_({30, minutes(5), 7}, clock, {rates, "starts for one address of a network"}),
      callbacks_({3000, minutes(1), 750}, clock, {rates, "callbacks of a network"}) {}

std::optional<std::chrono::seconds> SsoLimits::take(const Poco::Net::HTTPServerRequest& request) {
  const std::string& target = request.getURI();
  const auto mark = target.find('?');
  const std::string_view path = std::string_view(target).substr(0, mark);
  const bool start = path == loginPath_ || path == initiatePath_;
  if (!start && path != callbackPath_) return std::nullopt;
  const std::string network = networkOf(request.clientAddress().host().toString());
  const auto query = mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
  const auto wait = start ? takeStart(query, network) : callbacks_.take(network);
  if (wait) ++refused_;
  return wait;
}

std::optional<std::chrono::seconds> SsoLimits::takeStart(std::string_view query, const std::string& network) {
  if (auto wait = starts_.take(network)) return wait;
  const std::string address = addressIn(query);
  if (address.empty()) return std::nullopt;
  return sameAddress_.take(address + " " + network);
}

}  // namespace hostapp
