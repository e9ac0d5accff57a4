// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "scalekit/rest_api.h"
#include "sso/scalekit/client.h"
#include "unit/scalekit/scalekit_fixture.h"

namespace sso::test {

/// The typed client in front of a scripted Scalekit.
class ClientTest : public ScalekitTest {
 protected:
  using Json = nlohmann::json;

  /// Every call of the management API is answered with this.
  void answers(const std::string& body, int status = 200) { transport->onJson("/api/v1/", body, status); }
  std::vector<HttpRequest> calls() const { return transport->requests("/api/v1/"); }
  /// The only call, as "METHOD path?query".
  std::string call() const {
    const auto all = calls();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? "" : all[0].method + " " + all[0].url.substr(kEnvironment.size());
  }
  Json sentBody() const {
    const auto all = calls();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() || all[0].body.empty() ? Json() : Json::parse(all[0].body);
  }
  /// The error that this throws.
  template <class Thrown = scalekit::ApiError, class Action>
  static Thrown thrownBy(const Action& action) {
    try {
      action();
    } catch (const Thrown& error) {
      return error;
    }
    throw std::logic_error("nothing was thrown");
  }

  std::shared_ptr<const detail::RestApi> api = std::make_shared<const detail::RestApi>(
      std::make_shared<const detail::ManagementClient>(scalekitOptions(), transport, tokens, clock, retries));
  scalekit::Client client{api, kEnvironment};
};

}  // namespace sso::test
